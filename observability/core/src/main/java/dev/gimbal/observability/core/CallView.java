package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallAttempt;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A call as `/api/calls` answers it. Money is decimal US dollars, absent where it is unknown.
///
/// @param parent text id of the call that it worked for
/// @param cache what the cache said: `hit`, `semantic`, `shared`, `miss` or `bypass`; null where it
///     was not asked, and where more than one call is asked for
/// @param attempts each time that a target was asked, oldest first, at most 16, where there was
///     more than one; null otherwise, and where more than one call is asked for
/// @param content only where one call is asked for
record CallView(
    String id,
    String trace,
    String span,
    @Nullable String parent,
    String principal,
    String kind,
    String requested,
    String model,
    boolean stream,
    int items,
    String outcome,
    @Nullable Integer status,
    @Nullable String error,
    @Nullable Long inputTokens,
    @Nullable Long cachedTokens,
    @Nullable Long outputTokens,
    boolean estimated,
    @Nullable String reservedUsd,
    @Nullable String costUsd,
    @Nullable Double firstByteMs,
    @Nullable Double tookMs,
    Map<String, String> tags,
    Instant at,
    @Nullable String cache,
    @Nullable List<Attempt> attempts,
    @Nullable Content content) {

  /// One time that a target was asked.
  ///
  /// @param target `provider/model`
  /// @param credential name of the provider's credential
  /// @param ended `succeeded`, `judged REASON`, or how it failed
  /// @param error code of what went wrong
  record Attempt(
      int number,
      String target,
      String credential,
      String ended,
      @Nullable String error,
      long millis,
      @Nullable String costUsd) {}

  /// What a span's attributes say of the cache; null if nothing.
  static @Nullable String cache(Map<String, ?> attributes) {
    Object said = attributes.get("gimbal.cache");
    return said == null ? null : said.toString();
  }

  /// What a span's attributes say of attempts; null if nothing.
  static @Nullable List<Attempt> attempts(Map<String, ?> attributes) {
    List<Attempt> attempts =
        CallAttempt.of(attributes).stream()
            .map(
                one ->
                    new Attempt(
                        one.number(),
                        one.target(),
                        one.credential(),
                        one.ended(),
                        one.error(),
                        one.millis(),
                        Evidence.usd(one.costNanoUsd())))
            .toList();
    return attempts.isEmpty() ? null : attempts;
  }

  /// What was said, as far as it was kept.
  ///
  /// @param complete whether nothing of either was cut
  record Content(@Nullable String input, @Nullable String output, boolean complete) {}

  /// The same with what stands beside its record.
  ///
  /// @param step what its span says; empty: nothing
  CallView with(Map<String, ?> step, @Nullable Content said) {
    return new CallView(
        id,
        trace,
        span,
        parent,
        principal,
        kind,
        requested,
        model,
        stream,
        items,
        outcome,
        status,
        error,
        inputTokens,
        cachedTokens,
        outputTokens,
        estimated,
        reservedUsd,
        costUsd,
        firstByteMs,
        tookMs,
        tags,
        at,
        cache(step),
        attempts(step),
        said);
  }
}
