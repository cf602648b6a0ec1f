package dev.gimbal.platform.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/// The wire between parent and child. A frame is `G` `F`, a kind, a zero, the length of its
/// payload as four bytes (big end first), the payload. A request is one frame; its answer is
/// any number of PART frames and one LAST frame. Where many requests run at once each payload
/// begins with the request's number as four bytes, and CANCEL gives one up. The fixed bytes make
/// what anything else prints into the pipe show at once.
final class Frames {
  static final byte REQUEST = 1;
  static final byte PART = 2;
  static final byte LAST = 3;
  static final byte CANCEL = 4;

  private static final int MARK = ('G' << 8) | 'F';

  record Frame(byte kind, byte[] payload) {

    /// The request's number in front of the payload.
    int number() throws GarbledException {
      if (payload.length < Integer.BYTES) {
        throw new GarbledException("a frame without a number");
      }
      return ByteBuffer.wrap(payload).getInt();
    }

    /// The payload behind the number.
    byte[] rest() {
      return Arrays.copyOfRange(payload, Integer.BYTES, payload.length);
    }
  }

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

  /// The same with the number of a request in front of the payload.
  static void write(DataOutputStream out, byte kind, int number, byte[] payload)
      throws IOException {
    out.writeShort(MARK);
    out.writeByte(kind);
    out.writeByte(0);
    out.writeInt(Math.addExact(Integer.BYTES, payload.length));
    out.writeInt(number);
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
    if (mark != MARK || kind < REQUEST || kind > CANCEL || zero != 0) {
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
