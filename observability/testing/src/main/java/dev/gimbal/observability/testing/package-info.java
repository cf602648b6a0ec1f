/// What every ledger promises, and a fake that keeps it.
@NullMarked
package dev.gimbal.observability.testing;

import org.jspecify.annotations.NullMarked;
