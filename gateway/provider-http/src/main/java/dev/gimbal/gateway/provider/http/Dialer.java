package dev.gimbal.gateway.provider.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.impl.headers.Http1xHeaders;
import io.vertx.core.internal.VertxInternal;
import java.net.InetSocketAddress;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Opens connections to one endpoint, by the address that was judged, with TLS where it wants it.
/// Thread-safe.
final class Dialer {
  private static final int LARGEST_PIECE = 64 << 10;
  private static final HttpDecoderConfig DECODING =
      new HttpDecoderConfig()
          .setMaxChunkSize(LARGEST_PIECE)
          .setHeadersFactory(
              new HttpHeadersFactory() {
                @Override
                public HttpHeaders newHeaders() {
                  return Http1xHeaders.httpHeaders();
                }

                @Override
                public HttpHeaders newEmptyHeaders() {
                  return Http1xHeaders.httpHeaders();
                }
              });

  private final Vertx vertx;
  private final HttpProviderConfig config;
  private final Upstream upstream;
  private final @Nullable SslContext tls;

  Dialer(Vertx vertx, HttpProviderConfig config, Upstream upstream) {
    this.vertx = vertx;
    this.config = config;
    this.upstream = upstream;
    this.tls = upstream.tls ? tls() : null;
  }

  private static SslContext tls() {
    try {
      return SslContextBuilder.forClient().build();
    } catch (SSLException e) {
      throw new IllegalStateException("this JVM has no TLS", e);
    }
  }

  /// @param made what hears of the connection, the last of its handlers
  /// @param done a connection that can be written to, or why there is none; on the loop
  void dial(
      EventLoop loop,
      InetSocketAddress address,
      Connection made,
      BiConsumer<Connection, @Nullable Throwable> done) {
    new Bootstrap()
        .group(loop)
        .channelFactory(((VertxInternal) vertx).transport().channelFactory(false))
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connect().toMillis())
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(handlers(made))
        .disableResolver()
        .connect(address)
        .addListener(connected -> connected(connected, made, done));
  }

  private ChannelInitializer<Channel> handlers(Connection made) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        if (tls != null) {
          // The certificate must be for the host that was configured, not for its address.
          SslHandler handler = tls.newHandler(channel.alloc(), upstream.host, upstream.port);
          handler.setHandshakeTimeoutMillis(config.connect().toMillis());
          channel.pipeline().addLast(handler);
        }
        channel.pipeline().addLast(new HttpResponseDecoder(DECODING), made);
      }
    };
  }

  private void connected(
      Future<? super Void> connected,
      Connection made,
      BiConsumer<Connection, @Nullable Throwable> done) {
    SslHandler handler =
        connected.isSuccess() ? made.channel().pipeline().get(SslHandler.class) : null;
    if (handler == null) {
      done.accept(made, connected.cause());
    } else {
      handler.handshakeFuture().addListener(shaken -> done.accept(made, shaken.cause()));
    }
  }
}
