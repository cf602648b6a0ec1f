package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// One of possibly several dispatches of a call; what comes from one that was given up is dropped.
///
/// @param number of the dispatch
record Hearing(UpstreamListener call, Attempts attempts, int number) implements UpstreamListener {

  @Override
  public void head(int status, MultiMap headers) {
    if (attempts.current(number)) {
      call.head(status, headers);
    }
  }

  @Override
  public void data(Buffer bytes) {
    if (attempts.current(number)) {
      call.data(bytes);
    }
  }

  @Override
  public void end() {
    if (attempts.current(number)) {
      call.end();
    }
  }

  @Override
  public void failed(GatewayException failure) {
    if (attempts.current(number)) {
      call.failed(failure);
    }
  }
}
