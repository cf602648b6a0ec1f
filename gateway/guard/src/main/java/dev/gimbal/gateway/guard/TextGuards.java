package dev.gimbal.gateway.guard;

import java.util.ArrayList;
import java.util.List;

/// Whole texts under the guards that answer at once.
public final class TextGuards {
  private TextGuards() {}

  /// A stretch of a text that gives way.
  public record Change(int start, int end, String by) {}

  /// What gives way in a text; what else was found, and whether the call may go on, is in the
  /// session. Slow guards are not asked.
  public static List<Change> judge(
      GuardSession session, Place place, String text, boolean fromModel) {
    TextPass pass = session.begin(place, fromModel);
    if (pass == null) {
      return List.of();
    }
    List<Change> changes = new ArrayList<>(0);
    TextPass.Out out =
        new TextPass.Out() {
          @Override
          public void kept(int from, int to) {}

          @Override
          public void replaced(int from, int to, String by) {
            changes.add(new Change(from, to, by));
          }
        };
    pass.push(text, out);
    pass.finish();
    pass.release(out);
    return changes;
  }
}
