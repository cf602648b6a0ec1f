package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/// One call to an endpoint. On the caller's event loop. A call that is given up closes its
/// connection, which is how an upstream learns of it.
final class HttpCall implements UpstreamCall {
  private final HttpProvider provider;
  private final UpstreamRequest call;
  private final UpstreamListener listener;
  private @Nullable HttpClientRequest request;
  private @Nullable HttpClientResponse response;
  private boolean over;

  HttpCall(HttpProvider provider, UpstreamRequest call, UpstreamListener listener) {
    this.provider = provider;
    this.call = call;
    this.listener = listener;
  }

  /// On the loop, but not before the caller has us.
  void start() {
    call.context().runOnContext(v -> resolve());
  }

  private void resolve() {
    if (over) {
      return;
    }
    provider.upstream().address().onSuccess(this::connect).onFailure(this::fail);
  }

  private void connect(SocketAddress address) {
    if (over) {
      return;
    }
    RequestOptions options =
        provider
            .options(HttpMethod.POST, provider.wire().path(call), address)
            .putHeader("content-type", "application/json")
            .putHeader("accept", call.stream() ? "text/event-stream" : "application/json")
            .putHeader("traceparent", call.trace().traceparent());
    provider.wire().headers(call).forEach(options::putHeader);
    provider.client().request(options).onSuccess(this::send).onFailure(this::unreachable);
  }

  private void unreachable(Throwable failure) {
    provider.upstream().unreachable();
    fail(failure);
  }

  private void send(HttpClientRequest opened) {
    request = opened;
    if (over) {
      opened.reset();
      return;
    }
    opened.send(call.body()).onSuccess(this::answered).onFailure(this::fail);
  }

  private void answered(HttpClientResponse answer) {
    if (over) {
      return;
    }
    response = answer;
    answer.handler(
        bytes -> {
          if (!over) {
            listener.data(bytes);
          }
        });
    answer.endHandler(v -> end());
    answer.exceptionHandler(this::fail);
    listener.head(answer.statusCode(), answer.headers());
  }

  private void end() {
    if (!over) {
      over = true;
      listener.end();
    }
  }

  private void fail(Throwable failure) {
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
    if (failure instanceof ConnectTimeoutException) {
      return new GatewayException(
          GatewayError.UPSTREAM_TIMED_OUT, "The provider did not connect in time.", null, failure);
    }
    String message =
        request == null ? "The provider cannot be reached." : "The provider broke the answer off.";
    return new GatewayException(GatewayError.UPSTREAM_FAILED, message, null, failure);
  }

  @Override
  public void cancel() {
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
