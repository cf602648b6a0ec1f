package dev.gimbal.benchmarks.injection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The public rows that the classifier is measured on. They are read from a folder of the user's
/// and are no part of the project; nothing is trained on them.
final class Measured {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Measured() {}

  /// Texts that should all get the same answer.
  ///
  /// @param hostile what each of them is
  record Set(String name, boolean hostile, List<String> texts) {}

  /// @param data a folder that holds `security/piguard-notinject` and `security/garak-jailbreaks`
  static List<Set> read(Path data) throws IOException {
    Path rows = data.resolve("security/piguard-notinject/prompt_injection_eval.jsonl");
    List<Set> sets = new ArrayList<>();
    sets.add(new Set("NotInject, 1 trigger word", false, texts(rows, "NotInject_one", 0)));
    sets.add(new Set("NotInject, 2 trigger words", false, texts(rows, "NotInject_two", 0)));
    sets.add(new Set("NotInject, 3 trigger words", false, texts(rows, "NotInject_three", 0)));
    sets.add(new Set("WildGuard, benign", false, texts(rows, "wildguard_benign", 0)));
    sets.add(new Set("BIPIA, text", true, texts(rows, "BIPIA_text", 1)));
    sets.add(new Set("BIPIA, code", true, texts(rows, "BIPIA_code", 1)));
    sets.add(new Set("PIGuard validation, attacks", true, texts(rows, "PIGuard_valid", 1)));
    sets.add(new Set("PIGuard validation, harmless", false, texts(rows, "PIGuard_valid", 0)));
    Path garak = data.resolve("security/garak-jailbreaks");
    sets.add(new Set("jailbreaks in the wild", true, lines(garak, "inthewild_jailbreaks.jsonl")));
    sets.add(new Set("asking for the prompt, direct", true, prompts(garak)));
    sets.add(
        new Set("whois with injections", true, payloads(garak, "whois_injection_contexts.json")));
    return sets;
  }

  private static List<String> texts(Path file, String source, int label) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode row = JSON.readTree(line);
      if (row.path("source").asText().equals(source) && row.path("label").asInt() == label)
        texts.add(row.path("text").asText());
    }
    return texts;
  }

  private static List<String> lines(Path folder, String file) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file)))
      texts.add(JSON.readTree(line).path("text").asText());
    return texts;
  }

  private static List<String> prompts(Path folder) throws IOException {
    JsonNode tree = JSON.readTree(folder.resolve("sysprompt_extraction_attacks.json").toFile());
    return strings(tree.path("direct_requests"));
  }

  private static List<String> payloads(Path folder, String file) throws IOException {
    return strings(JSON.readTree(folder.resolve(file).toFile()).path("payloads"));
  }

  private static List<String> strings(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
