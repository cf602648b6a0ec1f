package dev.gimbal.benchmarks.guard;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.TextGuards;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import dev.gimbal.platform.text.sensitive.Sensitive;
import dev.gimbal.platform.text.sensitive.Sensitive.Finding;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Measures what the rules find in Presidio's synthetic texts, by token, and what they cost.
///
///     GuardBench --data DIR
public final class GuardBench {
  private static final Path SET = Path.of("pii", "presidio-synth-v2", "synth_dataset_v2.json");
  private static final String PUBLISHED =
      """
      Published for the whole set of 1,500 texts, with another tokenizer: Presidio .685 .603 .618,
      customised .870 .839 .845.
      """;

  /// Types of the set that the rules have a word for.
  private static final Set<String> KNOWN =
      Set.of(
          "PERSON",
          "STREET_ADDRESS",
          "CREDIT_CARD",
          "EMAIL_ADDRESS",
          "PHONE_NUMBER",
          "IBAN_CODE",
          "US_SSN",
          "IP_ADDRESS");

  private static final int WARM_UP = 20_000;
  private static final int TIMED = 50_000;
  private static final String PROMPT =
      """
      Hello, I work in the support team and have to answer a customer who is unhappy with the last
      delivery. Please write a short and friendly reply that says we are sorry, that the missing
      parts were sent yesterday, and that she will get a voucher for the next order. The order was
      placed on the third of March, the parcel left our warehouse two days later and was then lost
      at the carrier for more than a week. Keep it below one hundred words, use plain language, and
      do not promise a date. Thank you very much.
      """;

  private GuardBench() {}

  /// Tokens that are found and meant, found alone, meant alone.
  private static final class Counts {
    private int both;
    private int found;
    private int meant;

    private void add(boolean isFound, boolean isMeant) {
      both += isFound && isMeant ? 1 : 0;
      found += isFound ? 1 : 0;
      meant += isMeant ? 1 : 0;
    }

    private String figures() {
      double precision = found == 0 ? 0 : (double) both / found;
      double recall = meant == 0 ? 0 : (double) both / meant;
      double f2 = precision + recall == 0 ? 0 : 5 * precision * recall / (4 * precision + recall);
      return String.format(Locale.ROOT, "%6d  %.3f  %.3f  %.3f", meant, precision, recall, f2);
    }
  }

  /// @param arguments `--data` and the folder of the public data
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2 || !arguments[0].equals("--data"))
      throw new IllegalArgumentException("usage: ./gimbal bench guards --data DIR");
    PrintStream out = System.out;
    JsonNode texts = Json.MAPPER.readTree(Files.readString(Path.of(arguments[1]).resolve(SET)));
    Counts all = new Counts();
    Counts known = new Counts();
    Map<String, Counts> types = new TreeMap<>();
    for (JsonNode text : texts) count(text, all, known, types);
    out.printf(Locale.ROOT, "%d texts%n%-28s tokens  prec.  recall F2%n", texts.size(), "");
    out.printf("%-28s %s%n", "all types of the set", all.figures());
    out.printf("%-28s %s%n", "types that the rules know", known.figures());
    out.println("recall alone by type, of whatever kind the finding is:");
    types.forEach(
        (type, counts) ->
            out.printf(
                Locale.ROOT,
                "  %-26s %6d  %.3f%n",
                type,
                counts.meant,
                (double) counts.both / counts.meant));
    out.print(PUBLISHED);
    time(out);
  }

  private static void count(JsonNode row, Counts all, Counts known, Map<String, Counts> types) {
    String text = row.path("full_text").asText();
    List<Finding> found = Sensitive.find(text, Entity.PERSONAL);
    int[] characters = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++)
      characters[i + 1] = characters[i] + (Character.isLowSurrogate(text.charAt(i)) ? 0 : 1);
    int at = 0;
    while (at < text.length()) {
      int from = at;
      boolean word = Character.isLetterOrDigit(text.charAt(at));
      while (at < text.length() && word == Character.isLetterOrDigit(text.charAt(at))) at++;
      if (!word) continue;
      int end = at;
      boolean isFound = found.stream().anyMatch(f -> f.start() < end && f.end() > from);
      String type = type(row, characters[from], characters[end]);
      all.add(isFound, !type.isEmpty());
      if (type.isEmpty() || KNOWN.contains(type)) known.add(isFound, !type.isEmpty());
      if (!type.isEmpty()) types.computeIfAbsent(type, t -> new Counts()).add(isFound, true);
    }
  }

  private static String type(JsonNode row, int from, int to) {
    for (JsonNode span : row.path("spans"))
      if (span.path("start_position").asInt() < to && span.path("end_position").asInt() > from)
        return span.path("entity_type").asText();
    return "";
  }

  private static void time(PrintStream out) {
    String prompt = PROMPT.substring(0, 500);
    Set<Entity> certain = EnumSet.copyOf(Entity.CERTAIN);
    certain.remove(Entity.SECRET);
    time(out, "personal data, certain", prompt, new GuardRule.Pii(certain, false));
    time(out, "personal data, names too", prompt, new GuardRule.Pii(Entity.PERSONAL, false));
    time(out, "secrets", prompt, new GuardRule.Secrets());
    time(out, "injection", prompt, new GuardRule.Injection(null, 0.5));
    time(
        out,
        "certain, secrets, injection",
        prompt,
        new GuardRule.Pii(certain, false),
        new GuardRule.Secrets(),
        new GuardRule.Injection(null, 0.5));
  }

  private static void time(PrintStream out, String name, String prompt, GuardRule... rules) {
    List<GuardDeclaration> guards =
        java.util.Arrays.stream(rules)
            .map(
                rule ->
                    new GuardDeclaration(
                        "g", rule, Set.of(Place.PROMPT), Action.BLOCK, true, 1_000))
            .toList();
    GuardSet set = new GuardSet(guards);
    int sink = 0;
    for (int i = 0; i < WARM_UP; i++) sink += judge(set, prompt);
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < TIMED; i++) sink += judge(set, prompt);
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
    out.printf(
        Locale.ROOT,
        "%-28s %6.1f µs of processor time for 500 characters (%d findings)%n",
        name,
        nanos / 1_000.0 / TIMED,
        sink);
  }

  private static int judge(GuardSet set, String prompt) {
    return TextGuards.judge(new GuardSession(set), Place.PROMPT, prompt, false).size();
  }
}
