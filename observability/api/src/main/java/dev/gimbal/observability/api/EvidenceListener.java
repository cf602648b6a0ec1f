package dev.gimbal.observability.api;

import java.util.List;

/// Hears of evidence once it is kept, behind the calls: nothing that it does costs a call anything.
/// Called on one thread, in the order of the journal, a stretch at a time; it must be done within
/// milliseconds, or the record falls behind. What it throws is logged. A stretch is told once by
/// the process that kept it; what a process that is killed had kept and not yet told is not told.
@FunctionalInterface
public interface EvidenceListener {

  /// @param calls that ended
  /// @param spans as the content policy leaves them
  void kept(List<EndedCall> calls, List<SpanRecord> spans);
}
