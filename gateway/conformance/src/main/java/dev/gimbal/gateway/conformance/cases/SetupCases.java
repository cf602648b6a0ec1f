package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Caller;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Rows 23, 28, 29 and 30: what a gateway must be set up for, or must not tell.
final class SetupCases {
  private static final String CANARY = "canary-1b9d6bcd-bbfd";

  private SetupCases() {}

  static List<Case> all() {
    return List.of(
        PinnedCases.stored(),
        PinnedCases.sealed(),
        Case.within(
            23, "the list of models", "a list does not depend on upstreams", SetupCases::models),
        Case.everywhere(28, "a guarded word in a stream", SetupCases::guarded),
        Case.everywhere(28, "a guarded word in a tool call", SetupCases::guardedCall),
        Case.within(
            29,
            "calls at once on a small budget",
            "a budget does not depend on wires",
            SetupCases::budget),
        Case.everywhere(30, "the caller's key stays at the gateway", SetupCases::key),
        Case.everywhere(30, "inbound headers are not logged", SetupCases::log));
  }

  private static void models(Bench bench) throws IOException {
    String path = bench.caller() == Wire.GEMINI ? "/v1beta/models" : "/v1/models";
    Map<String, String> headers = new HashMap<>(bench.headers());
    headers.remove("content-type");

    Got got = bench.exchange(new Caller.Outgoing("GET", path, headers, new byte[0]));

    if (got.status() == 404) {
      throw bench.lacking("the target has no list of models: " + got.seen());
    }
    bench.demand(got.succeeded(), "there is a list", got);
    JsonNode list = got.json().path(bench.caller() == Wire.GEMINI ? "models" : "data");
    bench.demand(list.isArray(), "it has the wire's shape", got);
    List<String> names = new ArrayList<>();
    list.forEach(
        model -> names.add(model.path(field(bench)).asText().replaceFirst("^models/", "")));
    for (String name : bench.target().models().values()) {
      bench.demand(names.contains(name), "it names " + name, names);
    }
    boolean pattern = names.stream().anyMatch(name -> name.contains("*"));
    bench.demand(!pattern, "it names no patterns", names);
  }

  private static String field(Bench bench) {
    return bench.caller() == Wire.GEMINI ? "name" : "id";
  }

  private static String guardedWord(Bench bench) {
    String word = bench.target().settings().guarded();
    if (word == null || bench.target().settings().guardedKey() == null) {
      throw bench.lacking("the target has no guard on answers (guarded, guarded_key)");
    }
    return word;
  }

  private static void guarded(Bench bench) throws IOException {
    String word = guardedWord(bench);
    int half = word.length() / 2;
    List<String> pieces =
        List.of("alpha ", word.substring(0, half), word.substring(half), " gamma.");
    guard(bench, new Said("", "", pieces, List.of(), Said.Stop.END, Said.USAGE), word);
  }

  private static void guardedCall(Bench bench) throws IOException {
    String word = guardedWord(bench);
    int half = word.length() / 2;
    List<String> pieces =
        List.of("{\"zone\":\"", word.substring(0, half), word.substring(half) + "\"}");
    List<Said.ToolCall> calls = List.of(new Said.ToolCall("call_one", "clock", pieces));
    guard(bench, new Said("", "", List.of(), calls, Said.Stop.TOOLS, Said.USAGE), word);
  }

  private static void guard(Bench bench, Said said, String word) throws IOException {
    bench.says(said);
    String body = bench.callerForm().request(bench.ask(true).withTool()).toString();
    String key = String.valueOf(bench.target().settings().guardedKey());

    Got got =
        bench.post(
            bench.callerForm().path(bench.model(), true),
            bench.headers(key),
            body.getBytes(StandardCharsets.UTF_8));

    bench.demand(got.status() != 0 && !got.silent(), "there is an answer", got);
    bench.demand(!bench.received().isEmpty(), "the upstream was asked", got);
    bench.demand(!got.text().contains(word), "the word does not come whole", around(got, word));
    String half = word.substring(word.length() / 2);
    bench.demand(!got.text().contains(half), "nor its second half", around(got, half));
  }

  /// What stands before and behind a text that must not be there; empty if it is not.
  private static Object around(Got got, String text) {
    int at = got.text().indexOf(text);
    int end = Math.min(got.text().length(), at + 100);
    return at < 0 ? "" : got.text().substring(Math.max(0, at - 190), end);
  }

  private static void budget(Bench bench) throws IOException, InterruptedException {
    String key = bench.target().settings().budgetKey();
    int most = bench.target().settings().budgetCalls();
    if (key == null || most < 1 || bench.caller() != Wire.CHAT) {
      throw bench.lacking("the target has no small budget for this (budget_key, budget_calls)");
    }
    // The answers are held until every other call was refused, or for ten seconds.
    CountDownLatch refused = new CountDownLatch(3 * most);
    bench.plays(
        (request, out) -> {
          boolean gone = false;
          for (int i = 0; i < 100 && refused.getCount() > 0 && !gone; i++) {
            gone = out.pause(Duration.ofMillis(100));
          }
          bench.saying(Said.hello()).answer(request, out);
        });
    byte[] body =
        bench.callerForm().request(bench.ask(false)).toString().getBytes(StandardCharsets.UTF_8);
    String path = bench.callerForm().path(bench.model(), false);
    int answered = 0;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Got>> calls = new ArrayList<>();
      for (int i = 0; i < 4 * most; i++) {
        calls.add(threads.submit(() -> counted(bench, path, key, body, refused)));
      }
      for (Future<Got> call : calls) {
        answered += call.get().succeeded() ? 1 : 0;
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
    int came = bench.received().size();
    bench.demand(came == most, "exactly " + most + " are admitted", came + " of " + 4 * most);
    bench.demand(answered == most, "and answered", answered + " of " + 4 * most);
  }

  private static Got counted(
      Bench bench, String path, String key, byte[] body, CountDownLatch refused)
      throws IOException {
    Got got = bench.post(path, bench.headers(key), body);
    if (!got.succeeded()) {
      refused.countDown();
    }
    return got;
  }

  private static void key(Bench bench) throws IOException {
    if (!bench.target().ownKeys()) {
      throw bench.lacking("the caller's key is the upstream's");
    }
    bench.accepted(bench.send(bench.ask(false)));

    boolean told = bench.last().holds(bench.target().key());
    bench.demand(!told, "the upstream does not get the caller's key", bench.last().head());
  }

  private static void log(Bench bench) throws IOException {
    Path log = bench.target().settings().log();
    if (log == null) {
      throw bench.lacking("where the target logs is not told (log)");
    }
    Map<String, String> headers = new HashMap<>(bench.headers());
    headers.put("x-judge-secret", CANARY);
    headers.put("cookie", "session=" + CANARY);
    byte[] body =
        bench.callerForm().request(bench.ask(false)).toString().getBytes(StandardCharsets.UTF_8);
    String path = bench.callerForm().path(bench.model(), false);
    bench.accepted(bench.post(path, headers, body));
    bench.plays((request, out) -> out.reset());

    bench.post(path, headers, body);

    String written = Files.readString(log, StandardCharsets.UTF_8);
    bench.demand(!written.contains(CANARY), "no header is in the log", log);
    bench.demand(!written.contains(bench.target().key()), "nor the key", log);
  }
}
