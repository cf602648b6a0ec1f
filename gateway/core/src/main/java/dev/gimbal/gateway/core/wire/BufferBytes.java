package dev.gimbal.gateway.core.wire;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;

/// The bytes of a buffer where they lie: a body is read several times on its way, and a copy for
/// each reading is most of what a large call would allocate. Nobody may write into them.
public final class BufferBytes {
  private BufferBytes() {}

  /// Reads bytes within an array.
  public interface Reader<E extends Exception> {
    void read(byte[] bytes, int from, int to) throws E;
  }

  /// Has a buffer's bytes read, for as long as the reader runs.
  public static <E extends Exception> void read(Buffer buffer, Reader<E> reader) throws E {
    if (buffer instanceof BufferInternal inside) {
      ByteBuf bytes = inside.getByteBuf();
      if (bytes.hasArray()) {
        int from = bytes.arrayOffset() + bytes.readerIndex();
        reader.read(bytes.array(), from, from + bytes.readableBytes());
        return;
      }
    }
    reader.read(buffer.getBytes(), 0, buffer.length());
  }

  /// An array that holds just a buffer's bytes: its own one if that holds nothing else.
  public static byte[] whole(Buffer buffer) {
    if (buffer instanceof BufferInternal inside) {
      ByteBuf bytes = inside.getByteBuf();
      boolean just =
          bytes.hasArray()
              && bytes.arrayOffset() + bytes.readerIndex() == 0
              && bytes.array().length == bytes.readableBytes();
      if (just) {
        return bytes.array();
      }
    }
    return buffer.getBytes();
  }
}
