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
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One endpoint over bounded pools of kept connections, one an event loop: a call whose connection
/// lived on another loop would cost two wake-ups for each piece of its answer. Thread-safe.
final class HttpProvider implements Provider {
  private final HttpProviderConfig config;
  private final ProviderSettings settings;
  private final VendorWire wire;
  private final Upstream upstream;
  private final Vertx vertx;
  private final Dialer dialer;
  private final Map<EventLoop, ConnectionPool> pools = new ConcurrentHashMap<>();
  private final ModelNames names;
  private volatile byte @Nullable [] standing;
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
    this.dialer = new Dialer(vertx, config, upstream);
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

  /// The connections of an event loop.
  ConnectionPool pool(EventLoop loop) {
    ConnectionPool pool =
        pools.computeIfAbsent(loop, made -> new ConnectionPool(config, dialer, made));
    if (closed) {
      pool.close();
    }
    return pool;
  }

  /// Begins a request to a path below the base address, with what every request says of who we are.
  ///
  /// @throws IllegalArgumentException if a part of it cannot be sent
  RequestHead head(ByteBuf out, HttpMethod method, String path) {
    byte[] made = standing;
    if (made == null) {
      made = standing();
      standing = made;
    }
    return new RequestHead(out, method, uri(path)).made(made);
  }

  private byte[] standing() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", upstream.authority());
    headers.put("accept-encoding", Inflater.ACCEPTED);
    headers.putAll(wire.headers(settings.credential()));
    return RequestHead.make(headers);
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
    pools.values().forEach(ConnectionPool::close);
  }
}
