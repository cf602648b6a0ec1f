package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.core.index.ChineseWords;
import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// The words of a text that carry its meaning: English ones cut to stems so that `managers` meets
/// `manager`, Chinese ones as the dictionary cuts them. Pure.
final class Terms {
  private static final Set<String> EMPTY_WORDS =
      Set.of(
          ("a an the and or but nor if of in on at to for from by with without within into onto upon"
                  + " about as than then so such is are was were be been being am do does did done"
                  + " doing have has had having can could may might must shall should will would"
                  + " i me my we us our you your he him his she her it its they them their this"
                  + " that these those there here what which who whom whose when where why how"
                  + " not no also any all each every some many much more most other one ones"
                  + " please tell give say says said list name describe explain according"
                  + " regarding happen happens happened during through between under over via per"
                  + " used using use need"
                  + " s t don doesn isn aren")
              .split(" "));
  // Questions are full of these; between words they part them, as spaces do.
  private static final Pattern EMPTY_CHINESE =
      Pattern.compile(
          "什么时候|什么|怎么样|怎么|怎样|如何|哪个|哪些|哪里|哪儿|哪|多少[天个种次元钱岁]?|多久|多长|几[天个种次元岁点]?"
              + "|为何|是否|能否|可否|可以|可不可以"
              + "|这个|那个|这些|那些|我们|你们|他们|请问|有没有|是不是|谁|吗|呢|吧|的|了|是|在|和|与|及|或|有|为|被|把"
              + "|将|对|从|到|由|于|之");
  private static final int SHORTEST_STEM = 3;
  // Nearly all Chinese words have two to four characters; a longer one is known by its parts.
  private static final int LONGEST_WORD = 4;

  private Terms() {}

  /// The meaningful terms of a question or claim, each once, in order.
  static Set<String> of(String text) {
    return surfaces(text).keySet();
  }

  /// The same, each with the first word that it stands for.
  static Map<String, String> surfaces(String text) {
    Map<String, String> terms = new LinkedHashMap<>();
    String parted = EMPTY_CHINESE.matcher(ChineseWords.simplified(text)).replaceAll(" ");
    for (String run : runs(parted)) {
      for (String token : ideographicAt(run, 0) ? chinese(run) : Tokens.of(run)) {
        if (!EMPTY_WORDS.contains(token)) {
          terms.putIfAbsent(stem(token), token);
        }
      }
    }
    return terms;
  }

  /// Every term that a passage holds. Of Chinese these are all stretches as long as a word, since
  /// the same characters are cut differently in other company.
  static Set<String> held(String text) {
    Set<String> terms = new LinkedHashSet<>();
    for (String run : runs(ChineseWords.simplified(text))) {
      if (ideographicAt(run, 0)) {
        for (int length = 1; length <= LONGEST_WORD; length++) {
          terms.addAll(stretches(run, length));
        }
      } else {
        Tokens.of(run).forEach(token -> terms.add(stem(token)));
      }
    }
    return terms;
  }

  /// The words of a run of Chinese characters. A single character says too little, but neighbours
  /// that the dictionary does not join may be a name: they count in pairs.
  private static List<String> chinese(String run) {
    if (run.codePointCount(0, run.length()) == 1) {
      return List.of(run);
    }
    List<String> terms = new ArrayList<>();
    StringBuilder singles = new StringBuilder();
    for (ChineseWords.Word one : ChineseWords.of(run)) {
      String word = run.substring(one.start(), one.end());
      if (word.codePointCount(0, word.length()) == 1) {
        singles.append(word);
        continue;
      }
      terms.addAll(stretches(singles.toString(), 2));
      singles.setLength(0);
      int length = word.codePointCount(0, word.length());
      terms.addAll(stretches(word, Math.min(length, LONGEST_WORD)));
    }
    terms.addAll(stretches(singles.toString(), 2));
    return terms;
  }

  /// Each stretch of so many characters.
  private static List<String> stretches(String run, int length) {
    int[] points = run.codePoints().toArray();
    List<String> stretches = new ArrayList<>();
    for (int at = 0; at + length <= points.length; at++) {
      stretches.add(new String(points, at, length));
    }
    return stretches;
  }

  private static boolean ideographicAt(String text, int at) {
    return Tokens.ideographic(text.codePointAt(at));
  }

  /// The text in pieces that are each written all in Chinese, or not at all.
  private static List<String> runs(String text) {
    List<String> runs = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      boolean ideographic = ideographicAt(text, start);
      int end = start;
      while (end < text.length() && ideographicAt(text, end) == ideographic) {
        end += Character.charCount(text.codePointAt(end));
      }
      runs.add(text.substring(start, end));
      start = end;
    }
    return runs;
  }

  /// A light stem: plural, `-ed`, `-ing`, `-ly` and a final `e` off; numbers and Chinese as they
  /// are.
  static String stem(String token) {
    int length = token.length();
    if (length <= SHORTEST_STEM || token.chars().anyMatch(c -> c > 'z' || c < 'a')) {
      return token;
    }
    String stem = token;
    if (stem.endsWith("ies")) {
      stem = stem.substring(0, length - 3) + "y";
    } else if (stem.endsWith("s") && !stem.endsWith("ss") && !stem.endsWith("us")) {
      stem = stem.substring(0, length - 1);
    }
    for (String ending : new String[] {"ing", "ed", "ly"}) {
      if (stem.endsWith(ending) && stem.length() - ending.length() >= SHORTEST_STEM) {
        stem = stem.substring(0, stem.length() - ending.length());
        if (stem.charAt(stem.length() - 1) == stem.charAt(stem.length() - 2)) {
          stem = stem.substring(0, stem.length() - 1);
        }
        break;
      }
    }
    return stem.endsWith("e") && stem.length() > SHORTEST_STEM
        ? stem.substring(0, stem.length() - 1)
        : stem;
  }
}
