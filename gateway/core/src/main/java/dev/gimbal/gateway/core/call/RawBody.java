package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// A body that is sent on unread, up to as many bytes as a form. On the request's event loop.
final class RawBody implements BodyStream {
  private final HttpServerRequest request;
  private @Nullable Sink sink;
  private boolean ended;
  private boolean over;
  private long received;

  /// Hears how it went.
  interface Listener {
    /// A piece was sent on.
    void sent();

    /// More came than may; nothing more of it is sent on.
    void tooLarge(GimbalException failure);
  }

  /// Takes the request's body and holds it back until [#start].
  ///
  /// @param most bytes that it may have
  RawBody(HttpServerRequest request, long most, Listener listener) {
    this.request = request;
    request.pause();
    request.exceptionHandler(e -> over = true);
    request.endHandler(v -> ended());
    request.handler(
        piece -> {
          Sink to = sink;
          received += piece.length();
          if (over || to == null) {
            return;
          }
          if (received > most) {
            over = true;
            listener.tooLarge(MultipartReader.tooLarge(most));
          } else {
            to.piece(piece);
            listener.sent();
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
