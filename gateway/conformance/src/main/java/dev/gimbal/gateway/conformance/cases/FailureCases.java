package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Behaviour;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.http.Received;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Rows 10 to 14: upstreams that fail, before and after the first byte.
final class FailureCases {
  private static final Duration A_WHILE = Duration.ofMillis(250);
  private static final String NO_FAILOVER = "the target has no route with a second model";

  /// How often, and after how long, a model that rests is tried again.
  private static final int RESTS = 20;

  private static final Duration REST = Duration.ofMillis(500);

  private FailureCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(10, "a refusal after a silence", FailureCases::lateRefusal),
        Case.everywhere(11, "an error in the first event", FailureCases::firstEvent),
        Case.behind(
            Set.of(Wire.CHAT, Wire.GEMINI, Wire.MESSAGES),
            11,
            "an error as a whole answer under 200",
            "a response that failed has the field in its shape",
            FailureCases::errorUnder200),
        Case.everywhere(
            11,
            "an error in the first event, with a second model",
            bench -> over(bench, inBand(bench))),
        Case.everywhere(12, "a reset in the middle", bench -> broken(bench, Ending.RESET)),
        Case.everywhere(12, "an end in the middle", bench -> broken(bench, Ending.END)),
        Case.everywhere(12, "a closed connection", bench -> broken(bench, Ending.CLOSE)),
        Case.everywhere(12, "an error in the middle", bench -> broken(bench, Ending.ERROR)),
        Case.everywhere(12, "garbage in the middle", bench -> broken(bench, Ending.GARBAGE)),
        Case.everywhere(12, "a whole answer cut short", FailureCases::truncated),
        Case.everywhere(13, "a break behind the first byte", FailureCases::neverAgain),
        Case.everywhere(
            13, "a break behind the first byte, with a second model", FailureCases::never),
        Case.everywhere(14, "429 with Retry-After", bench -> busy(bench, "3", 10)),
        Case.everywhere(14, "429 with a mad Retry-After", bench -> busy(bench, "99999999", 86_400)),
        Case.everywhere(14, "429, with a second model", bench -> over(bench, tooMany(bench, "3"))));
  }

  /// How a stream goes wrong.
  private enum Ending {
    RESET,
    END,
    CLOSE,
    ERROR,
    GARBAGE
  }

  private static void lateRefusal(Bench bench) throws IOException {
    Duration bearable = bench.target().settings().keepAlive();
    Duration silence = bearable == null ? A_WHILE : bearable.multipliedBy(2);
    bench.plays(
        (request, out) -> {
          out.pause(silence);
          out.json(503, bench.upstreamForm().error(503, "The judge is closed."));
        });

    toldError(bench, bench.send(bench.ask(true)));
  }

  /// An error by its status, or in the stream where that has begun; never an empty success.
  private static void toldError(Bench bench, Got got) {
    bench.demand(got.status() != 0 && !got.silent(), "there is an answer", got);
    if (got.succeeded()) {
      Heard heard = bench.hear(got, true);
      bench.demand(heard.error() != null, "a stream that has begun tells the error", got);
      bench.demand(heard.stop() == null, "and no reason of a plain stop", got);
    } else {
      bench.demandError(got, 400, 599);
    }
  }

  private static Behaviour inBand(Bench bench) {
    String error = bench.upstreamForm().errorEvent("The judge is overloaded.");
    return (request, out) -> out.stream(List.of(error));
  }

  private static void firstEvent(Bench bench) throws IOException {
    bench.plays(inBand(bench));
    toldError(bench, bench.send(bench.ask(true)));
  }

  private static void errorUnder200(Bench bench) throws IOException {
    JsonNode error = bench.upstreamForm().error(503, "The judge is overloaded.");
    bench.plays((request, out) -> out.json(200, error));

    Got got = bench.send(bench.ask(false));

    bench.demandError(got, 400, 599);
  }

  private static void broken(Bench bench, Ending ending) throws IOException {
    bench.plays(breaking(bench, ending));

    Got got = bench.send(bench.ask(true));
    if (!got.succeeded() && got.status() > 0) {
      // Nothing was handed on yet: the better for the caller.
      bench.demandError(got, 500, 599);
      return;
    }
    Heard heard = bench.hear(got, true);

    boolean success = got.whole() && heard.error() == null;
    bench.demand(!success, "an error event comes, or the connection breaks", got);
    bench.demand(heard.stop() != Said.Stop.END, "there is no reason of a plain stop", got);
    boolean terminal = heard.ended() && heard.error() == null;
    bench.demand(!terminal, "there is no event of a good end", got);
  }

  private static Behaviour breaking(Bench bench, Ending ending) {
    List<String> events = bench.upstreamForm().events(Said.hello());
    return (request, out) -> {
      out.begin();
      for (String event : events) {
        out.send(event);
        if (event.contains("beta")) {
          break;
        }
      }
      out.pause(Duration.ofMillis(50));
      switch (ending) {
        case RESET -> out.reset();
        case CLOSE -> out.close();
        case END -> out.end();
        case ERROR -> {
          out.send(bench.upstreamForm().errorEvent("The judge fell asleep."));
          out.end();
        }
        case GARBAGE -> {
          out.send("data: {\"choices\": <html>\n\n");
          out.end();
        }
      }
    };
  }

  private static void truncated(Bench bench) throws IOException {
    String whole = bench.upstreamForm().answer(Said.hello()).toString();
    byte[] half = whole.substring(0, whole.length() / 2).getBytes(StandardCharsets.UTF_8);
    bench.plays((request, out) -> out.truncated(half));

    Got got = bench.send(bench.ask(false));

    if (got.whole()) {
      bench.demandError(got, 500, 599);
    }
  }

  private static void neverAgain(Bench bench) throws IOException {
    bench.plays(breaking(bench, Ending.RESET));

    Got got = bench.send(bench.ask(true));

    String said = got.isStream() ? bench.hear(got, true).text() : "";
    boolean once = said.indexOf("alpha") == said.lastIndexOf("alpha");
    bench.demand(once, "nothing is said twice", got);
    int calls = bench.received().size();
    bench.demand(calls == 1, "the upstream is called once", calls + " calls");
  }

  private static String failover(Bench bench) {
    String name = bench.target().failover().get(bench.upstream());
    if (name == null) {
      throw bench.lacking(NO_FAILOVER);
    }
    return name;
  }

  /// Whether a call is for the second model of a route.
  private static boolean second(Received request) {
    return request.target().contains("models/other")
        || request.json().path("model").asText().equals("other");
  }

  private static void never(Bench bench) throws IOException, InterruptedException {
    String route = failover(bench);
    Behaviour hello = bench.saying(Said.hello());
    Behaviour breaks = breaking(bench, Ending.RESET);
    bench.plays((request, out) -> (second(request) ? hello : breaks).answer(request, out));
    Got got = routed(bench, route);
    // A first model that failed in the cases before may rest: then nothing broke.
    for (int i = 0; i < RESTS && bench.received().stream().allMatch(FailureCases::second); i++) {
      Thread.sleep(REST);
      bench.plays((request, out) -> (second(request) ? hello : breaks).answer(request, out));
      got = routed(bench, route);
    }
    bench.demand(!bench.received().isEmpty(), "the upstream is asked", got);
    if (bench.received().stream().allMatch(FailureCases::second)) {
      throw bench.lacking("the target does not ask its first model any more");
    }

    boolean asked = bench.received().stream().anyMatch(FailureCases::second);
    bench.demand(!asked, "the second model is not asked", got);
  }

  private static Behaviour tooMany(Bench bench, String wait) {
    byte[] body =
        bench.upstreamForm().error(429, "Too fast.").toString().getBytes(StandardCharsets.UTF_8);
    Map<String, String> headers = Map.of("content-type", "application/json", "retry-after", wait);
    return (request, out) -> out.whole(429, headers, body);
  }

  private static void busy(Bench bench, String wait, long most) throws IOException {
    bench.plays(tooMany(bench, wait));

    Got got = bench.send(bench.ask(true));

    bench.demandError(got, 429, 429);
    String told = got.header("retry-after").orElse("none");
    boolean number = told.matches("[0-9]{1,18}");
    boolean absurd = number && Long.parseLong(told) > most;
    boolean due = most > 10 || (number && Long.parseLong(told) > 0);
    bench.demand(due && !absurd, "Retry-After is told, and at most " + most + " s", told);
  }

  private static void over(Bench bench, Behaviour fails) throws IOException {
    String route = failover(bench);
    Behaviour hello = bench.saying(Said.hello());
    bench.plays((request, out) -> (second(request) ? hello : fails).answer(request, out));

    Got got = routed(bench, route);

    bench.demand(got.succeeded(), "the second model answers", got);
    bench.demand(bench.hear(got, true).text().equals("alpha beta gamma."), "its text comes", got);
  }

  private static Got routed(Bench bench, String route) throws IOException {
    String body = bench.callerForm().request(Ask.plain(route, true)).toString();
    return bench.post(
        bench.callerForm().path(route, true),
        bench.headers(),
        body.getBytes(StandardCharsets.UTF_8));
  }
}
