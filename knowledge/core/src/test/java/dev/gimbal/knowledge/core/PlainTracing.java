package dev.gimbal.knowledge.core;

import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.http.Caller;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// Traces that remember names and attributes.
final class PlainTracing implements Tracing {
  final List<String> names = new CopyOnWriteArrayList<>();
  final Map<String, Object> attributes = new ConcurrentHashMap<>();

  @Override
  public <T, X extends Exception> T inSpan(String name, Caller caller, SpanWork<T, X> work)
      throws X {
    return inSpan(name, caller, null, work);
  }

  @Override
  public <T, X extends Exception> T inSpan(
      String name, Caller caller, @Nullable String traceparent, SpanWork<T, X> work) throws X {
    names.add(name);
    TraceContext context =
        TraceContext.parse(traceparent)
            .or(
                () ->
                    TraceContext.CURRENT.isBound()
                        ? java.util.Optional.of(TraceContext.CURRENT.get())
                        : java.util.Optional.empty())
            .map(TraceContext::child)
            .orElseGet(TraceContext::begin);
    Span span = new Noted(context);
    return ScopedValue.where(TraceContext.CURRENT, context).<T, X>call(() -> work.run(span));
  }

  private final class Noted implements Span {
    private final TraceContext context;

    Noted(TraceContext context) {
      this.context = context;
    }

    @Override
    public TraceContext context() {
      return context;
    }

    @Override
    public Span attribute(String name, Object value) {
      attributes.put(name, value);
      return this;
    }

    @Override
    public Span text(String text) {
      return this;
    }

    @Override
    public Span tags(Map<String, String> tags) {
      return this;
    }
  }
}
