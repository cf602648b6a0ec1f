package dev.gimbal.gateway.core.wire;

import java.util.Arrays;

/// Cuts a stream of server-sent events, which comes in pieces cut anywhere, at the ends of its
/// events. Every byte is handed on exactly once, in order. For one thread at a time.
public final class EventSplitter {
  /// A larger event is handed on in parts, unread, so that it does not fill the memory.
  static final int LARGEST = 1 << 20;

  private static final byte[] NOTHING = new byte[0];

  private byte[] pending = NOTHING;
  private int scanned;
  private int lineStart;
  private boolean skipLineFeed;
  private boolean giant;

  /// Takes what was cut.
  public interface Handler {
    /// One whole event: its lines and the blank line behind them.
    void event(byte[] bytes, int from, int to);

    /// A part of an event that is too large to be read.
    void part(byte[] bytes, int from, int to);
  }

  /// Whether what was handed on so far ends between two events.
  public boolean atBoundary() {
    return !giant;
  }

  /// Takes the next bytes of the stream.
  public void feed(byte[] piece, Handler handler) {
    byte[] bytes = pending.length == 0 ? piece : join(pending, piece);
    int eventStart = 0;
    int i = scanned;
    while (i < bytes.length) {
      int lineEnd = Lines.end(bytes, i, bytes.length);
      if (lineEnd > i) {
        skipLineFeed = false;
        i = lineEnd;
        continue;
      }
      byte b = bytes[i];
      if (b == '\n' && skipLineFeed) {
        lineStart = i + 1;
      } else {
        boolean blank = i == lineStart;
        lineStart = i + 1;
        if (blank) {
          int end = i + 1;
          if (b == '\r' && end < bytes.length && bytes[end] == '\n') {
            end++;
            i++;
            lineStart = end;
          }
          hand(bytes, eventStart, end, handler);
          eventStart = end;
        }
      }
      skipLineFeed = b == '\r' && lineStart == i + 1 && bytes[i] == '\r';
      i++;
    }
    keep(bytes, eventStart, handler);
  }

  private void hand(byte[] bytes, int from, int to, Handler handler) {
    if (giant) {
      giant = false;
      handler.part(bytes, from, to);
    } else {
      handler.event(bytes, from, to);
    }
  }

  private void keep(byte[] bytes, int eventStart, Handler handler) {
    if (bytes.length - eventStart > LARGEST || (giant && eventStart < bytes.length)) {
      giant = true;
      handler.part(bytes, eventStart, bytes.length);
      eventStart = bytes.length;
    }
    pending =
        eventStart == bytes.length ? NOTHING : Arrays.copyOfRange(bytes, eventStart, bytes.length);
    lineStart -= eventStart;
    if (eventStart == bytes.length) {
      scanned = 0;
      lineStart = Math.min(lineStart, 0);
    } else {
      scanned = pending.length;
    }
  }

  /// The bytes of an event that never ended; empty if the stream ended between two.
  public byte[] rest() {
    return pending;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
