package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Entity;
import dev.gimbal.platform.text.sensitive.SensitiveScan;
import dev.gimbal.platform.text.sensitive.Text;
import java.util.Map;

/// Finds what is personal or secret, for all guards that look for any of it.
final class SensitiveMatcher implements Matcher {
  private static final int[] NOBODY = {};

  private final SensitiveScan scan;
  private final Map<Entity, int[]> guards;

  /// @param guards whose each entity is; is not changed any more
  SensitiveMatcher(Map<Entity, int[]> guards) {
    this.guards = guards;
    this.scan = new SensitiveScan(guards.keySet());
  }

  @Override
  public int mostHeld() {
    return SensitiveScan.MOST_HELD;
  }

  @Override
  public int advance(Text text, boolean ended, Findings findings) {
    return scan.advance(
        text,
        ended,
        (start, end, entity, more) -> {
          for (int guard : guards.getOrDefault(entity, NOBODY)) {
            findings.found(start, end, guard, entity.id(), more);
          }
        });
  }
}
