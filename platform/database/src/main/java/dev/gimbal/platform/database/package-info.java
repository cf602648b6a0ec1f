/// PostgreSQL: embedded or external, transactions, migrations, change log, backup.
@NullMarked
package dev.gimbal.platform.database;

import org.jspecify.annotations.NullMarked;
