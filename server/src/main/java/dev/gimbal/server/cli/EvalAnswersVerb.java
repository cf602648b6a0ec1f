package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.evaluation.answers.AnswerCase;
import dev.gimbal.evaluation.answers.AnswerVerdict;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "answers",
    description = {
      "Asks each question of a file of cases and counts what held, what was refused wrongly and",
      "what was answered wrongly."
    })
final class EvalAnswersVerb extends Verb {
  @Option(names = "--cases", required = true, paramLabel = "FILE", description = "JSON lines")
  Path cases = Path.of(".");

  @Option(names = "--collection", description = "its name (default: ${DEFAULT-VALUE})")
  String collection = "default";

  @Option(names = "--answer-kind", description = "generated or quoted (default: the best there is)")
  @Nullable String answerKind;

  @Option(names = "--out", paramLabel = "FILE", description = "each case with its answer")
  Path report = Path.of("eval-answers.jsonl");

  @Mixin ClientOptions options = new ClientOptions();

  private final Map<String, String> keys = new HashMap<>();

  @Override
  protected int run() throws FailedException {
    Map<String, Map<AnswerVerdict, Integer>> counts = new TreeMap<>();
    try (ApiClient client = options.client();
        Writer file = Files.newBufferedWriter(report)) {
      for (AnswerCase expected : AnswerCase.read(cases)) {
        JsonNode answer = ask(client, expected.question());
        AnswerVerdict verdict = AnswerVerdict.of(expected, given(client, answer));
        count(counts, "all", verdict);
        if (!expected.type().isEmpty()) {
          count(counts, expected.type(), verdict);
        }
        file.write(Json.write(record(expected, answer, verdict)) + "\n");
      }
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, String.valueOf(e.getMessage()));
    }
    counts.forEach(this::print);
    err.println("each case: " + report);
    return Exit.DONE;
  }

  private JsonNode ask(ApiClient client, String question) throws FailedException {
    Map<String, Object> body = new HashMap<>(Map.of("question", question));
    if (answerKind != null) {
      body.put("answer_kind", answerKind);
    }
    return client.post("/api/collections/" + ApiClient.encoded(collection) + "/ask", body);
  }

  private AnswerVerdict.Given given(ApiClient client, JsonNode answer) throws FailedException {
    List<AnswerVerdict.Cited> citations = new ArrayList<>();
    for (JsonNode citation : answer.path("citations")) {
      citations.add(
          new AnswerVerdict.Cited(
              key(client, citation.path("document").asText()),
              citation.path("start").asInt(),
              citation.path("end").asInt(),
              citation.path("quote").asText()));
    }
    return new AnswerVerdict.Given(
        answer.path("answer_kind").asText(), answer.path("answer").asText(), citations);
  }

  private String key(ApiClient client, String document) throws FailedException {
    String known = keys.get(document);
    if (known == null) {
      known =
          client
              .get(
                  "/api/collections/"
                      + ApiClient.encoded(collection)
                      + "/documents/"
                      + ApiClient.encoded(document))
              .path("key")
              .asText();
      keys.put(document, known);
    }
    return known;
  }

  private static void count(
      Map<String, Map<AnswerVerdict, Integer>> counts, String type, AnswerVerdict verdict) {
    counts
        .computeIfAbsent(type, name -> new EnumMap<>(AnswerVerdict.class))
        .merge(verdict, 1, Integer::sum);
  }

  private void print(String type, Map<AnswerVerdict, Integer> counts) {
    double total = counts.values().stream().mapToInt(Integer::intValue).sum();
    double held = counts.getOrDefault(AnswerVerdict.HELD, 0) / total;
    double refused = counts.getOrDefault(AnswerVerdict.REFUSED_WRONGLY, 0) / total;
    double wrong = counts.getOrDefault(AnswerVerdict.ANSWERED_WRONGLY, 0) / total;
    if (options.json) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("type", type);
      line.put("held", held);
      line.put("refused_wrongly", refused);
      line.put("answered_wrongly", wrong);
      line.put("cases", (int) total);
      out.println(Json.write(line));
    } else {
      out.printf(
          "%-14s %4.0f cases  held %.3f  refused wrongly %.3f  answered wrongly %.3f%n",
          type, total, held, refused, wrong);
    }
  }

  private static Map<String, Object> record(
      AnswerCase expected, JsonNode answer, AnswerVerdict verdict) {
    Map<String, Object> record = new LinkedHashMap<>();
    record.put("question", expected.question());
    record.put("verdict", verdict);
    record.put("answer_kind", answer.path("answer_kind").asText());
    record.put("answer", answer.path("answer").asText());
    record.put("expected", expected.texts());
    record.put("trace", answer.path("trace").asText());
    return record;
  }
}
