package dev.gimbal.gateway.cache;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Whether the answer of a call may be kept, and under what key. Reads the body's tokens once and
/// builds no tree.
///
/// What does not change the answer does not count: the order of fields, how the body is written,
/// `stream`, `stream_options`, `user`, `metadata` and what only steers a provider's own cache. A
/// field that nobody knows counts.
///
/// Never kept, whatever the policy says: what the provider looks up or runs in the world (its own
/// tools, remote tools, containers), what goes on from something that the provider keeps, and work
/// in the background.
final class RequestKey {
  static final Set<String> DROPPED =
      Set.of(
          "model",
          "stream",
          "stream_options",
          "user",
          "metadata",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention");

  private static final Set<String> CALLERS_TOOLS = Set.of("function", "custom");
  private static final Set<String> OF_THE_WORLD =
      Set.of(
          "previous_response_id",
          "conversation",
          "container",
          "mcp_servers",
          "web_search_options",
          "cachedContent",
          "cached_content");
  private static final double UNDECLARED_TEMPERATURE = 1;
  private static final int DEEPEST = 100;
  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final CachePolicy policy;
  private double temperature = UNDECLARED_TEMPERATURE;
  private boolean several;
  private boolean world;

  private RequestKey(CachePolicy policy) {
    this.policy = policy;
  }

  /// What came of reading it.
  sealed interface Read {
    record Keyed(CacheKey key) implements Read {}

    record Never(Reason reason) implements Read {}
  }

  static Read of(Question question, CachePolicy policy) {
    RequestKey reading = new RequestKey(policy);
    CanonicalJson canonical = new CanonicalJson(DROPPED);
    try (JsonParser parser = JSON.createParser(question.body())) {
      canonical.read(parser, reading::value);
    } catch (IOException e) {
      return new Read.Never(Reason.UNREADABLE);
    }
    Reason never = reading.never();
    return never == Reason.NONE
        ? new Read.Keyed(CacheKey.of(question, canonical.bytes()))
        : new Read.Never(never);
  }

  private Reason never() {
    if (world) {
      return Reason.WORLD;
    }
    if (several && !policy.several()) {
      return Reason.SEVERAL;
    }
    Double most = policy.mostTemperature();
    return most != null && temperature > most ? Reason.TEMPERATURE : Reason.NONE;
  }

  private void value(List<String> path, JsonToken token, JsonParser parser) throws IOException {
    if (path.isEmpty() || path.size() > 3) {
      return;
    }
    String field = path.getFirst();
    if (path.size() == 1) {
      top(field, token, parser);
    } else if (path.size() == 2
        && (field.equals("generationConfig") || field.equals("generation_config"))) {
      setting(path.get(1), token, parser);
    } else if (path.size() == 3 && field.equals("tools")) {
      tool(path.get(2), token, parser);
    }
  }

  private void top(String field, JsonToken token, JsonParser parser) throws IOException {
    boolean said = token != JsonToken.VALUE_NULL && token != JsonToken.VALUE_FALSE;
    if (OF_THE_WORLD.contains(field) || field.equals("background")) {
      world |= said;
    }
    setting(field, token, parser);
  }

  private void setting(String field, JsonToken token, JsonParser parser) throws IOException {
    if (!token.isNumeric()) {
      return;
    }
    switch (field) {
      case "n", "candidateCount", "candidate_count", "best_of" ->
          several |= parser.getDoubleValue() > 1;
      case "temperature" -> temperature = parser.getDoubleValue();
      default -> {}
    }
  }

  /// Gemini names a tool by its field, the others by `type`; without one it is the caller's.
  private void tool(String field, JsonToken token, JsonParser parser) throws IOException {
    switch (field) {
      case "type" ->
          world |= token != JsonToken.VALUE_STRING || !CALLERS_TOOLS.contains(parser.getText());
      case "googleSearch",
          "google_search",
          "googleSearchRetrieval",
          "google_search_retrieval",
          "codeExecution",
          "code_execution",
          "urlContext",
          "url_context",
          "googleMaps",
          "google_maps",
          "fileSearch",
          "file_search",
          "computerUse",
          "computer_use" ->
          world = true;
      default -> {}
    }
  }
}
