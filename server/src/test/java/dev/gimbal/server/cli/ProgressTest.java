package dev.gimbal.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Progress progress(long total, boolean terminal) {
    return new Progress(new PrintStream(out, true, UTF_8), total, terminal);
  }

  @Test
  void shouldDrawABarOverItselfOnATerminalAndTakeItAwayAtTheEnd() {
    Progress bar = progress(4, true);

    bar.sent(4, 1);
    bar.done(1);
    bar.end();

    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "\r\033[K["
                + "█".repeat(10)
                + "░".repeat(30)
                + "] 1 of 4 ready, 4 sent\r\033[K["
                + "█".repeat(20)
                + "░".repeat(20)
                + "] 2 of 4 ready, 4 sent\r\033[K");
  }

  @Test
  void shouldPrintALineATenthInAPipe() {
    Progress lines = progress(100, false);

    lines.sent(100, 0);
    for (int document = 0; document < 100; document++) {
      lines.done(1);
    }
    lines.end();

    assertThat(out.toString(UTF_8).lines())
        .hasSize(11)
        .startsWith("0 of 100 ready, 100 sent", "10 of 100 ready, 100 sent")
        .endsWith("100 of 100 ready, 100 sent");
  }
}
