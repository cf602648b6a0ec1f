package dev.gimbal.gateway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The gateway under judgement, as it was pointed to the upstreams. What it was not set up with is
/// null, and the rows that need it do not apply.
///
/// @param key of a caller
/// @param ownKeys whether the key is the gateway's own, not the upstream's handed through
/// @param models by the upstream's wire: the name that callers use for its model `model`
/// @param failover the name of what goes to `model` and then to `other` of the same upstream
/// @param headers that callers of an upstream send besides their key
/// @param settings further ones, see [Target.Settings]
public record Target(
    URI url,
    String key,
    boolean ownKeys,
    Map<Wire, String> models,
    Map<Wire, String> failover,
    Map<Wire, Map<String, String>> headers,
    Settings settings) {

  /// What rows about a gateway's own features need.
  ///
  /// @param keepAlive after how long a silence it sends a comment
  /// @param maxBody bytes of the largest body it takes
  /// @param log the file that it writes its log to
  /// @param guarded a word that a guard takes out of every answer; with `guardedKey`
  /// @param budgetKey a key whose budget is worth `budgetCalls` calls of 300 tokens out
  /// @param pinned the name under which the model of the responses' upstream is reached by two
  ///     credentials or more
  public record Settings(
      @Nullable Duration keepAlive,
      @Nullable Long maxBody,
      @Nullable Path log,
      @Nullable String guarded,
      @Nullable String guardedKey,
      @Nullable String budgetKey,
      int budgetCalls,
      @Nullable String pinned) {
    public static final Settings NONE = new Settings(null, null, null, null, null, null, 0, null);
  }

  /// A target that has one model for each upstream and nothing else.
  public static Target of(URI url, String key, Map<Wire, String> models) {
    return new Target(url, key, true, models, Map.of(), Map.of(), Settings.NONE);
  }

  public Optional<String> model(Wire upstream) {
    return Optional.ofNullable(models.get(upstream));
  }

  /// Reads a file of a target: `{"models": {"chat": "name"}, "headers": {"chat": {"a": "b"}}, …}`.
  public static Target read(URI url, String key, JsonNode file) {
    Map<Wire, Map<String, String>> headers = new EnumMap<>(Wire.class);
    for (Wire wire : Wire.values()) {
      headers.put(wire, texts(file.path("headers").path(wire.label())));
    }
    Settings settings =
        new Settings(
            file.has("keep_alive_ms")
                ? Duration.ofMillis(file.get("keep_alive_ms").asLong())
                : null,
            file.has("max_body") ? Long.valueOf(file.get("max_body").asLong()) : null,
            file.has("log") ? Path.of(file.get("log").asText()) : null,
            text(file, "guarded"),
            text(file, "guarded_key"),
            text(file, "budget_key"),
            file.path("budget_calls").asInt(),
            text(file, "pinned"));
    return new Target(
        url,
        key,
        file.path("own_keys").asBoolean(true),
        byWire(file.path("models")),
        byWire(file.path("failover")),
        headers,
        settings);
  }

  private static @Nullable String text(JsonNode file, String field) {
    return file.has(field) ? file.get(field).asText() : null;
  }

  private static Map<Wire, String> byWire(JsonNode node) {
    Map<Wire, String> names = new EnumMap<>(Wire.class);
    for (Wire wire : Wire.values()) {
      if (node.hasNonNull(wire.label())) {
        names.put(wire, node.get(wire.label()).asText());
      }
    }
    return names;
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new HashMap<>();
    node.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
