package dev.gimbal.gateway.core.wire;

import java.util.Arrays;

/// Reads the events of one stream into an [AnswerScan]. Most events of a stream differ from the one
/// before in nothing but the text that they say: such an event is compared and not read again, for
/// all else that was found in the one before holds in it too. For one thread at a time.
public final class EventReader {
  private static final byte[][] NO_NAMES = {};

  private final AnswerScan scan;
  private final JsonScanner text = new JsonScanner(new JsonSink() {}, NO_NAMES);

  /// The event that others are compared with, and how much of it stands before its text, the quote
  /// included, and how much behind; 0: there is none.
  private byte[] pattern = {};
  private int patternFrom;
  private int patternTo;
  private int before;
  private int behind;
  private boolean repeats;
  private long patterns;

  public EventReader(AnswerScan scan) {
    this.scan = scan;
  }

  /// Reads one whole event.
  public EventScan.Kind read(byte[] bytes, int from, int to) {
    repeats = repeats(bytes, from, to);
    if (repeats) {
      scan.saidBytes += to - from - before - behind;
      return EventScan.Kind.DATA;
    }
    long said = scan.saidBytes;
    scan.saidStart = AnswerScan.NOWHERE;
    EventScan.Kind kind = EventScan.read(bytes, from, to, scan);
    if (kind == EventScan.Kind.DATA) {
      learn(bytes, from, to, scan.saidBytes - said);
    } else if (kind != EventScan.Kind.SILENT) {
      before = 0;
    }
    return kind;
  }

  /// Whether the event that was read last differs from the last one that was read whole in nothing
  /// but its text, which is all that it says.
  public boolean repeats() {
    return repeats;
  }

  /// How many events with data were read whole so far.
  public long patterns() {
    return patterns;
  }

  /// How far behind the beginning of such an event its text begins.
  public int before() {
    return before;
  }

  /// How far before its end its text ends.
  public int behind() {
    return behind;
  }

  private boolean repeats(byte[] bytes, int from, int to) {
    return before > 0
        && to - from >= before + behind
        && Arrays.equals(bytes, from, from + before, pattern, patternFrom, patternFrom + before)
        && Arrays.equals(bytes, to - behind, to, pattern, patternTo - behind, patternTo)
        && isText(bytes, from + before - 1, to - behind + 1);
  }

  /// Whether it is one text of JSON from quote to quote.
  private boolean isText(byte[] bytes, int from, int to) {
    try {
      text.reset();
      text.feed(bytes, from, to);
      text.finish();
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private void learn(byte[] bytes, int from, int to, long said) {
    patterns++;
    before = 0;
    int data = EventScan.onlyData(bytes, from, to);
    boolean one = scan.saidStart != AnswerScan.NOWHERE && said == scan.saidEnd - scan.saidStart - 2;
    if (data < 0 || !one) {
      return;
    }
    pattern = bytes;
    patternFrom = from;
    patternTo = to;
    before = data + (int) scan.saidStart + 1 - from;
    behind = to - (data + (int) scan.saidEnd - 1);
  }
}
