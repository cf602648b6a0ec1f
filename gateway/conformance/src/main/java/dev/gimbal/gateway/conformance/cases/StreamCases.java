package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Behaviour;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// Rows 1 to 5, 9, 17 and 27: usage, ends and forms of answers.
final class StreamCases {
  private static final Duration A_MOMENT = Duration.ofMillis(80);
  private static final String ONE_EVENT =
      "the wire tells usage in the event that says why it stopped";

  private StreamCases() {}

  static List<Case> all() {
    Set<Wire> chat = Set.of(Wire.CHAT);
    return List.of(
        Case.behind(chat, 1, "usage comes after the finish reason", ONE_EVENT, StreamCases::late),
        Case.behind(
            chat,
            2,
            "usage is asked for and kept from who did not ask",
            "streams of the wire tell usage unasked",
            StreamCases::asksForUsage),
        Case.behind(
            chat,
            2,
            "an upstream that knows no stream_options",
            "streams of the wire tell usage unasked",
            StreamCases::rejectsOptions),
        Case.everywhere(3, "a whole answer without usage", bench -> noUsage(bench, false)),
        Case.everywhere(3, "a stream without usage", bench -> noUsage(bench, true)),
        Case.behind(
            Set.of(Wire.CHAT, Wire.GEMINI),
            4,
            "text, stop and usage in one event",
            "the wire has an event for each of them",
            StreamCases::inOne),
        Case.everywhere(5, "an answer cut at its limit", StreamCases::cutAtLimit),
        Case.behind(
            Set.of(Wire.CHAT, Wire.MESSAGES),
            5,
            "the upstream leaves its last event out",
            "the event that says why it stopped is the last one",
            StreamCases::noLastEvent),
        Case.everywhere(9, "comments, and an event in two pieces", StreamCases::halves),
        Case.everywhere(9, "a long silence", StreamCases::silence),
        Case.everywhere(17, "cached tokens of a whole answer", bench -> cached(bench, false)),
        Case.everywhere(17, "cached tokens of a stream", bench -> cached(bench, true)),
        Case.everywhere(27, "the upstream streams unasked", StreamCases::streamsUnasked),
        Case.everywhere(27, "the upstream does not stream", StreamCases::doesNotStream));
  }

  private static void late(Bench bench) throws IOException {
    List<String> events = bench.upstreamForm().events(Said.hello());
    int last = events.size() - 2;
    bench.plays(
        (request, out) -> {
          out.begin();
          out.send(events.subList(0, last));
          out.pause(A_MOMENT);
          out.send(events.subList(last, events.size()));
          out.end();
        });

    Heard heard = bench.heard(bench.ask(true).wantingUsage());

    bench.demand(Said.USAGE.equals(heard.usage()), "the usage arrives", heard);
    bench.demand(heard.ended(), "the stream ends as the wire wants", heard);
  }

  private static void asksForUsage(Bench bench) throws IOException {
    Got got = bench.accepted(bench.send(bench.ask(true)));

    JsonNode asked = bench.asked().at("/stream_options/include_usage");
    bench.demand(asked.asBoolean(), "the upstream is asked for usage", bench.last().text());
    Heard heard = bench.hear(got, true);
    if (bench.caller() == Wire.CHAT) {
      boolean told = got.events().stream().anyMatch(e -> usageOnly(e.json()));
      bench.demand(!told, "the caller, who did not ask, gets no event of usage alone", got);
    } else {
      bench.demand(Said.USAGE.equals(heard.usage()), "the usage arrives", got);
    }
  }

  private static boolean usageOnly(JsonNode event) {
    return event.path("choices").isArray() && event.path("choices").isEmpty();
  }

  private static void rejectsOptions(Bench bench) throws IOException {
    Behaviour hello = bench.saying(Said.hello());
    bench.plays(
        (request, out) -> {
          if (request.json().has("stream_options")) {
            JsonNode error =
                Tree.of(
                    "message",
                    "Unrecognized request argument supplied: stream_options",
                    "type",
                    "invalid_request_error",
                    "param",
                    "stream_options");
            out.json(400, Tree.of("error", error));
          } else {
            hello.answer(request, out);
          }
        });

    Got got = bench.send(bench.ask(true));

    bench.demand(got.succeeded(), "the call is made again without the option", got);
    bench.demand(bench.hear(got, true).text().equals("alpha beta gamma."), "the text comes", got);
  }

  private static void noUsage(Bench bench, boolean stream) throws IOException {
    bench.says(Said.hello().using(null));

    Got got = bench.accepted(bench.send(bench.ask(stream).wantingUsage()));
    Heard heard = bench.hear(got, stream);

    Said.Usage usage = heard.usage();
    bench.demand(usage == null || usage.output() > 0, "no zero is invented", got);
    if (bench.caller() != bench.upstream()) {
      bench.strict(heard, got);
    }
  }

  private static void inOne(Bench bench) throws IOException {
    List<String> events = bench.upstreamForm().inOne(Said.hello()).orElseThrow();
    bench.plays((request, out) -> out.stream(events));

    Got got = bench.accepted(bench.send(bench.ask(true).wantingUsage()));
    Heard heard = bench.hear(got, true);

    bench.strict(heard, got);
    bench.demand(heard.text().equals("alpha beta gamma."), "the text comes", got);
    bench.demand(heard.stop() == Said.Stop.END, "the reason of the stop comes", got);
    bench.demand(Said.USAGE.equals(heard.usage()), "the usage comes", got);
    if (bench.caller() == bench.upstream()) {
      boolean together =
          got.events().stream()
              .anyMatch(
                  event ->
                      bench.callerForm().readEvents(List.of(event)).stop() != null
                          && bench
                              .callerForm()
                              .readEvents(List.of(event))
                              .text()
                              .equals(heard.text()));
      bench.demand(together, "they stay in one event", got);
    }
  }

  private static void cutAtLimit(Bench bench) throws IOException {
    bench.says(Said.hello().stopping(Said.Stop.LENGTH));

    Heard heard = bench.heard(bench.ask(true));

    bench.demand(heard.stop() == Said.Stop.LENGTH, "the stop says that it was cut", heard);
    bench.demand(heard.ended(), "the wire's last event comes", heard);
  }

  private static void noLastEvent(Bench bench) throws IOException {
    List<String> events = bench.upstreamForm().events(Said.hello());
    bench.plays((request, out) -> out.stream(events.subList(0, events.size() - 1)));

    Heard heard = bench.heard(bench.ask(true));

    bench.demand(heard.text().equals("alpha beta gamma."), "the text comes", heard);
    bench.demand(heard.ended(), "the wire's last event comes all the same", heard);
  }

  private static void halves(Bench bench) throws IOException {
    List<String> events = bench.upstreamForm().events(Said.hello());
    bench.plays(
        (request, out) -> {
          out.begin();
          out.send(": a comment\n\n");
          for (String event : events) {
            out.send(event.substring(0, event.length() / 2));
            if (event.contains("beta")) {
              out.pause(A_MOMENT);
            }
            out.send(event.substring(event.length() / 2) + ": another\n\n");
          }
          out.end();
        });

    Heard heard = bench.heard(bench.ask(true));

    bench.demand(heard.text().equals("alpha beta gamma."), "the text comes", heard);
    bench.demand(heard.ended(), "the stream ends", heard);
  }

  private static void silence(Bench bench) throws IOException {
    Duration bearable = bench.target().settings().keepAlive();
    if (bearable == null) {
      throw bench.lacking("how long a silence the target bears is not told (keep_alive_ms)");
    }
    Duration silence = bearable.multipliedBy(2).plusMillis(200);
    List<String> events = bench.upstreamForm().events(Said.hello());
    bench.plays(
        (request, out) -> {
          out.begin();
          for (String event : events) {
            boolean here = event.contains("beta");
            out.send(event.substring(0, event.length() / 2));
            if (here) {
              out.pause(silence);
            }
            out.send(event.substring(event.length() / 2));
          }
          out.end();
        });

    Got got = bench.accepted(bench.send(bench.ask(true)));

    boolean kept = got.events().stream().anyMatch(e -> e.comment() || e.name().equals("ping"));
    bench.demand(kept, "a comment or a ping comes in the silence", got);
    Heard heard = bench.hear(got, true);
    bench.strict(heard, got);
    bench.demand(heard.text().equals("alpha beta gamma."), "no event is torn by it", got);
  }

  private static void cached(Bench bench, boolean stream) throws IOException {
    int written = bench.upstream() == Wire.MESSAGES ? 10 : 0;
    bench.says(Said.hello().using(new Said.Usage(100, 40, written, 20, 0)));

    Heard heard = bench.heard(bench.ask(stream).wantingUsage());

    Said.Usage usage = heard.usage();
    boolean right =
        usage != null && usage.input() == 100 && usage.cached() == 40 && usage.output() == 20;
    bench.demand(right, "100 tokens in, 40 of them cached, 20 out, in the wire's sums", heard);
  }

  private static void streamsUnasked(Bench bench) throws IOException {
    List<String> events = bench.upstreamForm().events(Said.hello());
    bench.plays((request, out) -> out.stream(events));

    Heard heard = bench.heard(bench.ask(false));

    bench.demand(heard.text().equals("alpha beta gamma."), "the text comes whole", heard);
    bench.demand(heard.stop() == Said.Stop.END, "the reason of the stop comes", heard);
  }

  private static void doesNotStream(Bench bench) throws IOException {
    JsonNode whole = bench.upstreamForm().answer(Said.hello());
    bench.plays((request, out) -> out.json(200, whole));

    Heard heard = bench.heard(bench.ask(true));

    bench.demand(heard.text().equals("alpha beta gamma."), "the text comes as events", heard);
    bench.demand(heard.ended(), "the stream ends as the wire wants", heard);
  }
}
