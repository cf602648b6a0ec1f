package dev.gimbal.benchmarks.injection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Rules that make sentences. A file holds `@rule` and its alternatives, one a line; in one,
/// `{rule}` stands for any of that rule's, `[a|b]` for a choice, `\n` for a line's end. Brackets
/// without a choice and braces around anything else are what they are.
final class Grammar {
  private static final int DEEPEST = 12;

  private final Map<String, List<String>> rules;

  private Grammar(Map<String, List<String>> rules) {
    this.rules = rules;
  }

  static Grammar read(Path folder) throws IOException {
    Map<String, List<String>> rules = new TreeMap<>();
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.sorted().toList();
    }
    for (Path file : files) {
      List<String> rule = new ArrayList<>();
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith("@")) {
          rule = new ArrayList<>();
          if (rules.put(line.substring(1), rule) != null)
            throw new IOException("rule " + line + " stands twice, again in " + file);
        } else if (!line.isBlank() && !line.startsWith("# ")) rule.add(line);
      }
    }
    return new Grammar(rules);
  }

  /// The names of the rules that begin so, in order.
  List<String> rules(String prefix) {
    return rules.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  List<String> alternatives(String rule) {
    List<String> found = rules.get(rule);
    if (found == null || found.isEmpty())
      throw new IllegalArgumentException("no rule named " + rule);
    return found;
  }

  /// One of the sentences that an alternative stands for.
  String expand(String alternative, Random random) {
    StringBuilder out = new StringBuilder();
    expand(alternative, random, out, 0);
    return out.toString();
  }

  private void expand(String pattern, Random random, StringBuilder out, int depth) {
    if (depth > DEEPEST) throw new IllegalStateException("rules without an end: " + pattern);
    int at = 0;
    while (at < pattern.length()) {
      char read = pattern.charAt(at);
      int end = read == '{' ? pattern.indexOf('}', at) : read == '[' ? closing(pattern, at) : -1;
      if (read == '{' && end > 0 && rules.containsKey(pattern.substring(at + 1, end))) {
        List<String> rule = alternatives(pattern.substring(at + 1, end));
        expand(rule.get(random.nextInt(rule.size())), random, out, depth + 1);
        at = end + 1;
      } else if (read == '[' && end > 0) {
        List<String> choices = choices(pattern, at + 1, end);
        if (choices.size() == 1) {
          out.append('[');
          at++;
        } else {
          expand(choices.get(random.nextInt(choices.size())), random, out, depth + 1);
          at = end + 1;
        }
      } else if (pattern.startsWith("\\n", at)) {
        out.append('\n');
        at += 2;
      } else {
        out.append(read);
        at++;
      }
    }
  }

  private static int closing(String pattern, int from) {
    int open = 0;
    for (int at = from; at < pattern.length(); at++) {
      if (pattern.charAt(at) == '[') open++;
      else if (pattern.charAt(at) == ']' && --open == 0) return at;
    }
    return -1;
  }

  private static List<String> choices(String pattern, int from, int to) {
    List<String> choices = new ArrayList<>();
    int open = 0;
    int begin = from;
    for (int at = from; at < to; at++) {
      char read = pattern.charAt(at);
      if (read == '[') open++;
      else if (read == ']') open--;
      else if (read == '|' && open == 0) {
        choices.add(pattern.substring(begin, at));
        begin = at + 1;
      }
    }
    choices.add(pattern.substring(begin, to));
    return choices;
  }
}
