package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Behaviour;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.http.Received;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Row 19: what one credential made goes back to it, although the provider has others.
final class PinnedCases {
  private static final String ELSEWHERE = "only responses have items that one credential can open";
  private static final Pattern CREDENTIAL =
      Pattern.compile("^authorization:(.*)$", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  /// More first calls than any credential would get all of.
  private static final int CALLS = 6;

  private PinnedCases() {}

  static Case stored() {
    return new Case(
        19,
        "a follow-up stays with its credential",
        PinnedCases::applies,
        ELSEWHERE,
        bench -> play(bench, PinnedCases::stored));
  }

  static Case sealed() {
    return new Case(
        19,
        "an encrypted item stays with its credential",
        PinnedCases::applies,
        ELSEWHERE,
        bench -> play(bench, PinnedCases::sealed));
  }

  private static boolean applies(Wire from, Wire to) {
    return from == Wire.RESPONSES && to == Wire.RESPONSES;
  }

  /// Writes into a call what an answer gave for going on.
  @FunctionalInterface
  private interface Following {
    void follow(ObjectNode call, JsonNode answer);
  }

  private static void stored(ObjectNode call, JsonNode answer) {
    call.put("previous_response_id", Tree.text(answer, "id"));
  }

  private static void sealed(ObjectNode call, JsonNode answer) {
    JsonNode message = Tree.of("type", "message", "role", "user", "content", "And then?");
    call.set("input", Tree.list(answer.path("output").path(0), message));
  }

  private static void play(Bench bench, Following following) throws IOException {
    String name = bench.target().settings().pinned();
    if (name == null) {
      throw bench.lacking("needs a provider with two credentials (pinned)");
    }
    Map<String, String> makers = new ConcurrentHashMap<>();
    bench.plays(making(bench, makers));
    List<JsonNode> answers = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      answers.add(post(bench, name, bench.callerForm().request(Ask.plain(name, false))).json());
    }
    if (new HashSet<>(makers.values()).size() < 2) {
      throw bench.lacking("needs a provider whose credentials share its calls");
    }
    for (JsonNode answer : answers) {
      ObjectNode call = bench.callerForm().request(Ask.plain(name, false));
      following.follow(call, answer);

      post(bench, name, call);

      String maker = makers.get(Tree.text(answer, "id"));
      String asked = credential(bench.last());
      bench.demand(asked.equals(maker), "the credential that made it is asked again", asked);
    }
  }

  private static Got post(Bench bench, String name, ObjectNode body) throws IOException {
    String path = bench.callerForm().path(name, false);
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    return bench.accepted(bench.post(path, bench.headers(), bytes));
  }

  /// Answers under ids of their own, with something that only who made it can open.
  private static Behaviour making(Bench bench, Map<String, String> makers) {
    return (request, out) -> {
      String id = UUID.randomUUID().toString().replace("-", "");
      ObjectNode answer = bench.upstreamForm().answer(Said.hello());
      answer.put("id", "resp_" + id);
      byte[] secret = (id + id + id).getBytes(StandardCharsets.UTF_8);
      String sealed = Base64.getEncoder().encodeToString(secret);
      answer
          .withArray("output")
          .insert(
              0,
              Tree.of(
                  "type",
                  "reasoning",
                  "id",
                  "rs_" + id,
                  "summary",
                  Tree.list(),
                  "encrypted_content",
                  sealed));
      makers.put("resp_" + id, credential(request));
      out.json(200, answer);
    };
  }

  private static String credential(Received request) {
    Matcher found = CREDENTIAL.matcher(request.head());
    return found.find() ? found.group(1).strip() : "none";
  }
}
