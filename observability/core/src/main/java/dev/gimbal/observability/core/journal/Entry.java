package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One record of the journal.
public sealed interface Entry {

  /// A process began to write: whatever is open at this place in the journal ended with an earlier
  /// process.
  record Started(Instant at) implements Entry {}

  /// A call began.
  record Opened(CallOpened call) implements Entry {}

  /// A call ended.
  record Settled(CallSettled call) implements Entry {}

  /// A step ended.
  record Step(SpanRecord span) implements Entry {}

  /// Something was said.
  ///
  /// @param dataKey of the key that the body is encrypted with; null: plain
  record Said(ContentRecord content, @Nullable UUID dataKey) implements Entry {}
}
