package dev.gimbal.gateway.routing;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a route may ask about a call.
///
/// @param needs asked only if a target declares capabilities
/// @param text beginning of what the user said last; null if there is none
public record CallFacts(
    Caller caller,
    Map<String, String> tags,
    Size size,
    Supplier<Set<Capability>> needs,
    @Nullable String text,
    Instant at) {
  public CallFacts {
    tags = Map.copyOf(tags);
  }

  /// Who calls.
  ///
  /// @param key text id of the principal
  /// @param keyName its name
  /// @param user for whom; null if nobody said
  public record Caller(String key, String keyName, @Nullable String user, String role) {}

  /// How much it is.
  ///
  /// @param bytes of the body
  /// @param promptTokens estimated
  /// @param outputTokens the declared limit, or what is assumed where there is none
  public record Size(long bytes, long promptTokens, long outputTokens) {}
}
