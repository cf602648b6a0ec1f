package dev.gimbal.platform.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a child's standard error to its end, so that the child never waits for it, and logs
/// no more than the first lines: a child that floods must not fill the disk with our log.
final class ErrorDrain implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorDrain.class);
  private static final int BYTES_LOGGED_AT_MOST = 32 << 10;
  private static final int LINE_AT_MOST = 1_000;

  private final InputStream errors;
  private final String name;
  private final StringBuilder line = new StringBuilder();

  ErrorDrain(InputStream errors, String name) {
    this.errors = errors;
    this.name = name;
  }

  @Override
  public void run() {
    byte[] buffer = new byte[8192];
    long total = 0;
    try (errors) {
      for (int count = errors.read(buffer); count >= 0; count = errors.read(buffer)) {
        int kept = Math.clamp(BYTES_LOGGED_AT_MOST - total, 0, count);
        total += count;
        log(new String(buffer, 0, kept, StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      LOG.debug("{}: its standard error broke off", name, e);
    }
    log("\n");
    if (total > BYTES_LOGGED_AT_MOST) {
      LOG.info("{}: {} more bytes were not logged", name, total - BYTES_LOGGED_AT_MOST);
    }
  }

  private void log(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        flush();
      } else if (!Character.isISOControl(c) && line.length() < LINE_AT_MOST) {
        line.append(c);
      }
    }
  }

  private void flush() {
    if (!line.isEmpty()) {
      LOG.info("{}: {}", name, line);
      line.setLength(0);
    }
  }
}
