package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.ArrayList;
import java.util.List;

/// A candidate's `logprobsResult`: the tokens that were chosen, and the likeliest at each place.
final class Logprobs {
  private static final String FIELD = "logprobsResult";

  private Logprobs() {}

  static List<TokenLogprob> read(JsonNode candidate) {
    JsonNode said = candidate.path(FIELD);
    JsonNode chosen = said.path("chosenCandidates");
    List<TokenLogprob> tokens = new ArrayList<>(chosen.size());
    for (int i = 0; i < chosen.size(); i++) {
      List<TokenLogprob> top = new ArrayList<>();
      for (JsonNode one : said.path("topCandidates").path(i).path("candidates")) {
        top.add(token(one, List.of()));
      }
      tokens.add(token(chosen.get(i), top));
    }
    return tokens;
  }

  private static TokenLogprob token(JsonNode node, List<TokenLogprob> top) {
    return new TokenLogprob(
        node.path("token").asText(), node.path("logProbability").asDouble(), List.of(), top);
  }

  /// Says them of a candidate, if there are any.
  static void write(List<TokenLogprob> tokens, ObjectNode candidate) {
    if (tokens.isEmpty()) {
      return;
    }
    ObjectNode said = candidate.putObject(FIELD);
    ArrayNode top = said.putArray("topCandidates");
    ArrayNode chosen = said.putArray("chosenCandidates");
    for (TokenLogprob token : tokens) {
      ArrayNode likeliest = top.addObject().putArray("candidates");
      token.top().forEach(one -> likeliest.add(node(one)));
      chosen.add(node(token));
    }
  }

  private static ObjectNode node(TokenLogprob token) {
    return Nodes.object().put("token", token.token()).put("logProbability", token.logprob());
  }
}
