package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.gateway.provider.api.Passage;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Calls of one event loop to a provider, which is on this machine whatever its name.
final class Calls implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final HttpProvider provider;
  private @Nullable String beta;

  Calls(HttpProviderConfig config, String address) {
    ProviderSettings settings = new ProviderSettings("p", URI.create(address), null, true);
    Upstream upstream =
        new Upstream(vertx, settings, host -> InetAddress.getAllByName("127.0.0.1"));
    // Known from the start: who looks a name up first is not what these calls are about.
    upstream.resolve();
    this.provider = new HttpProvider(config, vertx, settings, new PlainWire(), upstream);
  }

  Calls(HttpProviderConfig config, int port) {
    this(config, "http://127.0.0.1:" + port);
  }

  static HttpProviderConfig config(int connections, int waiting, Duration keepAlive) {
    return new HttpProviderConfig(connections, waiting, Duration.ofSeconds(5), keepAlive);
  }

  /// What the next calls say of themselves in a header.
  void beta(String value) {
    beta = value;
  }

  /// Calls and waits for the end.
  Heard call() throws Exception {
    Heard heard = new Heard();
    start(heard, false);
    heard.over();
    return heard;
  }

  UpstreamCall start(Heard heard, boolean stream) throws Exception {
    return onLoop(() -> provider.start(request(stream, null), heard));
  }

  UpstreamCall start(Heard heard, Duration connect) throws Exception {
    return onLoop(() -> provider.start(request(false, connect), heard));
  }

  UpstreamCall pass(Heard heard, long length, BodyStream rest) throws Exception {
    Passage passage = new Passage(HttpMethod.POST, "/tail", "text/plain", length, rest);
    return onLoop(() -> provider.pass(request(false, null), passage, heard));
  }

  private <T> T onLoop(Callable<T> work) throws Exception {
    CompletableFuture<T> done = new CompletableFuture<>();
    loop.runOnContext(
        v -> {
          try {
            done.complete(work.call());
          } catch (Exception e) {
            done.completeExceptionally(e);
          }
        });
    return done.get(10, TimeUnit.SECONDS);
  }

  /// Runs it on the calls' loop and waits for that.
  void run(Runnable work) throws Exception {
    onLoop(Executors.callable(work));
  }

  HttpProvider provider() {
    return provider;
  }

  private UpstreamRequest request(boolean stream, @Nullable Duration connect) {
    return new UpstreamRequest(
        loop,
        Endpoint.CHAT_COMPLETIONS,
        "m",
        Buffer.buffer("{\"n\":1}"),
        stream,
        connect,
        Duration.ofSeconds(10),
        EmbedRequest.Priority.INTERACTIVE,
        TraceContext.begin(),
        beta);
  }

  @Override
  public void close() {
    provider.close();
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }
}
