package dev.gimbal.gateway.core.wire;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/// One change to a body's bytes: what stands in `[start, end)` gives way to `bytes`.
public record Edit(int start, int end, byte[] bytes) {

  static Edit replace(long start, long end, String text) {
    return new Edit((int) start, (int) end, text.getBytes(StandardCharsets.UTF_8));
  }

  /// The body with all edits, which do not overlap, made; every other byte is as it was.
  public static Buffer splice(Buffer body, List<Edit> edits) {
    if (edits.isEmpty()) {
      return body;
    }
    List<Edit> ordered =
        edits.size() == 1
            ? edits
            : edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList();
    int length = body.length();
    for (Edit edit : ordered) {
      length += edit.bytes.length - (edit.end - edit.start);
    }
    Buffer spliced = Buffer.buffer(length);
    int at = 0;
    for (Edit edit : ordered) {
      spliced.appendBuffer(body, at, edit.start - at).appendBytes(edit.bytes);
      at = edit.end;
    }
    return spliced.appendBuffer(body, at, body.length() - at);
  }
}
