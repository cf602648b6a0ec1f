package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.TextGuards;
import dev.gimbal.gateway.guard.TextGuards.Change;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What a tool is given, which is JSON inside a text: each text in it is judged by itself, so that
/// no escape hides anything and what is redacted stays JSON.
final class ToolArguments {
  private ToolArguments() {}

  static List<Change> judge(GuardSession session, String arguments, boolean fromModel) {
    String begun = arguments.stripLeading();
    if (!begun.startsWith("{") && !begun.startsWith("[")) {
      return TextGuards.judge(session, Place.TOOL_ARGUMENTS, arguments, fromModel);
    }
    byte[] json = arguments.getBytes(StandardCharsets.UTF_8);
    List<Change> changes = new ArrayList<>(0);
    int counted = 0;
    int units = 0;
    for (TextSpot spot : new TextFinder(TextFinder.Kind.ARGUMENTS).find(json, 0, json.length)) {
      String text = JsonText.decode(json, spot.start, spot.end);
      List<Change> found = TextGuards.judge(session, Place.TOOL_ARGUMENTS, text, fromModel);
      for (Change change : found) {
        int from = spot.bare ? spot.start : JsonText.behind(json, spot.start, change.start());
        int to = spot.bare ? spot.end : JsonText.behind(json, spot.start, change.end());
        units += JsonText.units(json, counted, from);
        int until = units + JsonText.units(json, from, to);
        String by = new String(JsonText.encoded(change.by()), StandardCharsets.UTF_8);
        changes.add(new Change(units, until, spot.bare ? '"' + by + '"' : by));
        units = until;
        counted = to;
        if (spot.bare) {
          break;
        }
      }
    }
    return changes;
  }
}
