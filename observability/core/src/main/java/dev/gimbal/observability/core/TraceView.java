package dev.gimbal.observability.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One trace as `/api/traces/{trace}` answers it: its spans by their start, its calls.
record TraceView(String trace, List<SpanView> spans, List<CallView> calls) {

  /// A trace in a list, by its root span.
  ///
  /// @param status `ok` or `error`
  /// @param model of the root, or of a call below it
  /// @param costUsd of all calls below it that have a price
  record Summary(
      String trace,
      String name,
      Instant start,
      double tookMs,
      String status,
      @Nullable String error,
      String principal,
      @Nullable String model,
      @Nullable String text,
      @Nullable String costUsd,
      Map<String, String> tags) {}

  /// A step.
  record SpanView(
      String id,
      String span,
      @Nullable String parent,
      String name,
      Instant start,
      double tookMs,
      @Nullable String error,
      JsonNode attributes,
      @Nullable String model,
      @Nullable String text) {}
}
