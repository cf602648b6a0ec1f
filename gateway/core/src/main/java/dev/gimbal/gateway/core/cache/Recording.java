package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Hears what a call hears of one target, in the caller's dialect, and tells a lead of it, so that
/// the answer is kept and followers hear it. Nothing is told before the call is committed to the
/// target: until then another one may be asked, whose answer is another. How the answer ended is
/// told by the call, which knows what it cost. On the call's event loop.
public final class Recording implements UpstreamListener {
  private final UpstreamListener call;
  private final Lead lead;
  private final BooleanSupplier committed;
  private final List<byte[]> untold = new ArrayList<>();
  private @Nullable String type;
  private int status;
  private boolean telling;

  /// @param committed whether the call can go to no other target any more
  public Recording(UpstreamListener call, Lead lead, BooleanSupplier committed) {
    this.call = call;
    this.lead = lead;
    this.committed = committed;
  }

  @Override
  public void head(int answered, MultiMap headers) {
    if (answered >= 200 && answered <= 299) {
      String said = headers.get("content-type");
      status = answered;
      type = said == null ? "application/json" : said;
    }
    call.head(answered, headers);
  }

  @Override
  public void data(Buffer bytes) {
    if (type != null) {
      byte[] piece = bytes.getBytes();
      if (telling) {
        lead.piece(piece);
      } else {
        untold.add(piece);
      }
    }
    call.data(bytes);
    if (!telling && committed.getAsBoolean()) {
      tell();
    }
  }

  /// Tells the lead all that was heard so far, and from now on at once. Where nothing was heard or
  /// it is told already, nothing happens.
  public void tell() {
    if (telling || type == null) {
      return;
    }
    telling = true;
    lead.head(status, type);
    untold.forEach(lead::piece);
    untold.clear();
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
