/// The PostgreSQL that we carry: unpacked, initialised, started, adopted, stopped.
@NullMarked
package dev.gimbal.platform.database.embedded;

import org.jspecify.annotations.NullMarked;
