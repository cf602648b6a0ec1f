package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.provider.api.BodyStream;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// A body that is sent on unread. On the request's event loop.
final class RawBody implements BodyStream {
  private final HttpServerRequest request;
  private @Nullable Sink sink;
  private boolean ended;
  private boolean over;

  /// Takes the request's body and holds it back until [#start].
  ///
  /// @param sent hears of each piece
  RawBody(HttpServerRequest request, Runnable sent) {
    this.request = request;
    request.pause();
    request.exceptionHandler(e -> over = true);
    request.endHandler(v -> ended());
    request.handler(
        piece -> {
          Sink to = sink;
          if (to != null && !over) {
            to.piece(piece);
            sent.run();
          }
        });
  }

  private void ended() {
    ended = true;
    Sink to = sink;
    if (to != null && !over) {
      to.end();
    }
  }

  @Override
  public void start(Sink to) {
    sink = to;
    if (ended) {
      to.end();
    } else {
      request.resume();
    }
  }

  @Override
  public void pause() {
    request.pause();
  }

  @Override
  public void resume() {
    request.resume();
  }

  boolean isOver() {
    return ended;
  }

  void abandon() {
    over = true;
  }
}
