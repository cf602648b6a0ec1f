package dev.gimbal.gateway.provider.fake;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The scripted models. Thread-safe.
final class FakeProvider implements Provider {
  private static final Model EMBEDDING =
      new Model(FakeVectors.MODEL, Model.Kind.EMBEDDING, FakeVectors.DIMENSIONS, null, null, true);

  private final FakeConfig config;

  FakeProvider(FakeConfig config) {
    this.config = config;
  }

  @Override
  public String name() {
    return "fake";
  }

  @Override
  public List<Model> models() {
    return Stream.concat(
            Arrays.stream(Script.values())
                .map(script -> new Model(script.model(), Model.Kind.CHAT, null, null, null, true)),
            Stream.of(EMBEDDING))
        .toList();
  }

  @Override
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    FakeCall call = new FakeCall(config, request, listener);
    call.start();
    return call;
  }

  @Override
  public void close() {}
}
