package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One call to an endpoint. On the caller's event loop. A call that is given up closes its
/// connection, which is how an upstream learns of it.
final class HttpCall implements UpstreamCall {
  private static final long NEVER = -1;
  private static final CharSequence TRACEPARENT = HttpHeaders.createOptimized("traceparent");
  private static final int FIRST_GATHERED = 512;
  private static final int MOST_GATHERED = 64 << 10;

  private final HttpProvider provider;
  private final UpstreamRequest call;
  private final @Nullable Passage passage;
  private final UpstreamListener listener;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private @Nullable Buffer gathered;
  private long connecting = NEVER;
  private boolean starting;
  private boolean sending;
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
  }

  /// Now, if this is the call's loop. What fails at once is told later: not before the caller has
  /// us.
  void start() {
    if (call.context().equals(Vertx.currentContext())) {
      starting = true;
      resolve();
      starting = false;
    } else {
      call.context().runOnContext(v -> resolve());
    }
  }

  private void resolve() {
    if (over) {
      return;
    }
    Duration connect = call.connect();
    if (connect != null) {
      connecting = provider.vertx().setTimer(connect.toMillis(), id -> late());
    }
    provider.upstream().address().onSuccess(this::connect).onFailure(this::fail);
  }

  private void connect(SocketAddress address) {
    if (over) {
      return;
    }
    HttpMethod method = passage == null ? HttpMethod.POST : passage.method();
    String path = provider.wire().path(call, passage == null ? "" : passage.tail());
    RequestOptions options = provider.options(method, path, address);
    provider.client().request(options).onSuccess(this::send).onFailure(this::unreachable);
  }

  /// On the request and not on its options, of which the client copies each header.
  private void head(MultiMap headers) {
    String type = passage == null ? "application/json" : passage.contentType();
    headers.set(HttpHeaders.ACCEPT, accepted()).set(TRACEPARENT, call.trace().traceparent());
    if (type != null) {
      headers.set(HttpHeaders.CONTENT_TYPE, type);
    }
    provider.credential().forEach(headers::set);
    provider.wire().headers(call).forEach(headers::set);
  }

  private String accepted() {
    if (passage != null) {
      return "*/*";
    }
    return call.stream() ? "text/event-stream" : "application/json";
  }

  private void unreachable(Throwable failure) {
    if (!(failure instanceof ConnectionPoolTooBusyException)) {
      provider.upstream().unreachable();
    }
    fail(failure);
  }

  /// Our own timer and not the client's: a connection of which that gave up waiting is never
  /// closed, and then nor is the client.
  private void late() {
    connecting = NEVER;
    if (request == null) {
      unreachable(new TimeoutException());
    }
  }

  private void connected() {
    if (connecting != NEVER) {
      provider.vertx().cancelTimer(connecting);
      connecting = NEVER;
    }
  }

  private void send(HttpClientRequest opened) {
    request = opened;
    connected();
    // A request that is given up is reset, of which somebody must hear.
    opened.exceptionHandler(this::fail);
    if (over) {
      opened.reset();
      return;
    }
    head(opened.headers());
    BodyStream rest = passage == null ? null : passage.rest();
    if (rest != null) {
      stream(opened, rest);
    } else if (passage != null && passage.contentType() == null) {
      opened.send().onSuccess(this::answered).onFailure(this::fail);
    } else {
      opened.send(call.body()).onSuccess(this::answered).onFailure(this::fail);
    }
  }

  /// Sends a body while it comes in, no faster than the upstream takes it.
  private void stream(HttpClientRequest opened, BodyStream rest) {
    long length = Objects.requireNonNull(passage).length();
    if (length >= 0) {
      opened.putHeader("content-length", Long.toString(length));
    } else {
      opened.setChunked(true);
    }
    sending = true;
    opened.response().onSuccess(this::answered).onFailure(this::fail);
    opened.drainHandler(v -> rest.resume());
    opened.write(call.body());
    rest.start(
        new BodyStream.Sink() {
          @Override
          public void piece(Buffer bytes) {
            if (!over) {
              opened.write(bytes);
              if (opened.writeQueueFull()) {
                rest.pause();
              }
            }
          }

          @Override
          public void end() {
            if (!over) {
              sending = false;
              opened.end();
            }
          }
        });
  }

  private void answered(HttpClientResponse answer) {
    if (over) {
      return;
    }
    response = answer;
    answer.handler(call.stream() ? this::gather : this::hand);
    answer.endHandler(v -> end());
    answer.exceptionHandler(this::fail);
    listener.head(answer.statusCode(), answer.headers());
  }

  private void hand(Buffer bytes) {
    if (!over) {
      listener.data(bytes);
    }
  }

  /// Pieces that one look at the connection brought are handed on together: each would cost a
  /// write of its own to the caller.
  private void gather(Buffer bytes) {
    Buffer before = gathered;
    if (before == null) {
      gathered = Buffer.buffer(FIRST_GATHERED).appendBuffer(bytes);
      call.context().runOnContext(v -> handGathered());
    } else {
      before.appendBuffer(bytes);
      if (before.length() > MOST_GATHERED) {
        handGathered();
      }
    }
  }

  private void handGathered() {
    Buffer bytes = gathered;
    gathered = null;
    if (bytes != null) {
      hand(bytes);
    }
  }

  private void end() {
    handGathered();
    if (!over) {
      over = true;
      if (sending && request != null) {
        request.reset();
      }
      listener.end();
    }
  }

  private void fail(Throwable failure) {
    if (starting) {
      call.context().runOnContext(v -> fail(failure));
      return;
    }
    connected();
    handGathered();
    if (!over) {
      over = true;
      if (request != null) {
        request.reset();
      }
      listener.failed(translated(failure));
    }
  }

  private GatewayException translated(Throwable failure) {
    if (failure instanceof GatewayException known) {
      return known;
    }
    if (failure instanceof ConnectionPoolTooBusyException) {
      return new GatewayException(
          GatewayError.UPSTREAM_BUSY, "Every connection to the provider is taken.", null, failure);
    }
    boolean late =
        failure instanceof ConnectTimeoutException || failure instanceof TimeoutException;
    if (late && request == null) {
      return new GatewayException(
          GatewayError.UPSTREAM_TIMED_OUT, "The provider did not connect in time.", null, failure);
    }
    String message =
        request == null ? "The provider cannot be reached." : "The provider broke the answer off.";
    return new GatewayException(GatewayError.UPSTREAM_FAILED, message, null, failure);
  }

  @Override
  public void cancel() {
    connected();
    if (!over) {
      over = true;
      if (request != null) {
        request.reset();
      }
    }
  }

  @Override
  public void pause() {
    if (response != null && !over) {
      response.pause();
    }
  }

  @Override
  public void resume() {
    if (response != null && !over) {
      response.resume();
    }
  }
}
