package dev.gimbal.platform.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/// The wire between parent and child. A frame is `G` `F`, a kind, a zero, the length of its
/// payload as four bytes (big end first), the payload. A request is one frame; its answer is
/// any number of PART frames and one LAST frame. The fixed bytes make what anything else
/// prints into the pipe show at once.
final class Frames {
  static final byte REQUEST = 1;
  static final byte PART = 2;
  static final byte LAST = 3;

  private static final int MARK = ('G' << 8) | 'F';

  record Frame(byte kind, byte[] payload) {}

  /// What arrived is not a frame.
  static final class GarbledException extends IOException {
    private static final long serialVersionUID = 1L;

    GarbledException(String message) {
      super(message);
    }
  }

  private Frames() {}

  static void write(DataOutputStream out, byte kind, byte[] payload) throws IOException {
    out.writeShort(MARK);
    out.writeByte(kind);
    out.writeByte(0);
    out.writeInt(payload.length);
    out.write(payload);
    out.flush();
  }

  /// The next frame; empty if the other side closed the pipe between two frames.
  ///
  /// @throws GarbledException if it is not a frame or its payload is longer than allowed
  /// @throws EOFException if the pipe ended within a frame
  static Optional<Frame> read(DataInputStream in, int bytesAtMost) throws IOException {
    int first = in.read();
    if (first < 0) {
      return Optional.empty();
    }
    int mark = (first << 8) | in.readUnsignedByte();
    byte kind = in.readByte();
    byte zero = in.readByte();
    if (mark != MARK || kind < REQUEST || kind > LAST || zero != 0) {
      throw new GarbledException("what arrived is not a frame");
    }
    int length = in.readInt();
    if (length < 0 || length > bytesAtMost) {
      throw new GarbledException(
          "a frame of " + Integer.toUnsignedString(length) + " bytes, limit " + bytesAtMost);
    }
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException();
    }
    return Optional.of(new Frame(kind, payload));
  }
}
