package dev.gimbal.gateway.provider.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decompresses the body of one answer, by netty's decoder. On one event loop.
final class Inflater implements AutoCloseable {
  /// What an upstream is told that it may send.
  static final String ACCEPTED = "deflate, gzip";

  private static final Logger LOG = LoggerFactory.getLogger(Inflater.class);

  private final EmbeddedChannel decoder;

  private Inflater(ZlibWrapper wrapper) {
    this.decoder = new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(wrapper, 0));
  }

  /// The one that an answer needs, whose headers then tell of the decompressed body; null: none,
  /// or of an encoding that nobody was told to send.
  static @Nullable Inflater of(HttpHeaders headers) {
    String encoding = headers.get(HttpHeaderNames.CONTENT_ENCODING);
    if (encoding == null) {
      return null;
    }
    ZlibWrapper wrapper =
        switch (encoding.trim().toLowerCase(Locale.ROOT)) {
          case "gzip", "x-gzip" -> ZlibWrapper.GZIP;
          case "deflate", "x-deflate" -> ZlibWrapper.ZLIB_OR_NONE;
          default -> null;
        };
    if (wrapper == null) {
      return null;
    }
    headers.remove(HttpHeaderNames.CONTENT_ENCODING);
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    return new Inflater(wrapper);
  }

  /// @param piece stays the caller's
  /// @param to gets what it says, and owns it
  /// @throws CodecException if it is not so encoded
  void inflate(ByteBuf piece, Consumer<ByteBuf> to) {
    decoder.writeInbound(piece.retain());
    for (ByteBuf said = decoder.readInbound(); said != null; said = decoder.readInbound()) {
      to.accept(said);
    }
  }

  @Override
  public void close() {
    try {
      decoder.finishAndReleaseAll();
    } catch (CodecException e) {
      // It says again of what is left what it said of a piece before.
      LOG.debug("what was compressed could not be read to its end", e);
    }
  }
}
