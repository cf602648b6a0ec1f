package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One call to an endpoint. On the caller's event loop. A call that is given up closes its
/// connection, which is how an upstream learns of it.
final class HttpCall implements UpstreamCall, Exchange, ConnectionPool.Wanted {
  private static final long NEVER = -1;
  private static final int FIRST_GATHERED = 512;
  private static final int MOST_GATHERED = 64 << 10;
  private static final byte[] WHOLE = accepting("application/json");
  private static final byte[] EVENTS = accepting("text/event-stream");
  private static final byte[] ANYTHING = RequestHead.make(Map.of("accept", "*/*"));

  private final HttpProvider provider;
  private final UpstreamRequest call;
  private final @Nullable Passage passage;
  private final UpstreamListener listener;
  private final ContextInternal context;
  private @Nullable InetSocketAddress awaited;
  private @Nullable Connection connection;
  private @Nullable Buffer gathered;
  private long connecting = NEVER;
  private boolean starting;
  private boolean over;

  /// @param passage null: the request's body is JSON, and whole
  HttpCall(
      HttpProvider provider,
      UpstreamRequest call,
      @Nullable Passage passage,
      UpstreamListener listener) {
    this.provider = provider;
    this.call = call;
    this.passage = passage;
    this.listener = listener;
    this.context = (ContextInternal) call.context();
  }

  /// What a call whose body is JSON says of that and of what it wants.
  private static byte[] accepting(String type) {
    return RequestHead.make(Map.of("accept", type, "content-type", "application/json"));
  }

  /// Now, if this is the call's loop. What fails at once is told later: not before the caller has
  /// us.
  void start() {
    if (context.equals(Vertx.currentContext())) {
      starting = true;
      begin();
      starting = false;
    } else {
      context.runOnContext(v -> begin());
    }
  }

  private void begin() {
    if (over) {
      return;
    }
    InetSocketAddress known = provider.upstream().known();
    Connection kept = known == null ? null : pool().idle(known);
    if (kept != null) {
      send(kept);
      return;
    }
    Duration connect = call.connect();
    if (connect != null) {
      connecting = provider.vertx().setTimer(connect.toMillis(), id -> late());
    }
    provider.upstream().address().onSuccess(this::connect).onFailure(this::fail);
  }

  private ConnectionPool pool() {
    return provider.pool(context.nettyEventLoop());
  }

  private void connect(InetSocketAddress address) {
    if (over) {
      return;
    }
    Connection kept = pool().idle(address);
    if (kept == null) {
      awaited = address;
      pool().open(address, this);
    } else {
      send(kept);
    }
  }

  @Override
  public void opened(Connection opened) {
    awaited = null;
    run(() -> send(opened));
  }

  @Override
  public void unreachable(Throwable cause) {
    awaited = null;
    if (!(cause instanceof ConnectionPool.BusyException)) {
      provider.upstream().unreachable();
    }
    run(() -> fail(cause));
  }

  /// Our own timer, because a call's limit is not the connection's, on which others may wait.
  private void late() {
    connecting = NEVER;
    if (connection == null) {
      leave();
      provider.upstream().unreachable();
      fail(new TimeoutException());
    }
  }

  /// Waits for no connection any more.
  private void leave() {
    if (connecting != NEVER) {
      provider.vertx().cancelTimer(connecting);
      connecting = NEVER;
    }
    if (awaited != null) {
      pool().forget(awaited, this);
      awaited = null;
    }
  }

  private void send(Connection opened) {
    leave();
    connection = opened;
    opened.begin(this);
    BodyStream rest = passage == null ? null : passage.rest();
    try {
      if (rest == null) {
        opened.send(this::write);
      } else {
        opened.sendPiece(this::write);
        stream(opened, rest);
      }
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      fail(new GatewayException(GatewayError.UPSTREAM_FAILED, message, null, e));
    }
  }

  private void write(ByteBuf out) {
    HttpMethod method = passage == null ? HttpMethod.POST : passage.method();
    RequestHead head =
        provider.head(
            out, method, provider.wire().path(call, passage == null ? "" : passage.tail()));
    head.header("traceparent", call.trace().traceparent());
    provider.wire().headers(call).forEach(head::header);
    if (passage == null) {
      head.made(call.stream() ? EVENTS : WHOLE);
    } else {
      head.made(ANYTHING);
      if (passage.contentType() == null) {
        head.end();
        return;
      }
      head.header("content-type", passage.contentType());
    }
    long length = length();
    if (length >= 0) {
      head.header("content-length", Long.toString(length)).end();
      Bytes.write(call.body(), out);
    } else {
      head.header("transfer-encoding", "chunked").end();
      Bytes.writeChunk(call.body(), out);
    }
  }

  /// Of the whole body; less than 0: not known.
  private long length() {
    return passage == null || passage.rest() == null ? call.body().length() : passage.length();
  }

  /// Sends a body while it comes in, no faster than the upstream takes it.
  private void stream(Connection opened, BodyStream rest) {
    long length = Objects.requireNonNull(passage).length();
    boolean chunked = length < 0;
    rest.start(
        new BodyStream.Sink() {
          private long left = length - call.body().length();

          @Override
          public void piece(Buffer bytes) {
            if (over || bytes.length() == 0) {
              return;
            }
            left -= bytes.length();
            boolean more =
                opened.sendPiece(
                    out -> {
                      if (chunked) {
                        Bytes.writeChunk(bytes, out);
                      } else {
                        Bytes.write(bytes, out);
                      }
                    });
            if (left == 0 && !chunked) {
              // An upstream that counts may answer before we are told that this was the last.
              opened.sent();
            }
            if (!more) {
              rest.pause();
            }
          }

          @Override
          public void end() {
            if (over) {
              return;
            }
            if (chunked) {
              opened.sendPiece(Bytes::writeLastChunk);
            }
            opened.sent();
          }
        });
  }

  @Override
  public void writable() {
    BodyStream rest = passage == null ? null : passage.rest();
    if (rest != null && !over) {
      rest.resume();
    }
  }

  @Override
  public void run(Runnable told) {
    context.dispatch(told);
  }

  @Override
  public void head(int status, MultiMap headers) {
    if (!over) {
      listener.head(status, headers);
    }
  }

  /// Pieces that one look at the connection brought are handed on together: each would cost a
  /// write of its own to the caller.
  @Override
  public void data(Buffer bytes) {
    Buffer before = gathered;
    if (!call.stream()) {
      hand(bytes);
    } else if (before == null) {
      gathered = Buffer.buffer(FIRST_GATHERED).appendBuffer(bytes);
    } else {
      before.appendBuffer(bytes);
      if (before.length() > MOST_GATHERED) {
        told();
      }
    }
  }

  @Override
  public void told() {
    Buffer bytes = gathered;
    gathered = null;
    if (bytes != null) {
      hand(bytes);
    }
  }

  private void hand(Buffer bytes) {
    if (!over) {
      listener.data(bytes);
    }
  }

  @Override
  public void end() {
    told();
    if (!over) {
      over = true;
      listener.end();
    }
  }

  @Override
  public void broken(Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable failure) {
    if (starting) {
      context.runOnContext(v -> fail(failure));
      return;
    }
    leave();
    told();
    if (!over) {
      over = true;
      if (connection != null) {
        connection.abandon();
      }
      listener.failed(translated(failure));
    }
  }

  private GatewayException translated(Throwable failure) {
    if (failure instanceof GatewayException known) {
      return known;
    }
    if (failure instanceof ConnectionPool.BusyException) {
      return new GatewayException(
          GatewayError.UPSTREAM_BUSY, "Every connection to the provider is taken.", null, failure);
    }
    boolean late =
        failure instanceof ConnectTimeoutException
            || failure instanceof SslHandshakeTimeoutException
            || failure instanceof TimeoutException;
    if (late && connection == null) {
      return new GatewayException(
          GatewayError.UPSTREAM_TIMED_OUT, "The provider did not connect in time.", null, failure);
    }
    String message =
        connection == null
            ? "The provider cannot be reached."
            : "The provider broke the answer off.";
    return new GatewayException(GatewayError.UPSTREAM_FAILED, message, null, failure);
  }

  @Override
  public void cancel() {
    leave();
    if (!over) {
      over = true;
      if (connection != null) {
        connection.abandon();
      }
    }
  }

  @Override
  public void pause() {
    if (connection != null && !over) {
      connection.pause();
    }
  }

  @Override
  public void resume() {
    if (connection != null && !over) {
      connection.resume();
    }
  }
}
