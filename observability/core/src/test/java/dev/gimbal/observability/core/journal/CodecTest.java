package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CodecTest {
  private static final UUID ID = new UUID(7, 9);
  private static final TraceContext TRACE = TraceContext.begin();

  @Test
  void shouldGiveBackEveryFieldOfACall() {
    CallOpened opened =
        new CallOpened(
            JournalFixture.TENANT,
            ID,
            new UUID(1, 2),
            TRACE,
            "00f067aa0ba902b7",
            "key_é常",
            CallOpened.Kind.EMBEDDING,
            "requested",
            "local/bge",
            true,
            64,
            0L,
            Map.of("team", "搜索"),
            JournalFixture.AT);
    CallSettled settled =
        new CallSettled(
            JournalFixture.TENANT,
            ID,
            CallSettled.Outcome.CANCELLED,
            499,
            "client_gone",
            1L,
            2L,
            3L,
            true,
            Long.MAX_VALUE,
            -7L,
            "other/model",
            new CallSettled.Step(true, Map.of("gimbal.guard.pii.prompt", "passed")),
            new CallSettled.Hashes("sha256:" + "a".repeat(64), null),
            Duration.ofNanos(5),
            Duration.ofSeconds(6),
            JournalFixture.AT);

    assertThat(again(new Entry.Opened(opened))).isEqualTo(new Entry.Opened(opened));
    assertThat(again(new Entry.Settled(settled))).isEqualTo(new Entry.Settled(settled));
  }

  @Test
  void shouldKeepWhatIsUnknownUnknown() {
    CallSettled settled =
        new CallSettled(
            JournalFixture.TENANT,
            ID,
            CallSettled.Outcome.FAILED,
            502,
            null,
            null,
            null,
            null,
            false,
            null,
            null,
            null,
            null,
            null,
            null,
            Duration.ZERO,
            JournalFixture.AT);

    assertThat(again(new Entry.Settled(settled))).isEqualTo(new Entry.Settled(settled));
  }

  @Test
  void shouldGiveBackASpanAndItsContent() {
    SpanRecord span = span(Map.of("count", 3, "hybrid", true, "weight", 0.5), "天气 weather");
    ContentRecord content =
        new ContentRecord(
            JournalFixture.TENANT,
            ID,
            ContentRecord.Direction.OUTPUT,
            new byte[] {1, 0},
            true,
            true);

    assertThat(again(new Entry.Step(span))).isEqualTo(new Entry.Step(span));
    assertThat(again(new Entry.Said(content, ID)))
        .usingRecursiveComparison()
        .isEqualTo(new Entry.Said(content, ID));
  }

  @Test
  void shouldLeaveNothingThatTheDatabaseRefuses() {
    SpanRecord span = span(Map.of("bad\0", "\0\uD800x", "huge", "y".repeat(70_000)), "a\0b");

    assertThat(again(new Entry.Step(span)))
        .isInstanceOfSatisfying(
            Entry.Step.class,
            step -> {
              assertThat(step.span().text()).isEqualTo("ab");
              assertThat(step.span().attributes()).containsExactly(Map.entry("cut", true));
            });
    assertThat(again(new Entry.Step(span(Map.of("bad\0", "\0\uD800x"), null))))
        .isInstanceOfSatisfying(
            Entry.Step.class,
            step -> assertThat(step.span().attributes()).containsExactly(Map.entry("bad", "x")));
  }

  private static SpanRecord span(Map<String, Object> attributes, @Nullable String text) {
    return new SpanRecord(
        JournalFixture.TENANT,
        ID,
        TRACE,
        "00f067aa0ba902b7",
        "knowledge.search",
        "key_1",
        "local/bge",
        "model_unknown",
        attributes,
        Map.of("a", "b"),
        text,
        JournalFixture.AT,
        Duration.ofMillis(3));
  }

  private static Entry again(Entry entry) {
    return Codec.read(ByteBuffer.wrap(Codec.bytes(entry)));
  }
}
