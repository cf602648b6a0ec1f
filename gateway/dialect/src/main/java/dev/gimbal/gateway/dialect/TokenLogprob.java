package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How likely a token of an answer's text was.
///
/// @param logprob natural logarithm of its probability
/// @param bytes of the token in UTF-8, each from 0 to 255; empty: not said
/// @param top the likeliest tokens at its place; empty: not asked for
public record TokenLogprob(
    String token, double logprob, List<Integer> bytes, List<TokenLogprob> top) {
  /// The most that a dialect lets a caller ask for at each place.
  public static final int MOST_TOP = 20;

  public TokenLogprob {
    bytes = List.copyOf(bytes);
    top = List.copyOf(top);
  }

  /// Reads a list as both of OpenAI's dialects write it.
  ///
  /// @param list null: none
  public static List<TokenLogprob> read(@Nullable JsonNode list) {
    if (list == null || list.isEmpty()) {
      return List.of();
    }
    List<TokenLogprob> tokens = new ArrayList<>(list.size());
    for (JsonNode token : list) {
      List<Integer> bytes = new ArrayList<>();
      token.path("bytes").forEach(one -> bytes.add(one.asInt()));
      tokens.add(
          new TokenLogprob(
              token.path("token").asText(),
              token.path("logprob").asDouble(),
              bytes,
              read(token.get("top_logprobs"))));
    }
    return tokens;
  }

  /// Writes a list as both of OpenAI's dialects have it.
  public static ArrayNode write(List<TokenLogprob> tokens) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (TokenLogprob token : tokens) {
      list.add(token.bare().set("top_logprobs", alternatives(token.top)));
    }
    return list;
  }

  private static ArrayNode alternatives(List<TokenLogprob> tokens) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tokens.forEach(token -> list.add(token.bare()));
    return list;
  }

  private ObjectNode bare() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("token", token);
    ArrayNode written = node.put("logprob", logprob).putArray("bytes");
    bytes.forEach(written::add);
    return node;
  }

  /// How many of the likeliest tokens are asked for.
  ///
  /// @param top null: not said
  /// @throws DialectException if there are no so many
  public static long top(@Nullable Long top, String field) {
    if (top == null) {
      return 0;
    }
    if (top < 0 || top > MOST_TOP) {
      throw new DialectException(field, "must be from 0 to " + MOST_TOP);
    }
    return top;
  }

  /// Those of all texts, in their order.
  public static List<TokenLogprob> of(List<Part> parts) {
    List<TokenLogprob> all = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Part.Text text) {
        all.addAll(text.logprobs());
      }
    }
    return all;
  }
}
