package dev.gimbal.observability.core.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// How an entry lies in a segment: its length in 4 bytes, the CRC-32C of length and entry in 4, the
/// entry. No entry is empty, so that a stretch of zeros is no frame.
final class Frame {
  static final int HEADER = 8;

  /// Larger than any entry that [Codec] writes; what claims to be longer is damage.
  static final int LONGEST = 4 << 20;

  /// [#length] of a frame that does not lie whole in its bytes.
  static final int CUT = -1;

  /// [#length] of bytes that are no frame.
  static final int DAMAGED = -2;

  private Frame() {}

  /// Appends the frame of an entry; returns its length.
  static int write(Entry entry, Encoder out) {
    int start = out.length();
    out.skipInt();
    out.skipInt();
    try {
      Codec.write(entry, out);
    } catch (RuntimeException e) {
      out.cut(start);
      throw e;
    }
    int length = out.length() - start - HEADER;
    out.intAt(start, length);
    out.intAt(start + 4, checksum(length, ByteBuffer.wrap(out.array(), start + HEADER, length)));
    return length + HEADER;
  }

  /// The length of the entry whose frame begins at the buffer's position, or [#CUT] or [#DAMAGED].
  static int length(ByteBuffer bytes) {
    int at = bytes.position();
    if (bytes.remaining() < HEADER) {
      return CUT;
    }
    int length = bytes.getInt(at);
    if (length < 1 || length > LONGEST) {
      return DAMAGED;
    }
    if (bytes.remaining() < HEADER + length) {
      return CUT;
    }
    boolean whole = checksum(length, bytes.slice(at + HEADER, length)) == bytes.getInt(at + 4);
    return whole ? length : DAMAGED;
  }

  private static int checksum(int length, ByteBuffer entry) {
    CRC32C crc = new CRC32C();
    crc.update(length >>> 24);
    crc.update(length >>> 16);
    crc.update(length >>> 8);
    crc.update(length);
    crc.update(entry);
    return (int) crc.getValue();
  }
}
