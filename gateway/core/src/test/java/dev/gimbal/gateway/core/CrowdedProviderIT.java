package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A provider to which this process opens no more connections is not broken: a rush is over when
/// its calls are, and no breaker keeps the next ones away.
class CrowdedProviderIT {
  private static final int CALLS = 80;
  private static final String ANSWER =
      "{\"id\":\"c\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"m\",\"choices\":[{\"index\":0,"
          + "\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"finish_reason\":\"stop\"}],"
          + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1,\"total_tokens\":2}}";

  private final List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
  private volatile boolean holding = true;
  private House house;

  @BeforeEach
  void open() {
    house = new House();
    HttpProviderConfig narrow =
        new HttpProviderConfig(1, 0, Duration.ofSeconds(10), Duration.ofSeconds(20));
    OwnedProvider.swapIn(
        house.catalog,
        TenantId.FIRST,
        OpenAiModule.create(narrow, house.vertx)
            .create(
                new ProviderSettings(
                    "narrow", URI.create(house.upstream.baseUrl() + "/narrow"), "key", true)));
    RouteDeclaration route =
        RouteDeclaration.of("rush", Policy.ORDERED, List.of(RouteTarget.of("narrow/m")));
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("rush", route)));
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void upstream(String path) {
    house.upstream.on(
        "/v1/narrow/" + path,
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      if (holding) {
                        held.add(request);
                      } else {
                        answer(request);
                      }
                    }));
  }

  private static void answer(HttpServerRequest request) {
    request.response().putHeader("content-type", "application/json").end(ANSWER);
  }

  private CompletableFuture<HttpResponse<String>> call(String path, String body) {
    return house.client.sendAsync(
        house.request("/v1/" + path).POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "chat/completions;{\"model\":\"rush\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}",
        "images/generations;{\"model\":\"rush\",\"prompt\":\"a cat\"}"
      })
  void shouldNotOpenTheBreakerOfAProviderToWhichEveryConnectionIsTaken(String path, String body) {
    upstream(path);
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      calls.add(call(path, body));
    }

    await(() -> calls.stream().filter(CompletableFuture::isDone).count() + held.size() == CALLS);

    assertThat(calls)
        .filteredOn(CompletableFuture::isDone)
        .hasSizeGreaterThan(CALLS / 2)
        .extracting(CompletableFuture::join)
        .allSatisfy(
            refused -> {
              assertThat(refused.statusCode()).isEqualTo(503);
              assertThat(refused.body()).contains("Every connection to the provider is taken");
            });
    Health health =
        house.catalog.provider(TenantId.FIRST, "narrow").orElseThrow().state().model("m").health();
    assertThat(health.shown().state()).isEqualTo("closed");
    assertThat(health.shown().counted()).isZero();

    holding = false;
    held.forEach(CrowdedProviderIT::answer);
    calls.forEach(CompletableFuture::join);
    HttpResponse<String> next = call(path, body).join();
    assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
  }
}
