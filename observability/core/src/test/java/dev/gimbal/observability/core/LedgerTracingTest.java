package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.observability.testing.InMemoryLedger;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.time.Clock;
import org.junit.jupiter.api.Test;

final class LedgerTracingTest {
  private static final Principal CALLER = Principal.system(TenantId.FIRST);
  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  private final InMemoryLedger ledger = new InMemoryLedger();
  private final Tracing tracing =
      new LedgerTracing(ledger, Clock.systemUTC(), new TimeOrderedIds(Clock.systemUTC()));

  @Test
  void shouldPutASpanInsideAnotherBelowItInOneTrace() {
    tracing.inSpan(
        "outer",
        CALLER,
        outer -> {
          assertThat(TraceContext.CURRENT.get()).isEqualTo(outer.context());
          return tracing.inSpan("inner", CALLER, PARENT, inner -> 1);
        });

    SpanRecord inner = ledger.spans().getFirst();
    SpanRecord outer = ledger.spans().getLast();
    assertThat(inner.parent()).isEqualTo(outer.trace().spanId());
    assertThat(inner.trace().traceId()).isEqualTo(outer.trace().traceId());
    assertThat(inner.root()).isFalse();
    assertThat(outer.root()).isTrue();
    assertThat(TraceContext.CURRENT.isBound()).isFalse();
  }

  @Test
  void shouldContinueTheCallersTraceAndStandForItInLists() {
    tracing.inSpan("ask", CALLER, PARENT, span -> 1);

    assertThat(ledger.spans())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.trace().traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
              assertThat(span.parent()).isEqualTo("00f067aa0ba902b7");
              assertThat(span.root()).isTrue();
            });
  }

  @Test
  void shouldBeginATraceWhenTheCallersIsMalformed() {
    tracing.inSpan("ask", CALLER, "00-nonsense", span -> 1);

    assertThat(ledger.spans()).singleElement().satisfies(s -> assertThat(s.parent()).isNull());
  }

  @Test
  void shouldRecordTheCodeOfWhatWasThrownAndThrowItOn() {
    IOException defect = new IOException("with a private path in it");

    assertThatThrownBy(
            () ->
                tracing.inSpan(
                    "known",
                    CALLER,
                    span -> {
                      throw new LedgerException(LedgerError.CALL_UNKNOWN, "none", null);
                    }))
        .isInstanceOf(LedgerException.class);
    assertThatThrownBy(
            () ->
                tracing.inSpan(
                    "defect",
                    CALLER,
                    span -> {
                      throw defect;
                    }))
        .isSameAs(defect);

    assertThat(ledger.spans())
        .extracting(SpanRecord::error)
        .containsExactly("call_unknown", "server_failed");
  }

  @Test
  void shouldRecordWhatTheWorkSaysOfItself() {
    tracing.inSpan(
        "search",
        CALLER,
        span -> span.attribute("hits", 3).attribute("model", "local/bge").text("what"));

    assertThat(ledger.spans())
        .singleElement()
        .satisfies(
            span -> {
              assertThat(span.attributes()).containsEntry("hits", 3);
              assertThat(span.model()).isEqualTo("local/bge");
              assertThat(span.text()).isEqualTo("what");
              assertThat(span.tenant()).isEqualTo(TenantId.FIRST);
            });
  }
}
