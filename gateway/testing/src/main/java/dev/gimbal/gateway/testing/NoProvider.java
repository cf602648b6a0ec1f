package dev.gimbal.gateway.testing;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import java.util.List;

/// Stands where no provider is yet.
final class NoProvider implements Provider {
  @Override
  public String name() {
    return "none";
  }

  @Override
  public List<Model> models() {
    return List.of();
  }

  @Override
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    throw new IllegalStateException("there is no provider yet");
  }

  @Override
  public void close() {}
}
