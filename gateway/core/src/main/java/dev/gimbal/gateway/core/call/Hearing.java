package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.function.BooleanSupplier;

/// One of possibly several dispatches of a call; what comes from one that was given up is dropped.
record Hearing(UpstreamListener call, BooleanSupplier current) implements UpstreamListener {

  @Override
  public void head(int status, MultiMap headers) {
    if (current.getAsBoolean()) {
      call.head(status, headers);
    }
  }

  @Override
  public void data(Buffer bytes) {
    if (current.getAsBoolean()) {
      call.data(bytes);
    }
  }

  @Override
  public void end() {
    if (current.getAsBoolean()) {
      call.end();
    }
  }

  @Override
  public void failed(GatewayException failure) {
    if (current.getAsBoolean()) {
      call.failed(failure);
    }
  }
}
