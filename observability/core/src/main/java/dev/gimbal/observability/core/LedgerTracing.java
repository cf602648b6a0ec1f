package dev.gimbal.observability.core;

import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// [Tracing] that records into the ledger.
final class LedgerTracing implements Tracing {
  private static final String DEFECT = "server_failed";
  private static final String INTERRUPTED = "interrupted";

  private final Ledger ledger;
  private final Clock clock;
  private final Ids ids;

  LedgerTracing(Ledger ledger, Clock clock, Ids ids) {
    this.ledger = ledger;
    this.clock = clock;
    this.ids = ids;
  }

  @Override
  public <T, X extends Exception> T inSpan(String name, Caller caller, SpanWork<T, X> work)
      throws X {
    return inSpan(name, caller, null, work);
  }

  @Override
  public <T, X extends Exception> T inSpan(
      String name, Caller caller, @Nullable String traceparent, SpanWork<T, X> work) throws X {
    RunningSpan span = begin(name, caller, traceparent);
    return ScopedValue.where(TraceContext.CURRENT, span.context).call(() -> span.run(work));
  }

  /// A span inside one of ours is below it, whatever a caller says: our own context is nearer.
  private RunningSpan begin(String name, Caller caller, @Nullable String traceparent) {
    if (TraceContext.CURRENT.isBound()) {
      TraceContext above = TraceContext.CURRENT.get();
      return new RunningSpan(name, caller, above.child(), above.spanId(), false);
    }
    return TraceContext.parse(traceparent)
        .map(above -> new RunningSpan(name, caller, above.child(), above.spanId(), true))
        .orElseGet(() -> new RunningSpan(name, caller, TraceContext.begin(), null, false));
  }

  private static String codeOf(Throwable thrown) {
    return switch (thrown) {
      case GimbalException known -> known.errorCode().code();
      case InterruptedException interrupted -> INTERRUPTED;
      default -> DEFECT;
    };
  }

  private final class RunningSpan implements Span {
    private final UUID id = ids.next();
    private final Instant start = clock.instant();
    private final long startNanos = System.nanoTime();
    private final String name;
    private final Caller caller;
    private final TraceContext context;
    private final @Nullable String parent;
    private final Map<String, Object> attributes = new HashMap<>();
    private Map<String, String> tags = Map.of();
    private @Nullable String text;

    RunningSpan(
        String name,
        Caller caller,
        TraceContext context,
        @Nullable String parent,
        boolean continued) {
      this.name = name;
      this.caller = caller;
      this.context = context;
      this.parent = parent;
      if (continued) {
        attributes.put(SpanRecord.ROOT, true);
      }
    }

    <T, X extends Exception> T run(SpanWork<T, X> work) throws X {
      boolean returned = false;
      try {
        T result = work.run(this);
        returned = true;
        end(null);
        return result;
      } catch (Throwable thrown) {
        if (!returned) {
          end(codeOf(thrown));
        }
        throw thrown;
      }
    }

    private void end(@Nullable String error) {
      Object model = attributes.get("model");
      ledger.span(
          new SpanRecord(
              caller.tenant(),
              id,
              context,
              parent,
              name,
              caller.id(),
              model instanceof String named ? named : null,
              error,
              attributes,
              tags,
              text,
              start,
              Duration.ofNanos(System.nanoTime() - startNanos)));
    }

    @Override
    public TraceContext context() {
      return context;
    }

    @Override
    public Span attribute(String attribute, Object value) {
      attributes.put(attribute, value);
      return this;
    }

    @Override
    public Span text(String searched) {
      this.text = searched;
      return this;
    }

    @Override
    public Span tags(Map<String, String> callers) {
      this.tags = Map.copyOf(callers);
      return this;
    }
  }
}
