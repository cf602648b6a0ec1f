package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.core.wire.Lines;
import dev.gimbal.gateway.guard.TextGuards.Change;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// One event of a stream on its way through the guards, with what gives way in it.
final class HeldEvent {
  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};

  private final byte[] bytes;
  private final int dataFrom;
  private final int dataTo;
  private final List<Text> texts = new ArrayList<>(1);
  private final List<Edit> edits = new ArrayList<>(0);
  private int waiting;

  private record Text(TextSpot spot, List<Change> changes) {}

  private HeldEvent(byte[] bytes, int dataFrom, int dataTo) {
    this.bytes = bytes;
    this.dataFrom = dataFrom;
    this.dataTo = dataTo;
  }

  /// A copy of an event. Data in several lines, which only blanks of JSON can part, become one.
  static HeldEvent of(byte[] source, int from, int to) {
    int lines = 0;
    int dataFrom = to;
    int dataTo = to;
    for (int line = from; line < to; line = behind(source, line, to)) {
      if (isData(source, line, to)) {
        lines++;
        dataFrom = line + DATA.length;
        dataTo = Lines.end(source, line, to);
      }
    }
    if (lines > 1) {
      byte[] joined = joined(source, from, to);
      return of(joined, 0, joined.length);
    }
    return new HeldEvent(Arrays.copyOfRange(source, from, to), dataFrom - from, dataTo - from);
  }

  /// A copy of an event that differs from this one in the length of a text in its only data.
  HeldEvent like(byte[] source, int from, int to) {
    byte[] copy = Arrays.copyOfRange(source, from, to);
    return new HeldEvent(copy, dataFrom, dataTo + copy.length - bytes.length);
  }

  /// Bytes that are all data.
  static HeldEvent whole(byte[] bytes) {
    return new HeldEvent(bytes, 0, bytes.length);
  }

  private static byte[] joined(byte[] source, int from, int to) {
    ByteArrayOutputStream head = new ByteArrayOutputStream(to - from);
    ByteArrayOutputStream data = new ByteArrayOutputStream(to - from);
    for (int line = from; line < to; line = behind(source, line, to)) {
      int end = Lines.end(source, line, to);
      if (isData(source, line, to)) {
        data.write(source, line + DATA.length, end - line - DATA.length);
        data.write(' ');
      } else if (end > line) {
        head.write(source, line, end - line);
        head.write('\n');
      }
    }
    head.writeBytes(DATA);
    head.writeBytes(data.toByteArray());
    head.write('\n');
    head.write('\n');
    return head.toByteArray();
  }

  private static boolean isData(byte[] source, int line, int to) {
    return to - line >= DATA.length
        && Arrays.equals(source, line, line + DATA.length, DATA, 0, DATA.length);
  }

  private static int behind(byte[] source, int line, int to) {
    return Lines.end(source, line, to) + 1;
  }

  byte[] bytes() {
    return bytes;
  }

  int dataFrom() {
    return dataFrom;
  }

  int dataTo() {
    return dataTo;
  }

  /// A text of it must be decided about; its changes are added until [#ready] is said.
  void waitFor(TextSpot spot, List<Change> changes) {
    texts.add(new Text(spot, changes));
    waiting++;
  }

  /// What a text of it was decided about.
  void ready() {
    waiting--;
  }

  void change(TextSpot spot, List<Change> changes) {
    texts.add(new Text(spot, changes));
  }

  void edit(Edit edit) {
    edits.add(edit);
  }

  boolean complete() {
    return waiting == 0;
  }

  /// The event as it may be said.
  byte[] made() {
    for (Text text : texts) {
      edits.addAll(BodyGuard.edits(bytes, text.spot, text.changes));
    }
    if (edits.isEmpty()) {
      return bytes;
    }
    edits.sort(Comparator.comparingInt(Edit::start));
    return JsonText.splice(bytes, 0, bytes.length, edits);
  }
}
