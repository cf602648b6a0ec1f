package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import org.jspecify.annotations.Nullable;

/// A call at its end, as it becomes a row.
///
/// @param settled null if the process died while the call ran: it is unknown, at its reserved price
record CallRow(CallOpened opened, @Nullable CallSettled settled) {}
