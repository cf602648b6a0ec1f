package dev.gimbal.knowledge.engine.parser.office;

import dev.gimbal.knowledge.engine.parser.pack.Parts;
import dev.gimbal.knowledge.engine.parser.pack.XmlNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Counts the items of a document's lists.
final class WordNumbering {
  private static final int LEVELS = 9;

  private final Map<String, String> abstracts = new HashMap<>();
  private final Map<String, Boolean> numbered = new HashMap<>();
  private final Map<String, Integer> starts = new HashMap<>();
  private final Map<String, int[]> counters = new HashMap<>();

  static WordNumbering read(Parts parts, String main) throws IOException {
    WordNumbering numbering = new WordNumbering();
    Optional<String> part = parts.related(main, "numbering");
    if (part.isPresent()) {
      parts.each(part.get(), 1, numbering::definition);
    }
    return numbering;
  }

  private void definition(XmlNode node) {
    if (node.name().equals("num")) {
      node.child("abstractNumId")
          .ifPresent(target -> abstracts.put(node.attribute("numId"), target.attribute("val")));
      return;
    }
    for (XmlNode level : node.children("lvl")) {
      String key = node.attribute("abstractNumId") + "/" + level.attribute("ilvl");
      String format = level.child("numFmt").map(f -> f.attribute("val")).orElse("decimal");
      numbered.put(key, !format.equals("bullet") && !format.equals("none"));
      starts.put(key, level.child("start").map(s -> s.number("val", 1)).orElse(1));
    }
  }

  /// The marker of the next item: `-` or its number.
  String next(String list, int level) {
    int at = Math.clamp(level, 0, LEVELS - 1);
    String kind = abstracts.getOrDefault(list, "");
    int[] counter = counters.computeIfAbsent(kind.isEmpty() ? list : kind, _ -> new int[LEVELS]);
    counter[at]++;
    java.util.Arrays.fill(counter, at + 1, LEVELS, 0);
    String key = kind + "/" + at;
    if (!numbered.getOrDefault(key, false)) {
      return "-";
    }
    return counter[at] + starts.getOrDefault(key, 1) - 1 + ".";
  }
}
