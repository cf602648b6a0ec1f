package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// Hears what a call hears, in the caller's dialect, and tells a lead of it before the call: so
/// that
/// the answer is kept and followers hear it. How the answer ended is not told from here but by the
/// call, which knows what it cost. On the call's event loop.
public final class Recording implements UpstreamListener {
  private final UpstreamListener call;
  private final Lead lead;
  private boolean telling;

  public Recording(UpstreamListener call, Lead lead) {
    this.call = call;
    this.lead = lead;
  }

  @Override
  public void head(int status, MultiMap headers) {
    telling = status >= 200 && status <= 299;
    if (telling) {
      String type = headers.get("content-type");
      lead.head(status, type == null ? "application/json" : type);
    }
    call.head(status, headers);
  }

  @Override
  public void data(Buffer bytes) {
    if (telling) {
      lead.piece(bytes.getBytes());
    }
    call.data(bytes);
  }

  @Override
  public void end() {
    call.end();
  }

  @Override
  public void failed(GatewayException failure) {
    call.failed(failure);
  }
}
