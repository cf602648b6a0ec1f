package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.cache.CachePolicy;
import dev.gimbal.gateway.core.cache.PromptPolicy;
import dev.gimbal.gateway.core.cache.RoutePolicy;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Calls whose answers are kept, on their whole way.
class CachedFlowIT {
  /// A nano-USD a token.
  private static final Price PRICE = new Price(1_000_000, 1_000_000, null);

  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));

  private House house;

  @BeforeEach
  void open() {
    house = new House();
    keep(CachePolicy.EXACT, PromptPolicy.OFF);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void keep(CachePolicy policy, PromptPolicy prompt) {
    Map<String, RoutePolicy> every = Map.of("*", new RoutePolicy("*", policy, prompt, 1));
    house.policies.swap(Map.of(TenantId.FIRST, every, OTHER, every));
  }

  private static String said(HttpResponse<?> answer) {
    return answer.headers().firstValue("x-gimbal-cache").orElse("nothing");
  }

  private HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request = house.request(path).POST(BodyPublishers.ofString(body));
    return house.send(headers.length == 0 ? request : request.headers(headers));
  }

  private HttpResponse<String> chat(String body, String... headers) {
    return post("/v1/chat/completions", body, headers);
  }

  private void assertAsked(int times) {
    assertThat(house.upstream.received()).hasSize(times);
  }

  private static void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static Stream<List<String>> dialects() {
    String messages = ",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]";
    String gemini = "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}]}";
    String responses = "{\"model\":\"up/plain\",\"input\":\"Hi\"";
    return Stream.of(
        List.of("/v1/chat/completions", House.body("plain", false)),
        List.of("/v1/chat/completions", House.body("plain", true)),
        List.of("/v1/messages", "{\"model\":\"claude/plain\"" + messages + "}"),
        List.of("/v1/messages", "{\"model\":\"claude/plain\",\"stream\":true" + messages + "}"),
        List.of("/v1/messages", "{\"model\":\"up/plain\",\"stream\":true" + messages + "}"),
        List.of("/v1/responses", responses + "}"),
        List.of("/v1/responses", responses + ",\"stream\":true}"),
        List.of("/v1beta/models/gemini/plain:generateContent", gemini),
        List.of("/v1beta/models/gemini/plain:streamGenerateContent?alt=sse", gemini),
        List.of("/v1beta/models/gemini/plain:streamGenerateContent", gemini),
        List.of("/v1/embeddings", "{\"model\":\"up/plain\",\"input\":\"Hi\"}"));
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.MethodSource("dialects")
  void shouldGiveTheSameBytesAgainForNothingInEveryDialect(List<String> call) {
    house.prices.put("up/plain", PRICE);
    house.prices.put("claude/plain", PRICE);
    house.prices.put("gemini/plain", PRICE);

    HttpResponse<String> first = post(call.getFirst(), call.getLast());
    CallSettled paid = house.ledger.awaitSettled(1);
    HttpResponse<String> second = post(call.getFirst(), call.getLast());
    CallSettled free = house.ledger.awaitSettled(2);

    assertThat(List.of(said(first), said(second))).containsExactly("miss", "hit");
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.headers().firstValue("content-type"))
        .isEqualTo(first.headers().firstValue("content-type"));
    assertThat(second.headers().firstValue("x-gimbal-cache-key"))
        .isPresent()
        .isEqualTo(first.headers().firstValue("x-gimbal-cache-key"));
    assertAsked(1);
    assertThat(paid.costNanoUsd()).isPositive();
    assertThat(paid.savedNanoUsd()).isNull();
    assertThat(free.costNanoUsd()).isZero();
    assertThat(free.savedNanoUsd()).isEqualTo(paid.costNanoUsd());
    assertThat(free.inputTokens()).isEqualTo(paid.inputTokens());
    assertThat(free.outputTokens()).isEqualTo(paid.outputTokens());
    Map<String, Object> told = noted(house.ledger.opened().getLast().id());
    assertThat(told)
        .containsEntry("gimbal.cache", "hit")
        .containsEntry("gimbal.cache.saved_nano_usd", paid.costNanoUsd());
    assertThat(house.ledger.opened().getLast().reservedNanoUsd()).isZero();
  }

  private Map<String, Object> noted(UUID call) {
    CallSettled settled =
        house.ledger.settlements().stream()
            .filter(s -> s.id().equals(call))
            .findFirst()
            .orElseThrow();
    if (settled.step() != null) {
      return Objects.requireNonNull(settled.step()).attributes();
    }
    String id = dev.gimbal.observability.api.Ledger.text(call);
    return house.ledger.kept.spans().stream()
        .filter(span -> id.equals(span.attributes().get("gimbal.call")))
        .findFirst()
        .orElseThrow()
        .attributes();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldGiveAnAnswerInTheFormThatIsAskedFor(boolean keptAsStream) {
    HttpResponse<String> first = chat(House.body("plain", keptAsStream));
    HttpResponse<String> second = chat(House.body("plain", !keptAsStream));

    assertThat(said(second)).isEqualTo("hit");
    assertThat(first.body()).contains(keptAsStream ? "data: " : "Hello");
    if (keptAsStream) {
      assertThat(second.headers().firstValue("content-type")).contains("application/json");
      assertThat(second.body()).contains("token0 token1 ").doesNotContain("data: ");
    } else {
      assertThat(second.headers().firstValue("content-type").orElse("")).startsWith("text/event");
      assertThat(second.body()).startsWith("data: ").contains("Hello").contains("[DONE]");
    }
    assertAsked(1);
  }

  @Test
  void shouldSayUsageInAKeptStreamOnlyToWhoAskedForIt() {
    String wanting =
        House.body("plain", true)
            .replace("\"stream\"", "\"stream_options\":{\"include_usage\":true},\"stream\"");

    assertThat(chat(House.body("plain", true)).body()).doesNotContain("prompt_tokens");
    assertThat(chat(wanting).body()).contains("prompt_tokens");
    assertThat(chat(House.body("plain", true)).body()).doesNotContain("prompt_tokens");
    assertAsked(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldAskOnceForFiftyEqualCallsAtATime(boolean stream) {
    String model = stream ? "slow-15" : "delay-300";
    house.prices.put("up/" + model, PRICE);
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      calls.add(sent(House.body(model, stream)));
    }

    List<HttpResponse<String>> answers = calls.stream().map(CompletableFuture::join).toList();

    house.ledger.awaitSettled(50);
    assertAsked(1);
    assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(200));
    assertThat(answers.stream().map(HttpResponse::body).distinct()).hasSize(1);
    assertThat(answers.stream().filter(answer -> said(answer).equals("miss"))).hasSize(1);
    List<CallSettled> settled = house.ledger.settlements();
    assertThat(settled).hasSize(50);
    assertThat(settled.stream().filter(s -> Objects.equals(s.costNanoUsd(), 32L))).hasSize(1);
    assertThat(settled.stream().filter(s -> Objects.equals(s.costNanoUsd(), 0L))).hasSize(49);
    assertThat(settled.stream().filter(s -> Objects.equals(s.savedNanoUsd(), 32L))).hasSize(49);
    assertThat(settled).allSatisfy(s -> assertThat(s.outputTokens()).isEqualTo(20));
  }

  private CompletableFuture<HttpResponse<String>> sent(String body) {
    return house.client.sendAsync(
        house.request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build(),
        BodyHandlers.ofString());
  }

  private InputStream streaming(String body) {
    try {
      return house
          .client
          .send(
              house.request("/v1/chat/completions").POST(BodyPublishers.ofString(body)).build(),
              BodyHandlers.ofInputStream())
          .body();
    } catch (Exception e) {
      throw new IllegalStateException("no answer", e);
    }
  }

  @Test
  void shouldLetTheNextAskWhereTheFirstLeavesUnheard() {
    String body = House.body("delay-1500", false);
    house.prices.put("up/delay-1500", PRICE);
    CompletableFuture<HttpResponse<String>> first = sent(body);
    house.upstream.awaitCall(1);
    CompletableFuture<HttpResponse<String>> second = sent(body);
    await(() -> house.ledger.opened().size() == 2);
    assertThat(house.ledger.opened().getLast().reservedNanoUsd()).isZero();

    first.cancel(true);

    house.upstream.awaitCall(2);
    CallOpened paying = house.ledger.opened().getLast();
    assertThat(paying.id()).isEqualTo(house.ledger.opened().get(1).id());
    assertThat(paying.reservedNanoUsd())
        .as("what it counts as if the process dies now")
        .isEqualTo(house.ledger.opened().getFirst().reservedNanoUsd());
    assertThat(second.join().statusCode()).isEqualTo(200);
    assertThat(said(second.join())).isEqualTo("miss");
    assertThat(house.ledger.awaitSettled(2).costNanoUsd()).isEqualTo(32);
    assertThat(house.ledger.settlements().getFirst().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(said(chat(body))).isEqualTo("hit");
  }

  @Test
  void shouldNotTakeCallersThatLeaveForFailuresOfTheModel() {
    String body = House.body("delay-2000", false);
    List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      int opened = i;
      calls.add(sent(body));
      await(() -> house.ledger.opened().size() == opened);
    }
    for (int left = 0; left < 3; left++) {
      house.upstream.awaitCall(left + 1);
      calls.get(left).cancel(true);
    }

    assertThat(said(calls.get(3).join())).isEqualTo("miss");
    assertThat(said(calls.get(4).join())).isEqualTo("shared");
    assertAsked(4);
  }

  @Test
  void shouldHearAnAnswerToItsEndForOthersWhoHaveAPartOfIt() throws IOException {
    String body = House.body("slow-60", true);
    house.prices.put("up/slow-60", PRICE);
    InputStream first = streaming(body);
    assertThat(first.read()).isEqualTo('d');
    InputStream second = streaming(body);
    assertThat(second.read()).isEqualTo('d');

    first.close();

    String rest = new String(second.readAllBytes(), StandardCharsets.UTF_8);
    assertThat(rest).contains("token19").contains("[DONE]");
    assertAsked(1);
    house.ledger.awaitSettled(2);
    assertThat(house.ledger.settlements())
        .extracting(CallSettled::outcome)
        .containsExactlyInAnyOrder(Outcome.CANCELLED, Outcome.SUCCEEDED);
    assertThat(house.ledger.settlements())
        .extracting(CallSettled::costNanoUsd)
        .as("who left pays for what the model said")
        .containsExactlyInAnyOrder(32L, 0L);
  }

  @Test
  void shouldCountAFollowersMoneyOnceItMustAskItself() {
    String body = bounded("delay-1500");
    house.prices.put("up/delay-1500", PRICE);
    house.budgets.declare(List.of(money(reserved(body))));
    CompletableFuture<HttpResponse<String>> first = sent(body);
    house.upstream.awaitCall(1);
    CompletableFuture<HttpResponse<String>> second = sent(body);
    await(() -> house.ledger.opened().size() == 2);
    house.budgets.declare(List.of(money(1)));

    first.cancel(true);

    assertThat(second.join().statusCode()).isEqualTo(429);
    assertThat(second.join().body()).contains("budget_spent");
    assertAsked(1);
  }

  @Test
  void shouldNeverShareBetweenTenants() {
    Principal other =
        new Principal(
            OTHER,
            Principal.Kind.SERVICE,
            UUID.randomUUID(),
            "eve",
            "developer",
            Rights.TENANT,
            null);
    house.keys.put("gmb_other", other);
    HttpRequest.Builder asOther =
        HttpRequest.newBuilder(house.request("/v1/chat/completions").build().uri())
            .header("authorization", "Bearer gmb_other")
            .POST(BodyPublishers.ofString(House.body("plain", false)));

    assertThat(said(chat(House.body("plain", false)))).isEqualTo("miss");
    assertThat(said(house.send(asOther))).isEqualTo("miss");
    assertThat(said(house.send(asOther))).isEqualTo("hit");
    assertAsked(2);
  }

  private static String instructed(String system, String question) {
    return "{\"model\":\"up/plain\",\"messages\":[{\"role\":\"system\",\"content\":\""
        + system
        + "\"},{\"role\":\"user\",\"content\":\""
        + question
        + "\"}]}";
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldNeverShareBetweenSystemPrompts(boolean semantic) {
    keep(policy(semantic), PromptPolicy.OFF);

    assertThat(said(chat(instructed("Be kind", "Say hello")))).isEqualTo("miss");
    assertThat(said(chat(instructed("Be harsh", "Say hello")))).isEqualTo("miss");
    assertAsked(2);
  }

  private static CachePolicy policy(boolean semantic) {
    return new CachePolicy(true, semantic, Duration.ofHours(1), 64L << 20, null, false, false);
  }

  @Test
  void shouldGiveAnAnswerByMeaningButNotForAnotherNumber() {
    keep(policy(true), PromptPolicy.OFF);

    assertThat(said(chat(instructed("s", "How many days of leave are there in 2024?"))))
        .isEqualTo("miss");
    HttpResponse<String> similar =
        chat(instructed("s", "how many days of leave are there in 2024"));
    HttpResponse<String> differs =
        chat(instructed("s", "How many days of leave are there in 2025?"));

    assertThat(said(similar)).isEqualTo("semantic");
    assertThat(said(differs)).isEqualTo("miss");
    assertAsked(2);
  }

  @Test
  void shouldForgetWhatIsPurgedAndWhatIsOld() {
    String body = House.body("plain", false);

    assertThat(said(chat(body))).isEqualTo("miss");
    house.cache.purge(TenantId.FIRST, "up/plain", null);
    assertThat(said(chat(body))).isEqualTo("miss");
    house.clock.advance(Duration.ofMinutes(61));
    assertThat(said(chat(body))).isEqualTo("miss");
    assertThat(said(chat(body))).isEqualTo("hit");
  }

  @Test
  void shouldDoAsTheCallerSaysOfTheCache() {
    String body = House.body("plain", false);

    assertThat(said(chat(body, "x-gimbal-cache", "no-store"))).isEqualTo("bypass");
    assertThat(said(chat(body))).as("nothing was kept").isEqualTo("miss");
    assertThat(said(chat(body, "x-gimbal-cache", "no-store"))).isEqualTo("bypass");
    assertThat(said(chat(body, "x-gimbal-cache", "refresh"))).isEqualTo("miss");
    assertThat(said(chat(body))).isEqualTo("hit");
    assertAsked(4);
    HttpResponse<String> wrong = chat(body, "x-gimbal-cache", "perhaps");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.body()).contains("x-gimbal-cache");
  }

  private Limit money(long nanoUsd) {
    return new Limit(
        house.ids.next(),
        TenantId.FIRST,
        "b",
        Limit.Scope.TENANT,
        Limit.Unit.NANO_USD,
        nanoUsd,
        new Window.Calendar(Window.Calendar.Period.MONTH),
        true,
        false);
  }

  private static long reserved(String body) {
    return body.length() + 10L;
  }

  private static String bounded(String model) {
    return House.body(model, false).replace("{\"model\"", "{\"max_tokens\":10,\"model\"");
  }

  @Test
  void shouldLeaveBudgetsAloneForAHitAndKeepNothingThatABudgetRefused() {
    String body = bounded("plain");
    String another = body.replace("hello", "hallo");
    house.prices.put("up/plain", PRICE);
    house.budgets.declare(List.of(money(reserved(body))));

    assertThat(said(chat(body))).isEqualTo("miss");
    for (int i = 0; i < 3; i++) {
      HttpResponse<String> hit = chat(body);
      assertThat(hit.statusCode()).as("though nothing is left").isEqualTo(200);
      assertThat(said(hit)).isEqualTo("hit");
    }
    assertThat(chat(another).statusCode()).isEqualTo(429);
    house.budgets.declare(List.of(money(1_000_000)));
    assertThat(said(chat(another))).isEqualTo("miss");
    assertAsked(2);
  }

  @Test
  void shouldCountAHitAmongTheRequestsOfAMinute() {
    house.keys.put(House.KEY, House.principal(2, Rights.TENANT));
    String body = House.body("plain", false);

    assertThat(said(chat(body))).isEqualTo("miss");
    assertThat(said(chat(body))).isEqualTo("hit");
    assertThat(chat(body).statusCode()).isEqualTo(429);
  }

  @Test
  void shouldFollowAPolicyThatChanges() {
    String body = House.body("plain", false);
    house.policies.swap(Map.of());
    assertThat(said(chat(body))).isEqualTo("nothing");

    keep(CachePolicy.EXACT, PromptPolicy.OFF);
    assertThat(said(chat(body))).isEqualTo("miss");
    assertThat(said(chat(body))).isEqualTo("hit");

    house.policies.swap(Map.of());
    assertThat(said(chat(body))).isEqualTo("nothing");
    assertAsked(3);
  }

  @ParameterizedTest
  @CsvSource({"true,REDACT", "false,REDACT", "true,BLOCK", "false,BLOCK"})
  void shouldShowKeptAnswersToTheGuardsOfTheCallThatGetsThem(boolean stream, Action action) {
    String body = House.body("plain", stream);
    String word = stream ? "token7" : "Hello";
    String first = chat(body).body();
    assertThat(first).contains(word);

    house.guards =
        House.guarding(
            new GuardDeclaration(
                "words",
                new GuardRule.Deny(List.of(word)),
                Set.of(Place.ANSWER),
                action,
                true,
                1_000));
    HttpResponse<String> judged = chat(body);
    assertThat(said(judged)).isEqualTo("hit");
    assertThat(judged.body()).doesNotContain(word);

    house.guards = House.guarding();
    assertThat(chat(body).body()).as("kept as the model said it").isEqualTo(first);
    assertAsked(1);
  }

  @ParameterizedTest
  @CsvSource({"status-500,false", "cut,false", "cut,true", "inband,true", "inband-late,true"})
  void shouldKeepNothingThatFailed(String model, boolean stream) {
    String body = House.body(model, stream);

    chat(body);
    house.ledger.awaitSettled(1);
    assertThat(said(chat(body))).isEqualTo("miss");
    assertAsked(2);
  }

  private void route(String... models) {
    RouteDeclaration route =
        RouteDeclaration.of(
            "pair",
            Policy.ORDERED,
            Stream.of(models).map(model -> RouteTarget.of("up/" + model)).toList());
    house.catalog.swapRoutes(Map.of(TenantId.FIRST, Map.of("pair", route)));
  }

  @Test
  void shouldNotKeepWhatAStopgapSaid() {
    route("status-500", "plain");
    String body = House.body("x", false).replace("up/x", "pair");

    assertThat(chat(body).body()).contains("Hello");
    assertThat(said(chat(body))).isEqualTo("miss");
  }

  @Test
  void shouldTellFollowersNothingOfATargetThatWasGivenUp() {
    route("inband", "slow-40");
    String body = House.body("x", true).replace("up/x", "pair");
    CompletableFuture<HttpResponse<String>> first = sent(body);
    house.upstream.awaitCall(2);
    HttpResponse<String> second = chat(body);

    assertThat(said(second)).isEqualTo("shared");
    assertThat(second.body()).isEqualTo(first.join().body()).doesNotContain("scripted");
    assertAsked(2);
  }

  @Test
  void shouldDropTheOldestTurnsAndSayHowMany() {
    keep(CachePolicy.OFF, new PromptPolicy(false, 200L));
    String old = "{\"role\":\"user\",\"content\":\"" + "old ".repeat(300) + "\"},";
    String answer = "{\"role\":\"assistant\",\"content\":\"fine\"},";
    String body =
        instructed("Be kind", "Say hello")
            .replace("{\"role\":\"user\"", old + answer + "{\"role\":\"user\"");

    HttpResponse<String> heard = chat(body);

    assertThat(heard.headers().firstValue("x-gimbal-warning"))
        .contains("not sent: the oldest 2 of messages");
    String sent = new String(house.upstream.received().getFirst().body(), StandardCharsets.UTF_8);
    assertThat(sent).contains("Be kind").contains("Say hello").contains("\"model\":\"plain\"");
    assertThat(sent).doesNotContain("old old").doesNotContain("fine");
    assertThat(chat(instructed("Be kind", "Say hello")).headers().firstValue("x-gimbal-warning"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 20_000})
  void shouldMarkALongPromptForTheProvidersCache(int words) {
    keep(CachePolicy.OFF, new PromptPolicy(true, null));
    String body =
        "{\"model\":\"claude/plain\",\"max_tokens\":9,\"system\":\""
            + "rule ".repeat(words)
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";

    assertThat(post("/v1/messages", body).statusCode()).isEqualTo(200);

    String sent = new String(house.upstream.received().getFirst().body(), StandardCharsets.UTF_8);
    assertThat(sent).contains("\"cache_control\":{\"type\":\"ephemeral\"}");
  }
}
