package dev.gimbal.gateway.dialect;

/// Writes one stream for a caller: whole server-sent events, or elements of a JSON array. For one
/// thread at a time.
public interface StreamWriter {

  /// Appends what the event is in this dialect, if anything. [AnswerEvent.Ended] and
  /// [AnswerEvent.Failed] append the dialect's own end.
  ///
  /// @throws DialectException if the event cannot come here, as a piece of a part that was closed
  void write(AnswerEvent event, StringBuilder out);
}
