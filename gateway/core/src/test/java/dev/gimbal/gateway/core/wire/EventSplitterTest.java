package dev.gimbal.gateway.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSplitterTest {

  private static final class Heard implements EventSplitter.Handler {
    private final List<String> events = new ArrayList<>();
    private final StringBuilder all = new StringBuilder();
    private int parts;

    @Override
    public void event(byte[] bytes, int from, int to) {
      String event = new String(bytes, from, to - from, StandardCharsets.UTF_8);
      events.add(event.strip());
      all.append(event);
    }

    @Override
    public void part(byte[] bytes, int from, int to) {
      parts++;
      all.append(new String(bytes, from, to - from, StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void shouldFindTheSameEventsWhereverTheStreamIsCutTwice(String line) {
    String stream =
        "data: {\"a\":1}|| : note|data: b|data: c||event: x|data: [DONE]||".replace("|", line);
    byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
    for (int first = 0; first <= bytes.length; first++) {
      for (int second = first; second <= bytes.length; second++) {
        Heard heard = new Heard();
        EventSplitter splitter = new EventSplitter();
        splitter.feed(Arrays.copyOfRange(bytes, 0, first), heard);
        splitter.feed(Arrays.copyOfRange(bytes, first, second), heard);
        splitter.feed(Arrays.copyOfRange(bytes, second, bytes.length), heard);
        String rest = new String(splitter.rest(), StandardCharsets.UTF_8);

        assertThat(heard.all + rest).isEqualTo(stream);
        assertThat(heard.events.stream().filter(event -> !event.isEmpty())).hasSize(3);
      }
    }
  }

  @Test
  void shouldHandOnAGiantEventInPartsAndFindTheNext() {
    Heard heard = new Heard();
    EventSplitter splitter = new EventSplitter();
    byte[] piece = "x".repeat(400_000).getBytes(StandardCharsets.UTF_8);

    splitter.feed("data: ".getBytes(StandardCharsets.UTF_8), heard);
    for (int i = 0; i < 4; i++) {
      splitter.feed(piece, heard);
    }
    assertThat(splitter.atBoundary()).isFalse();
    splitter.feed("\n\ndata: b\n\n".getBytes(StandardCharsets.UTF_8), heard);

    assertThat(splitter.atBoundary()).isTrue();
    assertThat(heard.parts).isGreaterThan(1);
    assertThat(heard.events).containsExactly("data: b");
    assertThat(heard.all).hasSize(6 + 4 * 400_000 + 2 + 9);
  }
}
