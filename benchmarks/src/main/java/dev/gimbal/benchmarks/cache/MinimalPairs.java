package dev.gimbal.benchmarks.cache;

import dev.gimbal.benchmarks.cache.SemanticBench.Asked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Questions with one small change, made by program: one that asks for something else, or one that
/// does not matter.
final class MinimalPairs {
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final Pattern AUXILIARY =
      Pattern.compile("\\b(is|are|does|do|can|should|will|must|have|was)\\b(?! not)");

  private static final String[][] ENGLISH = {
    {"before", "after"}, {"more", "less"}, {"minimum", "maximum"}, {"first", "last"},
    {"when", "where"}, {"who", "why"}, {"how many", "how long"}, {"increase", "decrease"},
    {"open", "close"}, {"send", "receive"}, {"add", "remove"}, {"enable", "disable"},
    {"days", "weeks"}, {"hours", "days"}, {"dollars", "euros"}, {"month", "year"},
    {"card", "account"}, {"transfer", "refund"}, {"manager", "director"}, {"team", "customer"},
    {"all", "some"}, {"January", "March"}, {"GitLab", "GitHub"}, {"from", "to"}
  };

  private static final String[][] CHINESE = {
    {"什么时候", "在哪里"},
    {"哪里", "什么时候"},
    {"谁", "哪里"},
    {"最大", "最小"},
    {"最高", "最低"},
    {"第一", "第二"},
    {"首", "末"},
    {"时间", "地点"},
    {"人数", "原因"},
    {"开始", "结束"},
    {"中国", "美国"},
    {"北京", "上海"},
    {"香港", "澳门"},
    {"冠军", "亚军"},
    {"男", "女"},
    {"死亡", "受伤"},
    {"2022", "2021"},
    {"2023", "2022"},
    {"2021", "2020"},
    {"上映", "下映"},
    {"多少", "什么"}
  };

  private MinimalPairs() {}

  static List<Asked> different(Asked original) {
    List<Asked> changed = new ArrayList<>();
    String text = original.text();
    number(text, changed);
    Matcher auxiliary = AUXILIARY.matcher(text);
    if (auxiliary.find()) {
      add(auxiliary.replaceFirst("$1 not"), changed);
    }
    for (String[] pair : ENGLISH) {
      for (int side = 0; side < 2; side++) {
        Matcher word =
            Pattern.compile("\\b" + pair[side] + "\\b", Pattern.CASE_INSENSITIVE).matcher(text);
        if (word.find()) {
          add(word.replaceFirst(pair[1 - side]), changed);
        }
      }
    }
    return changed;
  }

  static List<Asked> chineseDifferent(Asked original) {
    List<Asked> changed = new ArrayList<>();
    number(original.text(), changed);
    for (String[] pair : CHINESE) {
      int at = original.text().indexOf(pair[0]);
      if (at >= 0) {
        String text = original.text();
        add(text.substring(0, at) + pair[1] + text.substring(at + pair[0].length()), changed);
      }
    }
    return changed;
  }

  private static void number(String text, List<Asked> changed) {
    Matcher number = NUMBER.matcher(text);
    if (number.find() && number.group().length() < 10) {
      add(number.replaceFirst(Long.toString(Long.parseLong(number.group()) + 1)), changed);
    }
  }

  private static void add(String text, List<Asked> changed) {
    changed.add(new Asked(text, "changed: " + text));
  }

  static List<Asked> same(Asked original) {
    String text = original.text();
    String bare = text.replaceAll("[.?!]+$", "");
    return List.of(
        new Asked(bare.toLowerCase(Locale.ROOT), original.label()),
        new Asked("Hi, " + text, original.label()),
        new Asked("Could you please tell me: " + text, original.label()),
        new Asked(bare + ", please? Thanks", original.label()),
        new Asked(
            text.replace("What is", "What's").replace("I am", "I'm").replace("do not", "don't"),
            original.label()));
  }

  static List<Asked> chineseSame(Asked original) {
    String bare = original.text().replaceAll("[？?。]+$", "");
    return List.of(
        new Asked("请问" + bare + "？", original.label()),
        new Asked(bare + "呢", original.label()),
        new Asked("我想知道" + bare, original.label()),
        new Asked(bare.replace("哪些", "什么").replace("怎么", "如何"), original.label()));
  }
}
