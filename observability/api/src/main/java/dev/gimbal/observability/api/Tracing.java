package dev.gimbal.observability.api;

import dev.gimbal.platform.http.Caller;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Records steps of blocking code as spans. Thread-safe.
public interface Tracing {

  /// Runs work as a span below the current one ([TraceContext#CURRENT]), or as the root of a new
  /// trace,
  /// with the context set for whatever it calls. What it throws is recorded and thrown on.
  ///
  /// @param name what it does, as in `knowledge.search`
  <T, X extends Exception> T inSpan(String name, Caller caller, SpanWork<T, X> work) throws X;

  /// The same, continuing a caller's `traceparent` if it is not null and well formed.
  <T, X extends Exception> T inSpan(
      String name, Caller caller, @Nullable String traceparent, SpanWork<T, X> work) throws X;

  /// Work inside a span.
  @FunctionalInterface
  interface SpanWork<T, X extends Exception> {
    T run(Span span) throws X;
  }

  /// The span while it runs; for one thread at a time.
  interface Span {
    TraceContext context();

    /// Adds an attribute: a string, a number or a boolean.
    Span attribute(String name, Object value);

    /// What a person would search for.
    Span text(String text);

    /// The caller's tags.
    Span tags(Map<String, String> tags);
  }
}
