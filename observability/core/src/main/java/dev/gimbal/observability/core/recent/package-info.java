/// The ledger without a database: the journal is the store.
@NullMarked
package dev.gimbal.observability.core.recent;

import org.jspecify.annotations.NullMarked;
