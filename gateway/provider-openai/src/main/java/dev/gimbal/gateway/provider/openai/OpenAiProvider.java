package dev.gimbal.gateway.provider.openai;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;

/// One endpoint over a bounded pool of kept connections. Thread-safe.
final class OpenAiProvider implements Provider {
  private final OpenAiConfig config;
  private final ProviderSettings settings;
  private final Upstream upstream;
  private final HttpClient client;
  private final ModelNames names;

  OpenAiProvider(OpenAiConfig config, Vertx vertx, ProviderSettings settings) {
    this.config = config;
    this.settings = settings;
    this.upstream = new Upstream(vertx, settings);
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setDecompressionSupported(true)
                    .setKeepAliveTimeout((int) config.keepAlive().toSeconds())
                    .setConnectTimeout((int) config.connect().toMillis()))
            .with(
                new PoolOptions()
                    .setHttp1MaxSize(config.connections())
                    .setMaxWaitQueueSize(config.waiting()))
            .build();
    this.names = new ModelNames(this);
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public List<Model> models() {
    return names.known();
  }

  @Override
  public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
    OpenAiCall call = new OpenAiCall(this, request, listener);
    call.start();
    return call;
  }

  Upstream upstream() {
    return upstream;
  }

  HttpClient client() {
    return client;
  }

  /// A request to a path below the base address, at an address that was judged.
  RequestOptions options(HttpMethod method, String path, SocketAddress address) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setServer(address)
            .setHost(upstream.host)
            .setPort(upstream.port)
            .setSsl(upstream.tls)
            .setURI(upstream.basePath + path)
            .setConnectTimeout(config.connect().toMillis());
    if (settings.credential() != null) {
      options.putHeader("authorization", "Bearer " + settings.credential());
    }
    return options;
  }

  @Override
  public void close() {
    client.close();
  }
}
