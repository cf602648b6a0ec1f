package dev.gimbal.gateway.cache;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a caller says of the cache in the header `x-gimbal-cache`.
public enum Directive {
  /// Nothing: look and keep.
  USUAL,
  /// Neither look nor keep.
  NO_STORE,
  /// Ask the model and keep its answer in place of the old one.
  REFRESH;

  /// The value of the header; empty if there is no such word.
  public static Optional<Directive> of(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return Optional.of(USUAL);
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "no-store" -> Optional.of(NO_STORE);
      case "refresh" -> Optional.of(REFRESH);
      default -> Optional.empty();
    };
  }
}
