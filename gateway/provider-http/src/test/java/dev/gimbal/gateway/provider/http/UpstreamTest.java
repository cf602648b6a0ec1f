package dev.gimbal.gateway.provider.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// A name may answer differently each time it is asked: whoever owns it decides.
class UpstreamTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String NAME = "http://name.invalid";

  private final AtomicInteger lookups = new AtomicInteger();

  @AfterAll
  static void close() {
    await(VERTX.close());
  }

  private static <T> T await(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /// A name that answers so, one answer after the other.
  private Upstream upstream(ProviderSettings settings, List<List<String>> answers) {
    return new Upstream(
        VERTX,
        settings,
        host -> {
          List<String> now = answers.get(Math.min(lookups.getAndIncrement(), answers.size() - 1));
          InetAddress[] found = new InetAddress[now.size()];
          for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(now.get(i));
          }
          return found;
        });
  }

  private static ProviderSettings settings(String url, boolean allowPrivate) {
    return new ProviderSettings("p", URI.create(url), null, allowPrivate);
  }

  @Test
  void shouldConnectByTheAddressThatWasJudgedThoughTheNameAnswersDifferentlyNow() {
    Upstream upstream =
        upstream(settings(NAME, false), List.of(List.of("8.8.8.8"), List.of("127.0.0.1")));

    InetSocketAddress first = await(upstream.address());
    InetSocketAddress second = await(upstream.address());

    assertThat(first.getHostString()).isEqualTo("8.8.8.8");
    assertThat(second.getHostString()).isEqualTo("8.8.8.8");
    assertThat(lookups).as("asked once, for the judge and the connection").hasValue(1);
    assertThatThrownBy(upstream::resolve)
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FORBIDDEN);
  }

  @Test
  void shouldTakeOnlyThePublicOnesAmongSeveralAddresses() {
    Upstream upstream =
        upstream(settings(NAME, false), List.of(List.of("10.0.0.1", "8.8.8.8", "169.254.169.254")));

    for (int i = 0; i < 3; i++) {
      assertThat(await(upstream.address()).getHostString()).isEqualTo("8.8.8.8");
      upstream.unreachable();
    }
  }

  @Test
  void shouldSayThatANameIsUnknown() {
    Upstream upstream =
        new Upstream(
            VERTX,
            settings(NAME, false),
            host -> {
              throw new UnknownHostException(host);
            });

    assertThatThrownBy(upstream::resolve)
        .isInstanceOf(GatewayException.class)
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FAILED);
  }

  /// Nobody but the upstream's own look-up knows the name: a connection by name would fail.
  @Test
  void shouldConnectWithoutASecondLookUp() throws Exception {
    CompletableFuture<String> host = new CompletableFuture<>();
    HttpServer server =
        await(
            VERTX
                .createHttpServer()
                .requestHandler(
                    request -> {
                      host.complete(String.valueOf(request.getHeader("host")));
                      request.response().end("{}");
                    })
                .listen(0, "127.0.0.1"));
    ProviderSettings settings = settings(NAME + ":" + server.actualPort(), true);
    CompletableFuture<Integer> answered = new CompletableFuture<>();
    HttpProvider provider =
        new HttpProvider(
            HttpProviderConfig.DEFAULT,
            VERTX,
            settings,
            new PlainWire(),
            upstream(settings, List.of(List.of("127.0.0.1"))));

    provider.start(request(), new Listener(answered));

    assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo(200);
    assertThat(host.get(10, TimeUnit.SECONDS)).startsWith("name.invalid:");
    provider.close();
    await(server.close());
  }

  /// Who has no connection left has learnt nothing about the address.
  @Test
  void shouldStayWithAnAddressThoughEveryConnectionToItIsTaken() throws Exception {
    CompletableFuture<HttpServerRequest> held = new CompletableFuture<>();
    HttpServer server =
        await(VERTX.createHttpServer().requestHandler(held::complete).listen(0, "127.0.0.1"));
    ProviderSettings settings = settings(NAME + ":" + server.actualPort(), true);
    Upstream upstream = upstream(settings, List.of(List.of("127.0.0.1", "127.0.0.2")));
    HttpProviderConfig narrow =
        new HttpProviderConfig(1, 0, Duration.ofSeconds(10), Duration.ofSeconds(20));
    HttpProvider provider = new HttpProvider(narrow, VERTX, settings, new PlainWire(), upstream);
    Context loop = VERTX.getOrCreateContext();
    CompletableFuture<Integer> first = new CompletableFuture<>();
    CompletableFuture<Integer> second = new CompletableFuture<>();

    loop.runOnContext(started -> provider.start(request(loop), new Listener(first)));
    HttpServerRequest underWay = held.get(10, TimeUnit.SECONDS);
    loop.runOnContext(started -> provider.start(request(loop), new Listener(second)));

    assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS))
        .cause()
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_BUSY);
    assertThat(await(upstream.address()).getHostString()).isEqualTo("127.0.0.1");
    underWay.response().end("{}");
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(200);
    provider.close();
    await(server.close());
  }

  private static UpstreamRequest request() {
    return request(VERTX.getOrCreateContext());
  }

  private static UpstreamRequest request(Context loop) {
    return new UpstreamRequest(
        loop,
        Endpoint.CHAT_COMPLETIONS,
        "m",
        Buffer.buffer("{}"),
        false,
        null,
        Duration.ofSeconds(10),
        EmbedRequest.Priority.INTERACTIVE,
        TraceContext.begin(),
        null);
  }

  private record Listener(CompletableFuture<Integer> answered) implements UpstreamListener {
    @Override
    public void head(int status, MultiMap headers) {
      answered.complete(status);
    }

    @Override
    public void data(Buffer bytes) {}

    @Override
    public void end() {}

    @Override
    public void failed(GatewayException failure) {
      answered.completeExceptionally(failure);
    }
  }
}
