/// Evidence: the ledger of calls, spans and content.
@NullMarked
package dev.gimbal.observability.api;

import org.jspecify.annotations.NullMarked;
