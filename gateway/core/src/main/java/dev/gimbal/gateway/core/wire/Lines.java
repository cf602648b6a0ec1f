package dev.gimbal.gateway.core.wire;

/// Finds where lines end.
public final class Lines {
  private static final long LINE_FEEDS = EightBytes.of('\n');
  private static final long RETURNS = EightBytes.of('\r');

  private Lines() {}

  /// Place of the first line feed or carriage return; `to` if there is none.
  public static int end(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to) {
      long word = EightBytes.at(bytes, at);
      long found = EightBytes.are(word, LINE_FEEDS) | EightBytes.are(word, RETURNS);
      if ((found & EightBytes.FOUND) != 0) {
        return at + EightBytes.first(found);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }
}
