package dev.gimbal.gateway.provider.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.internal.buffer.BufferInternal;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection to an endpoint, with one request at a time, kept between them. It is given back
/// only when all that came was the answer: an upstream that says more than it was asked cannot
/// answer the next call with it. On its event loop.
final class Connection extends ChannelInboundHandlerAdapter {
  private static final String KEEP_ALIVE = "keep-alive";
  private static final String TIMEOUT = "timeout=";
  private static final int LONGEST_SECONDS = 9;
  private static final int FIRST_BYTES = 1_024;

  private final ConnectionPool pool;
  private final InetSocketAddress address;
  private final ArrayDeque<Object> held = new ArrayDeque<>(0);
  private @Nullable Channel channel;
  private @Nullable Exchange exchange;
  private @Nullable Inflater inflater;
  private boolean sent;
  private boolean informational;
  private boolean keep;
  private boolean ended;
  private boolean paused;
  private boolean connected;
  private boolean closed;
  private long keepNanos;
  private long keptUntil;

  Connection(ConnectionPool pool, InetSocketAddress address, long keepNanos) {
    this.pool = pool;
    this.address = address;
    this.keepNanos = keepNanos;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    channel = context.channel();
  }

  Channel channel() {
    return Objects.requireNonNull(channel, "it was not dialled");
  }

  InetSocketAddress address() {
    return address;
  }

  /// Whether it is, or was, more than an attempt.
  boolean wasConnected() {
    return connected;
  }

  boolean usable() {
    return !closed && channel().isActive();
  }

  /// Nobody needs it from now on, until [#expired].
  void idle() {
    keptUntil = System.nanoTime() + keepNanos;
  }

  boolean expired(long now) {
    return keptUntil - now <= 0;
  }

  /// The next request is this one's.
  void begin(Exchange next) {
    exchange = next;
    sent = false;
    keep = false;
    ended = false;
  }

  /// Sends the whole request.
  ///
  /// @param written writes it; what that throws is thrown, and nothing was sent
  void send(Consumer<ByteBuf> written) {
    sendPiece(written);
    sent = true;
  }

  /// Sends a piece of a request, of which more comes until [#sent].
  ///
  /// @return whether the upstream takes more now; if not, [Exchange#writable] says when
  boolean sendPiece(Consumer<ByteBuf> written) {
    ByteBuf out = channel().alloc().directBuffer(FIRST_BYTES);
    try {
      written.accept(out);
    } catch (RuntimeException e) {
      out.release();
      throw e;
    }
    // What goes wrong with it is told as the connection's.
    var _ = channel().writeAndFlush(out, channel().voidPromise());
    return channel().isWritable();
  }

  /// The request is whole.
  void sent() {
    sent = true;
  }

  void pause() {
    if (!paused) {
      paused = true;
      channel().config().setAutoRead(false);
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      // Not now: whoever asks may be in the middle of a piece.
      channel().eventLoop().execute(this::goOn);
    }
  }

  private void goOn() {
    while (!paused && !held.isEmpty()) {
      take(held.remove());
    }
    if (paused) {
      return;
    }
    told();
    if (closed) {
      broken(new ClosedChannelException());
    } else {
      channel().config().setAutoRead(true);
    }
  }

  /// Ends it at once, and with it the request, of which nothing more is told. What was not sent is
  /// thrown away: a gentle close would wait for it.
  void abandon() {
    exchange = null;
    close();
  }

  void close() {
    closed = true;
    paused = false;
    while (!held.isEmpty()) {
      ReferenceCountUtil.release(held.remove());
    }
    endInflating();
    channel().unsafe().close(channel().voidPromise());
  }

  /// Says goodbye to an upstream, of which nothing is awaited any more.
  void retire() {
    closed = true;
    var _ = channel().close();
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    connected = true;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (paused || !held.isEmpty()) {
      held.add(message);
    } else {
      take(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!paused && held.isEmpty()) {
      told();
    }
  }

  private void told() {
    Exchange now = exchange;
    if (now != null) {
      now.run(now::told);
    } else if (ended && !closed) {
      ended = false;
      pool.back(this);
    }
  }

  private void take(Object message) {
    try {
      Exchange now = exchange;
      if (now != null) {
        now.run(() -> hear(now, (HttpObject) message));
      } else if (!closed) {
        close();
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void hear(Exchange now, HttpObject message) {
    if (!message.decoderResult().isSuccess()) {
      broken(message.decoderResult().cause());
      return;
    }
    if (message instanceof HttpResponse response) {
      head(now, response);
    }
    if (message instanceof HttpContent content && now.equals(exchange)) {
      body(now, content);
    }
  }

  private void head(Exchange now, HttpResponse response) {
    HttpResponseStatus status = response.status();
    informational = status.codeClass() == HttpStatusClass.INFORMATIONAL;
    if (informational) {
      return;
    }
    HttpHeaders headers = response.headers();
    keep = HttpUtil.isKeepAlive(response);
    shorten(headers.get(KEEP_ALIVE));
    inflater = Inflater.of(headers);
    now.head(status.code(), (MultiMap) headers);
  }

  /// An upstream that says how long it keeps a connection closes it then.
  private void shorten(@Nullable String said) {
    if (said == null || !said.contains(TIMEOUT)) {
      return;
    }
    long seconds = 0;
    int from = said.indexOf(TIMEOUT) + TIMEOUT.length();
    int to = Math.min(said.length(), from + LONGEST_SECONDS);
    for (int i = from; i < to && said.charAt(i) >= '0' && said.charAt(i) <= '9'; i++) {
      seconds = seconds * 10 + said.charAt(i) - '0';
    }
    keepNanos = Math.min(keepNanos, TimeUnit.SECONDS.toNanos(seconds));
  }

  private void body(Exchange now, HttpContent content) {
    if (!informational && content.content().isReadable()) {
      piece(now, content.content());
    }
    if (content instanceof LastHttpContent && now.equals(exchange)) {
      if (!informational) {
        ended(now);
      }
      informational = false;
    }
  }

  private void piece(Exchange now, ByteBuf bytes) {
    Inflater zipped = inflater;
    if (zipped == null) {
      now.data(BufferInternal.safeBuffer(bytes.retain()));
      return;
    }
    try {
      zipped.inflate(
          bytes,
          said -> {
            if (now.equals(exchange)) {
              now.data(BufferInternal.safeBuffer(said));
            } else {
              said.release();
            }
          });
    } catch (CodecException e) {
      broken(e);
    }
  }

  private void ended(Exchange now) {
    endInflating();
    exchange = null;
    ended = keep && sent;
    if (!ended) {
      close();
    }
    now.end();
  }

  private void endInflating() {
    if (inflater != null) {
      inflater.close();
      inflater = null;
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    Exchange now = exchange;
    if (now != null && channel().isWritable()) {
      now.run(now::writable);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    closed = true;
    pool.closed(this);
    if (!paused && held.isEmpty()) {
      broken(new ClosedChannelException());
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    broken(cause);
  }

  private void broken(Throwable cause) {
    Exchange now = exchange;
    exchange = null;
    close();
    if (now != null) {
      now.run(() -> now.broken(cause));
    }
  }
}
