package dev.gimbal.gateway.core.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads the data of one server-sent event into an [AnswerScan].
public final class EventScan {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
  private static final byte[] EVENT = {'e', 'v', 'e', 'n', 't', ':'};
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};
  private static final byte[] LINE_FEED = {'\n'};

  private EventScan() {}

  /// What an event is.
  public enum Kind {
    /// JSON, now read.
    DATA,
    /// `[DONE]`: the answer is whole.
    DONE,
    /// A comment, or an event without data.
    SILENT,
    /// Data that is not JSON.
    BROKEN
  }

  /// Reads one whole event.
  public static Kind read(byte[] bytes, int from, int to, AnswerScan scan) {
    boolean any = false;
    int line = from;
    while (line < to) {
      int end = Lines.end(bytes, line, to);
      if (startsWith(bytes, line, end, DATA)) {
        int start = line + DATA.length;
        if (start < end && bytes[start] == ' ') {
          start++;
        }
        if (!any && end - start == DONE.length && startsWith(bytes, start, end, DONE)) {
          return Kind.DONE;
        }
        if (!feed(bytes, start, end, any, scan)) {
          return Kind.BROKEN;
        }
        any = true;
      }
      line = end + 1;
    }
    return any ? finish(scan) : Kind.SILENT;
  }

  /// What one whole event is called; null if it has no name.
  public static @Nullable String name(byte[] bytes, int from, int to) {
    @Nullable String name = null;
    int line = from;
    while (line < to) {
      int end = Lines.end(bytes, line, to);
      if (startsWith(bytes, line, end, EVENT)) {
        int start = line + EVENT.length;
        name = new String(bytes, start, end - start, StandardCharsets.UTF_8).strip();
      }
      line = end + 1;
    }
    return name;
  }

  /// The data of one whole event, its lines joined; empty if it has none.
  public static String data(byte[] bytes, int from, int to) {
    StringBuilder data = new StringBuilder();
    int line = from;
    while (line < to) {
      int end = Lines.end(bytes, line, to);
      if (startsWith(bytes, line, end, DATA)) {
        int start = line + DATA.length;
        String said = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        data.append(data.isEmpty() ? "" : "\n").append(said);
      }
      line = end + 1;
    }
    return data.toString().strip();
  }

  /// Where the data of one whole event begins, if it has one line of data; otherwise -1.
  static int onlyData(byte[] bytes, int from, int to) {
    int found = -1;
    int line = from;
    while (line < to) {
      int end = Lines.end(bytes, line, to);
      if (startsWith(bytes, line, end, DATA)) {
        if (found >= 0) {
          return -1;
        }
        found = line + DATA.length;
        if (found < end && bytes[found] == ' ') {
          found++;
        }
      }
      line = end + 1;
    }
    return found;
  }

  private static boolean feed(byte[] bytes, int from, int to, boolean more, AnswerScan scan) {
    try {
      if (more) {
        scan.feed(LINE_FEED, 0, 1);
      } else {
        scan.next();
      }
      scan.feed(bytes, from, to);
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static Kind finish(AnswerScan scan) {
    try {
      scan.finish();
      return Kind.DATA;
    } catch (MalformedJsonException e) {
      return Kind.BROKEN;
    }
  }

  private static boolean startsWith(byte[] bytes, int from, int to, byte[] start) {
    if (to - from < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (bytes[from + i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
