package dev.gimbal.benchmarks.injection;

import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.TextGuards;
import dev.gimbal.gateway.injection.InjectionClassifier;
import dev.gimbal.gateway.injection.Profile;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// Measures the classifier on public rows beside what others published.
///
///     InjectionBench --data DIR
public final class InjectionBench {
  private static final String PUBLISHED =
      """
      Published on the whole sets (PIGuard's paper; here is a part of them), accuracy in percent:
                          over-defence   benign   malicious
        PromptGuard               0.29    26.82       97.10
        ProtectAI-v2             57.23    86.20       48.60
        GPT-4o                   86.7         -           -
        PIGuard                  87.3         -           -
      """;
  private static final double NORMAL_95 = 1.959964;
  private static final double GUARD_DEFAULT = 0.5;
  private static final int WARM_UP = 20_000;
  private static final int TIMED = 20_000;
  private static final int CHARACTERS = 500;

  private InjectionBench() {}

  /// @param arguments `--data` and the folder of the public data
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[0].equals("--data"))
      throw new IllegalArgumentException("usage: ./gimbal bench injection --data DIR");
    PrintStream out = System.out;
    List<Measured.Set> sets = Measured.read(Path.of(arguments[1]));
    Map<String, Predicate<String>> judges = judges();
    List<String> names = List.copyOf(judges.keySet());
    out.printf(Locale.ROOT, "%-30s %5s", "right, percent (95% interval)", "texts");
    names.forEach(name -> out.printf(Locale.ROOT, "  %-18s", name));
    out.println();
    for (Measured.Set set : sets) print(out, set.name(), List.of(set), judges);
    out.println();
    print(out, "over-defence: NotInject", of(sets, "NotInject"), judges);
    print(out, "benign: WildGuard", of(sets, "WildGuard"), judges);
    print(out, "malicious: BIPIA, validation", malicious(sets), judges);
    out.println();
    out.print(PUBLISHED);
    time(out);
  }

  private static Map<String, Predicate<String>> judges() {
    Map<String, Predicate<String>> judges = new LinkedHashMap<>();
    InjectionClassifier direct = InjectionClassifier.direct();
    InjectionClassifier indirect = InjectionClassifier.indirect();
    Predicate<String> rules = rules();
    judges.put("rules", rules);
    judges.put("direct, balanced", at(direct, Profile.BALANCED));
    judges.put("direct, from 0.5", text -> direct.score(text) >= GUARD_DEFAULT);
    judges.put("direct, strict", at(direct, Profile.STRICT));
    judges.put("rules or direct", rules.or(at(direct, Profile.BALANCED)));
    judges.put("indirect, balanced", at(indirect, Profile.BALANCED));
    judges.put("indirect, strict", at(indirect, Profile.STRICT));
    return judges;
  }

  private static Predicate<String> at(InjectionClassifier classifier, Profile profile) {
    return text -> classifier.score(text) >= classifier.threshold(profile);
  }

  /// The rules of `gateway/guard`, as a guard of kind `injection` without a classifier has them.
  private static Predicate<String> rules() {
    GuardSet guards =
        new GuardSet(
            List.of(
                new GuardDeclaration(
                    "rules",
                    new GuardRule.Injection(null, 0.5),
                    EnumSet.of(Place.PROMPT),
                    Action.BLOCK,
                    true,
                    GuardDeclaration.DEADLINE_MILLIS)));
    return text -> {
      GuardSession session = new GuardSession(guards);
      TextGuards.judge(session, Place.PROMPT, text, false);
      return session.refusal() != null;
    };
  }

  private static List<Measured.Set> of(List<Measured.Set> sets, String prefix) {
    return sets.stream().filter(set -> set.name().startsWith(prefix)).toList();
  }

  private static List<Measured.Set> malicious(List<Measured.Set> sets) {
    List<Measured.Set> found = new ArrayList<>(of(sets, "BIPIA"));
    found.addAll(of(sets, "PIGuard validation, attacks"));
    return found;
  }

  private static void print(
      PrintStream out,
      String name,
      List<Measured.Set> sets,
      Map<String, Predicate<String>> judges) {
    int size = sets.stream().mapToInt(set -> set.texts().size()).sum();
    out.printf(Locale.ROOT, "%-30s %5d", name, size);
    for (Predicate<String> judge : judges.values()) {
      long right =
          sets.stream()
              .mapToLong(
                  set ->
                      set.texts().stream()
                          .filter(text -> judge.test(text) == set.hostile())
                          .count())
              .sum();
      out.printf(Locale.ROOT, "  %-18s", share(right, size));
    }
    out.println();
  }

  /// Wilson's interval of a share.
  private static String share(long right, int size) {
    if (size == 0) return "-";
    double share = (double) right / size;
    double square = NORMAL_95 * NORMAL_95;
    double middle = (share + square / (2 * size)) / (1 + square / size);
    double half =
        NORMAL_95
            * Math.sqrt(share * (1 - share) / size + square / (4.0 * size * size))
            / (1 + square / size);
    return String.format(
        Locale.ROOT,
        "%5.1f (%.0f-%.0f)",
        100 * share,
        100 * Math.max(0, middle - half),
        100 * (middle + half));
  }

  private static void time(PrintStream out) {
    String text =
        "Please summarise the minutes of our last meeting and list who has to do what. "
            .repeat(10)
            .substring(0, CHARACTERS);
    InjectionClassifier classifier = InjectionClassifier.direct();
    double sum = 0;
    for (int count = 0; count < WARM_UP; count++) sum += classifier.score(text);
    var threads = ManagementFactory.getThreadMXBean();
    long began = threads.getCurrentThreadCpuTime();
    for (int count = 0; count < TIMED; count++) sum += classifier.score(text);
    double each = (threads.getCurrentThreadCpuTime() - began) / 1e3 / TIMED;
    out.printf(
        Locale.ROOT,
        "%nprocessor time for %d characters: %.1f microseconds (mean score %.4f)%n",
        CHARACTERS,
        each,
        sum / (WARM_UP + TIMED));
  }
}
