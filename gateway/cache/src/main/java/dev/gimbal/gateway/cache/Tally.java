package dev.gimbal.gateway.cache;

import java.util.concurrent.atomic.LongAdder;

/// Counters and the learnt threshold of one place.
final class Tally {
  final LongAdder hits = new LongAdder();
  final LongAdder similar = new LongAdder();
  final LongAdder shared = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder passed = new LongAdder();
  final LongAdder refused = new LongAdder();
  private final LongAdder savedNano = new LongAdder();
  private final LongAdder savedUnknown = new LongAdder();
  volatile Threshold threshold = new Threshold();

  void saved(Bill bill) {
    Long cost = bill.costNano();
    if (cost == null) {
      savedUnknown.increment();
    } else {
      savedNano.add(cost);
    }
  }

  CacheCounts counts(String route, int answers, long bytes) {
    return new CacheCounts(
        route,
        hits.sum(),
        similar.sum(),
        shared.sum(),
        misses.sum(),
        passed.sum(),
        refused.sum(),
        savedNano.sum(),
        savedUnknown.sum(),
        answers,
        bytes,
        threshold.value());
  }
}
