/// Backups that any supported PostgreSQL restores.
@NullMarked
package dev.gimbal.platform.database.backup;

import org.jspecify.annotations.NullMarked;
