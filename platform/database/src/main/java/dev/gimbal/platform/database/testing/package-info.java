/// A real database for the tests of every room.
@NullMarked
package dev.gimbal.platform.database.testing;

import org.jspecify.annotations.NullMarked;
