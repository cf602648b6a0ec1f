package dev.gimbal.gateway.provider.api;

import dev.gimbal.gateway.api.GatewayException;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// Hears of one call: `head`, then any number of `data`, then `end`; or `failed` at any point.
/// After
/// `end`, `failed` or a cancel nothing more comes.
public interface UpstreamListener {

  /// Status and headers of the answer, an error's too.
  void head(int status, MultiMap headers);

  /// A piece of the body, decompressed.
  void data(Buffer bytes);

  /// The body is whole.
  void end();

  /// There is no answer, or it broke off.
  void failed(GatewayException failure);
}
