package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// One endpoint over bounded pools of kept connections, one an event loop: a call whose connection
/// lived on another loop would cost two wake-ups for each piece of its answer. Thread-safe.
final class HttpProvider implements Provider {
  private final HttpProviderConfig config;
  private final ProviderSettings settings;
  private final VendorWire wire;
  private final Upstream upstream;
  private final Vertx vertx;
  private final Map<Thread, HttpClient> clients = new ConcurrentHashMap<>();
  private final ModelNames names;
  private final Map<String, String> credential;
  private volatile boolean closed;

  HttpProvider(HttpProviderConfig config, Vertx vertx, ProviderSettings settings, VendorWire wire) {
    this(config, vertx, settings, wire, new Upstream(vertx, settings));
  }

  HttpProvider(
      HttpProviderConfig config,
      Vertx vertx,
      ProviderSettings settings,
      VendorWire wire,
      Upstream upstream) {
    this.config = config;
    this.settings = settings;
    this.wire = wire;
    this.upstream = upstream;
    this.vertx = vertx;
    this.names = new ModelNames(this);
    this.credential = Map.copyOf(wire.headers(settings.credential()));
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
    return started(new HttpCall(this, request, null, listener));
  }

  @Override
  public UpstreamCall pass(UpstreamRequest request, Passage passage, UpstreamListener listener) {
    return started(new HttpCall(this, request, passage, listener));
  }

  private static UpstreamCall started(HttpCall call) {
    call.start();
    return call;
  }

  @Override
  public Quirks quirks() {
    return wire.quirks();
  }

  @Override
  public Optional<Endpoint> speaks(Endpoint asked) {
    return wire.speaks(asked);
  }

  VendorWire wire() {
    return wire;
  }

  Upstream upstream() {
    return upstream;
  }

  Vertx vertx() {
    return vertx;
  }

  /// Runs it on an event loop, this one if this is one.
  void onLoop(Runnable work) {
    vertx.runOnContext(v -> work.run());
  }

  /// The client of the event loop that asks; on event loops only.
  HttpClient client() {
    HttpClient client = clients.computeIfAbsent(Thread.currentThread(), loop -> connect());
    if (closed) {
      client.close();
    }
    return client;
  }

  private HttpClient connect() {
    return vertx
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
        .withConnectHandler(HttpProvider::opened)
        .build();
  }

  /// A connection that breaks is told to the call on it, and without one there is nothing to tell;
  /// by itself Vert.x would log it as an error of ours.
  private static void opened(HttpConnection connection) {
    connection.exceptionHandler(toldToItsCall -> {});
  }

  /// A request to a path below the base address, at an address that was judged.
  RequestOptions options(HttpMethod method, String path, SocketAddress address) {
    return new RequestOptions()
        .setMethod(method)
        .setServer(address)
        .setHost(upstream.host)
        .setPort(upstream.port)
        .setSsl(upstream.tls)
        .setURI(uri(path))
        .setConnectTimeout(config.connect().toMillis());
  }

  /// What every request says of who we are.
  Map<String, String> credential() {
    return credential;
  }

  /// A base address may be given with or without the version that the vendor's paths begin with.
  private String uri(String path) {
    int version = path.indexOf('/', 1);
    boolean twice = version > 0 && upstream.basePath.endsWith(path.substring(0, version));
    return upstream.basePath + (twice ? path.substring(version) : path);
  }

  @Override
  public void close() {
    closed = true;
    clients.values().forEach(HttpClient::close);
  }
}
