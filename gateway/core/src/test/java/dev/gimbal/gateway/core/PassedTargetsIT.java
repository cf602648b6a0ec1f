package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import dev.gimbal.gateway.provider.http.HttpProviderConfig;
import dev.gimbal.gateway.provider.openai.OpenAiModule;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Pictures and sound are sent to whom other calls would be sent to: by credential, breaker, limit
/// and route.
class PassedTargetsIT {
  private static final String IMAGES = "/v1/images/generations";
  private static final String FORM =
      String.join(
          "\r\n",
          "--XY",
          "Content-Disposition: form-data; name=\"model\"",
          "",
          "MODEL",
          "--XY",
          "Content-Disposition: form-data; name=\"file\"; filename=\"a.wav\"",
          "Content-Type: audio/wav",
          "",
          "sound",
          "--XY--",
          "");

  /// `KEY MODEL-OR-LENGTH` of each call that came, in order.
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private House house;

  @BeforeEach
  void open() {
    house = new House();
  }

  @AfterEach
  void close() {
    house.close();
  }

  private static String picture(String model) {
    return "{\"model\":\"" + model + "\",\"prompt\":\"a cat\"}";
  }

  private HttpResponse<String> draw(String model) {
    return house.send(house.request(IMAGES).POST(BodyPublishers.ofString(picture(model))));
  }

  private HttpResponse<String> hear(String model) {
    return house.send(
        house
            .request("/v1/audio/transcriptions")
            .header("content-type", "multipart/form-data; boundary=XY")
            .POST(BodyPublishers.ofString(FORM.replace("MODEL", model))));
  }

  private static String key(HttpServerRequest request) {
    return String.valueOf(request.getHeader("authorization")).replace("Bearer ", "");
  }

  /// An upstream that has no place for who comes with a key that begins with `busy`.
  private void upstream(String path) {
    house.upstream.on(
        path,
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      asked.add(key(request));
                      boolean busy = key(request).startsWith("busy");
                      request
                          .response()
                          .setStatusCode(busy ? 429 : 200)
                          .putHeader("content-type", "application/json")
                          .end(
                              busy
                                  ? "{\"error\":{\"message\":\"too many\"}}"
                                  : "{\"by\":\""
                                      + key(request)
                                      + "\",\"bytes\":"
                                      + body.length()
                                      + ",\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}");
                    }));
  }

  private void own(Credentials.Limits... limits) {
    OwnedProvider.Declared declared =
        OwnedProvider.declared(
            () -> {
              Map<String, Provider> made = new LinkedHashMap<>();
              Stream.of(limits)
                  .forEach(
                      limit -> made.put(limit.name(), provider("own", limit.name(), "/own", null)));
              return made;
            },
            List.of(limits));
    OwnedProvider.swapIn(house.catalog, TenantId.FIRST, "own", declared);
  }

  private Provider provider(String name, String key, String path, @Nullable Integer port) {
    String base =
        port == null ? house.upstream.baseUrl() + path : "http://127.0.0.1:" + port + path;
    return OpenAiModule.create(HttpProviderConfig.DEFAULT, house.vertx)
        .create(new ProviderSettings(name, URI.create(base), key, true));
  }

  private CallSettled settled(int number) {
    return house.ledger.awaitSettled(number);
  }

  @Test
  void shouldSendAPictureWithAnotherCredentialWhereOneIsRefused() {
    own(Credentials.Limits.none("busy"), Credentials.Limits.none("free"));
    house.prices.put("own/dall", new Price(1_000_000, 1_000_000, null));
    upstream("/v1/own/images/generations");

    for (int call = 1; call <= 4; call++) {
      HttpResponse<String> answer = draw("own/dall");

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"by\":\"free\"");
      assertThat(settled(call).outcome()).isEqualTo(Outcome.SUCCEEDED);
      assertThat(settled(call).costNanoUsd()).isEqualTo(7);
    }

    assertThat(asked).as("one that is refused rests").filteredOn("busy"::equals).hasSize(1);
    boolean told =
        house.ledger.kept.spans().stream()
            .map(span -> span.attributes().toString())
            .anyMatch(notes -> notes.contains("busy") && notes.contains("status 429"));
    assertThat(told).as("both attempts are on record").isTrue();
  }

  @Test
  void shouldFillCredentialsToTheirOwnLimitsAndNeverBeyond() {
    List<HttpServerRequest> held = new CopyOnWriteArrayList<>();
    house.upstream.on(
        "/v1/own/images/generations",
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      asked.add(key(request));
                      held.add(request);
                    }));
    own(
        new Credentials.Limits("two", null, null, 2),
        new Credentials.Limits("three", null, null, 3));
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      calls.add(
          house.client.sendAsync(
              house.request(IMAGES).POST(BodyPublishers.ofString(picture("own/dall"))).build(),
              BodyHandlers.ofString()));
    }

    await(() -> calls.stream().filter(CompletableFuture::isDone).count() == 7);
    await(() -> held.size() == 5);

    assertThat(asked).filteredOn("two"::equals).hasSize(2);
    assertThat(asked).filteredOn("three"::equals).hasSize(3);
    held.forEach(request -> request.response().end("{\"data\":[]}"));
    assertThat(calls.stream().map(CompletableFuture::join).map(HttpResponse::statusCode))
        .filteredOn(status -> status == 200)
        .hasSize(5);
    assertThat(draw("own/x").statusCode() == 503).as("places come back").isFalse();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private void route(String... models) {
    RouteDeclaration art =
        RouteDeclaration.of("art", Policy.ORDERED, Stream.of(models).map(RouteTarget::of).toList());
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("art", art)));
  }

  /// Two providers: what is asked of the first fails with 500.
  private void brokenAndWhole(String path) {
    OwnedProvider.swapIn(
        house.catalog,
        Map.of(
            TenantId.FIRST,
            Map.of(
                "broken", Map.of("default", provider("broken", "broken", "/broken", null)),
                "whole", Map.of("default", provider("whole", "whole", "/whole", null)))));
    house.upstream.on(
        "/v1/broken/" + path,
        request ->
            request
                .body()
                .onSuccess(
                    body -> {
                      asked.add("broken");
                      request.response().setStatusCode(500).end("{}");
                    }));
    upstream("/v1/whole/" + path);
    route("broken/dall", "whole/dall");
  }

  @Test
  void shouldAnswerFromTheNextTargetOfARouteAndLeaveABrokenOneAloneSoon() {
    brokenAndWhole("images/generations");
    house.prices.put("broken/dall", new Price(9_000_000, 9_000_000, null));
    house.prices.put("whole/dall", new Price(1_000_000, 1_000_000, null));

    for (int call = 1; call <= 40; call++) {
      HttpResponse<String> answer = draw("art");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.body()).contains("\"by\":\"whole\"");
      assertThat(settled(call).model()).isIn("whole/dall", null);
      assertThat(settled(call).costNanoUsd()).as("at the price of who answered").isEqualTo(7);
    }

    assertThat(asked).filteredOn("broken"::equals).hasSizeBetween(1, 30);
    assertThat(asked).filteredOn("whole"::equals).hasSize(40);
  }

  @Test
  void shouldNotSendAFormAgainOnceItWasSentOn() {
    brokenAndWhole("audio/transcriptions");

    HttpResponse<String> answer = hear("art");

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(asked).containsExactly("broken");
    assertThat(settled(1).outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void shouldSendAFormToTheNextTargetWhereTheFirstIsNotThere() throws IOException {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    OwnedProvider.swapIn(
        house.catalog,
        Map.of(
            TenantId.FIRST,
            Map.of(
                "away", Map.of("default", provider("away", "away", "/away", closed)),
                "whole", Map.of("default", provider("whole", "whole", "/whole", null)))));
    upstream("/v1/whole/audio/transcriptions");
    route("away/m", "whole/m");

    HttpResponse<String> answer = hear("art");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"bytes\":" + FORM.replace("MODEL", "m").length());
    assertThat(settled(1).outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  /// A picture is held at the tokens that it may have, and counts at those that the vendor counted.
  @Test
  void shouldCountTheTokensOfPicturesInABudgetOfTokens() {
    own(Credentials.Limits.none("free"));
    upstream("/v1/own/images/generations");
    long worst = 8_192L + picture("dall").length();
    house.budgets.declare(List.of(tokens(worst + 6)));

    assertThat(draw("own/dall").statusCode()).isEqualTo(200);
    HttpResponse<String> second = draw("own/dall");

    assertThat(second.statusCode()).as("7 of the 6 beyond one call are used").isEqualTo(429);
    assertThat(second.body()).contains("budget_spent");
    house.budgets.declare(List.of(tokens(worst + 7)));
    assertThat(draw("own/dall").statusCode()).isEqualTo(200);
  }

  private Limit tokens(long amount) {
    return new Limit(
        house.ids.next(),
        TenantId.FIRST,
        "t",
        Limit.Scope.TENANT,
        Limit.Unit.TOKENS,
        amount,
        new Window.Calendar(Window.Calendar.Period.MONTH),
        true,
        false);
  }
}
