package dev.gimbal.gateway.provider.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.nio.charset.StandardCharsets;

/// Writes a body, whole or in the chunks of RFC 9112.
final class Bytes {
  static final int CRLF = '\r' << 8 | '\n';

  private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private Bytes() {}

  static void write(Buffer from, ByteBuf out) {
    out.writeBytes(((BufferInternal) from).getByteBuf());
  }

  /// @param from an empty one writes nothing, because an empty chunk is the last
  static void writeChunk(Buffer from, ByteBuf out) {
    if (from.length() > 0) {
      out.writeCharSequence(Integer.toHexString(from.length()), StandardCharsets.US_ASCII);
      out.writeShort(CRLF);
      write(from, out);
      out.writeShort(CRLF);
    }
  }

  static void writeLastChunk(ByteBuf out) {
    out.writeBytes(LAST_CHUNK);
  }
}
