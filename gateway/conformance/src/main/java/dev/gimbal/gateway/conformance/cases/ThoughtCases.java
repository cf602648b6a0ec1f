package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.SentEvent;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Row 18: thoughts and their signatures, there and back.
final class ThoughtCases {
  private static final String THOUGHT = "Let me see.";

  /// Base64, because Gemini's must be.
  private static final String SIGNATURE = "anVkZ2VzLXNpZ25hdHVyZS0xMjM0NTY3ODkw";

  private static final Set<Wire> SIGNED = Set.of(Wire.RESPONSES, Wire.MESSAGES, Wire.GEMINI);
  private static final String UNSIGNED = "the upstream's wire has no signatures";

  private ThoughtCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(18, "a thought is heard", bench -> heard(bench, false)),
        Case.everywhere(18, "a streamed thought is heard", bench -> heard(bench, true)),
        Case.behind(SIGNED, 18, "a signed thought comes back", UNSIGNED, ThoughtCases::comesBack),
        Case.behind(
            SIGNED, 18, "a signature without a thought comes back", UNSIGNED, ThoughtCases::bare),
        Case.behind(SIGNED, 18, "a stream hands a signature on", UNSIGNED, ThoughtCases::streamed),
        Case.behind(
            Set.of(Wire.MESSAGES),
            18,
            "a redacted thought comes back",
            "the upstream's wire has none",
            ThoughtCases::redacted),
        new Case(
            18,
            "tokens of thought are counted",
            (from, to) -> from != Wire.MESSAGES && to != Wire.MESSAGES,
            "the wire of one side does not tell them apart",
            ThoughtCases::counted));
  }

  private static void heard(Bench bench, boolean stream) throws IOException {
    boolean signed = bench.upstream() != Wire.CHAT;
    bench.says(Said.hello().thinking(THOUGHT, signed ? SIGNATURE : ""));

    Got got = bench.accepted(bench.send(bench.ask(stream)));
    Heard heard = bench.hear(got, stream);

    bench.strict(heard, got);
    bench.demand(heard.thought().equals(THOUGHT), "the thought is heard as a thought", got);
    bench.demand(heard.text().equals("alpha beta gamma."), "the text is not mixed with it", got);
  }

  private static void comesBack(Bench bench) throws IOException {
    thereAndBack(bench, bench.upstreamForm().answer(Said.twoCalls().thinking(THOUGHT, SIGNATURE)));
  }

  private static void bare(Bench bench) throws IOException {
    thereAndBack(bench, bench.upstreamForm().answer(Said.twoCalls().thinking("", SIGNATURE)));
  }

  private static void redacted(Bench bench) throws IOException {
    ObjectNode answer = bench.upstreamForm().answer(Said.twoCalls());
    ArrayNode content = answer.withArray("content");
    content.insert(0, Tree.of("type", "redacted_thinking", "data", SIGNATURE));
    thereAndBack(bench, answer);
  }

  /// A client sends what it got back as it is, with the results of the tools.
  private static void thereAndBack(Bench bench, JsonNode answer) throws IOException {
    bench.plays((request, out) -> out.json(200, answer));
    Ask ask = bench.ask(false).withTool();
    Got first = bench.accepted(bench.send(ask));
    bench.says(Said.hello());
    ObjectNode request = bench.callerForm().request(ask);

    ObjectNode next = bench.callerForm().followUp(request, first.json(), "12:00");
    Got second = bench.send(false, next.toString());

    bench.demand(second.succeeded(), "the follow-up is taken", second);
    boolean kept = bench.last().holds(SIGNATURE);
    bench.demand(kept, "the upstream gets its signature back", bench.last().text());
    List<List<String>> groups = bench.upstreamForm().resultGroups(bench.asked());
    bench.demand(groups.size() == 1, "with the results of the calls", bench.last().text());
  }

  private static void streamed(Bench bench) throws IOException {
    bench.says(Said.twoCalls().thinking(THOUGHT, SIGNATURE));

    Got got = bench.accepted(bench.send(bench.ask(true).withTool()));

    boolean there = got.text().contains(SIGNATURE) || wrapped(got);
    bench.demand(there, "the signature is in the stream", got);
  }

  /// Gemini's clients decode the field, so that a foreign signature may come as Base64 of more.
  private static boolean wrapped(Got got) {
    for (SentEvent event : got.events()) {
      for (JsonNode signature : event.json().findValues("thoughtSignature")) {
        byte[] bytes = Base64.getMimeDecoder().decode(signature.asText());
        if (new String(bytes, StandardCharsets.UTF_8).contains(SIGNATURE)) {
          return true;
        }
      }
    }
    return false;
  }

  private static void counted(Bench bench) throws IOException {
    bench.says(Said.hello().using(new Said.Usage(19, 0, 0, 12, 5)));

    Heard heard = bench.heard(bench.ask(false));

    Said.Usage usage = heard.usage();
    boolean right = usage != null && usage.output() == 12 && usage.reasoning() == 5;
    bench.demand(right, "12 tokens out, 5 of them thought", heard);
  }
}
