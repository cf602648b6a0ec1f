package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.EmbedRequest.Priority;
import dev.gimbal.gateway.api.EmbedRequest.Purpose;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InsideIT {
  private static final Principal SYSTEM = Principal.system(TenantId.FIRST);
  private House house;
  private Gateway gateway;
  private int before;

  @BeforeAll
  void open() {
    house = new House();
    gateway = house.calls.inside();
    house.prices.put("up/plain", new Price(150_000_000, 600_000_000, 75_000_000L));
  }

  @AfterAll
  void close() {
    house.close();
  }

  @BeforeEach
  void count() {
    before = house.ledger.settlements().size();
  }

  private static ChatRequest chat(String model) {
    return new ChatRequest(
        model,
        List.of(new ChatRequest.Message(ChatRequest.Role.USER, "Say \"hello\"")),
        50,
        0.5,
        Duration.ofSeconds(10),
        null);
  }

  @Test
  void shouldAnswerWholeWithTokensAndMoney() throws Exception {
    ChatResult result = gateway.chat(SYSTEM, chat("up/plain"));

    assertThat(result.text()).isEqualTo("Hello from the scenario.");
    assertThat(result.finishReason()).isEqualTo("stop");
    assertThat(result.usage().costNanoUsd()).isEqualTo(8 * 150 + 4 * 75 + 20 * 600);
    assertThat(house.ledger.awaitSettled(before + 1).id()).isEqualTo(result.call());
    assertThat(house.ledger.awaitSettled(before + 1).costNanoUsd()).isEqualTo(13_500);
    Received received = house.upstream.received().getLast();
    assertThat(house.ledger.opened().getLast().reservedNanoUsd())
        .isEqualTo((received.body().length + 3) * 150L + 50 * 600L);
  }

  @Test
  void shouldHandOverPiecesInOrderOnTheCallersThread() {
    List<String> pieces = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();

    ChatResult result =
        gateway.chat(
            SYSTEM,
            chat("up/plain"),
            piece -> {
              pieces.add(piece);
              threads.add(Thread.currentThread());
            });

    assertThat(pieces).hasSize(20).startsWith("token0 ").endsWith("token19 ");
    assertThat(result.text()).isEqualTo(String.join("", pieces));
    assertThat(result.usage().outputTokens()).isEqualTo(20);
    assertThat(threads).containsOnly(Thread.currentThread());
  }

  @Test
  void shouldCancelWhenTheTakerOfPiecesThrows() throws Exception {
    int calls = house.upstream.received().size();

    assertThatThrownBy(
            () ->
                gateway.chat(
                    SYSTEM,
                    chat("up/slow-100"),
                    piece -> {
                      throw new IllegalStateException("enough");
                    }))
        .hasMessage("enough");

    Received received = house.upstream.awaitCall(calls + 1);
    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void shouldCancelWhenItsThreadIsInterrupted() throws Exception {
    int calls = house.upstream.received().size();
    Thread thread =
        Thread.ofVirtual()
            .start(
                () ->
                    assertThatThrownBy(() -> gateway.chat(SYSTEM, chat("up/mute")))
                        .isInstanceOf(GatewayException.class));
    Received received = house.upstream.awaitCall(calls + 1);

    thread.interrupt();

    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.CANCELLED);
    thread.join();
  }

  @Test
  void shouldThrowWithTheCodeThatACallerFromOutsideWouldSee() {
    assertThatThrownBy(() -> gateway.chat(SYSTEM, chat("none/x")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
    assertThatThrownBy(() -> gateway.chat(SYSTEM, chat("up/status-429")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_BUSY)
        .satisfies(
            e -> assertThat(((GatewayException) e).retryAfter()).contains(Duration.ofSeconds(7)));
    assertThatThrownBy(() -> gateway.chat(SYSTEM, chat("up/cut"), piece -> {}))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_FAILED);
  }

  @Test
  void shouldEmbedNormalisedInOrderAsOneRecordWithoutTheLimitOnRequests() throws Exception {
    Principal one = House.principal(1, Rights.TENANT);
    EmbedRequest request =
        new EmbedRequest(
            "up/text-embed",
            Collections.nCopies(3, "text"),
            Purpose.PASSAGE,
            Priority.BULK,
            Duration.ofSeconds(10),
            "usr_owner");

    List<float[]> vectors = gateway.embed(one, request);
    gateway.embed(one, request);

    assertThat(vectors).hasSize(3).allSatisfy(v -> assertThat(norm(v)).isCloseTo(1, within()));
    assertThat(vectors.getFirst()[0]).isGreaterThan(0);
    house.ledger.awaitSettled(before + 2);
    assertThat(house.ledger.opened().getLast().items()).isEqualTo(3);
    assertThat(house.ledger.opened().getLast().principal()).isEqualTo("usr_owner");
    byte[] body = house.upstream.received().getLast().body();
    assertThat(Json.MAPPER.readTree(body).path("encoding_format").asText()).isEqualTo("base64");
  }

  private static Offset<Double> within() {
    return Offset.offset(1e-6);
  }

  private static double norm(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }

  private HttpResponse<String> ask(String name, boolean stream) {
    String body = House.body("x", stream).replace("up/x", "app:" + name);
    return house.chat(body);
  }

  private void application(String name, Runnable inside) {
    house.applications.put(name, new Scripted(name, inside));
  }

  private record Scripted(String name, Runnable inside) implements Application {
    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      inside.run();
      sink.text("It is ");
      sink.text("blue.");
      return new Answer(
          "It is blue.",
          "generated",
          List.of(new Citation(0, 11, "Colours", "http://x/library/c/doc_1?start=1")),
          7L,
          3L);
    }
  }

  @Test
  void shouldRunAnApplicationAsAModelWithItsCitations() throws Exception {
    List<TraceContext> seen = new ArrayList<>();
    application("colours", () -> seen.add(TraceContext.CURRENT.get()));

    var message = Json.tree(ask("colours", false).body()).path("choices").path(0).path("message");

    assertThat(message.path("content").asText()).isEqualTo("It is blue.");
    var citation = message.path("annotations").path(0);
    assertThat(citation.path("type").asText()).isEqualTo("url_citation");
    assertThat(citation.path("url_citation").path("end_index").asInt()).isEqualTo(11);
    var settled = house.ledger.awaitSettled(before + 1);
    var opened = house.ledger.opened().getLast();
    assertThat(opened.kind()).isEqualTo(CallOpened.Kind.APPLICATION);
    assertThat(seen).containsExactly(opened.trace());
    assertThat(settled.costNanoUsd()).as("only leaves are charged").isNull();
  }

  @Test
  void shouldStreamAnApplicationAndCiteInTheLastPiece() {
    application("streams", () -> {});

    String events = ask("streams", true).body();

    assertThat(events).contains("\"content\":\"It is \"").contains("\"content\":\"blue.\"");
    String[] list = events.split("\n\n");
    assertThat(list[list.length - 1]).isEqualTo("data: [DONE]");
    assertThat(list[list.length - 2]).contains("url_citation").contains("\"stop\"");
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.SUCCEEDED);
  }

  @Test
  void shouldStopAnApplicationWhoseCallerIsGone() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    application(
        "waits",
        () -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
            throw new IllegalStateException(e);
          }
        });
    try (RawCall caller =
        new RawCall(house.port(), House.body("x", true).replace("up/x", "app:waits"))) {
      assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
      caller.hangUp();
    }

    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(house.ledger.awaitSettled(before + 1).outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void shouldRefuseWhatAnApplicationCannotDoAndOneThatIsNotThere() {
    application("plain", () -> {});
    String system =
        "{\"model\":\"app:plain\",\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}";

    assertThat(house.chat(system).statusCode()).isEqualTo(400);
    assertThat(ask("nobody", false).statusCode()).isEqualTo(404);
    assertThat(house.ledger.awaitSettled(before + 2).outcome()).isEqualTo(Outcome.REFUSED);
  }

  @Test
  void shouldLetApplicationsCallEachOtherFourDeep() {
    house.applications.put("self", new Nested());

    HttpResponse<String> answer = ask("self", false);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("call_too_deep");
    house.ledger.awaitSettled(before + 5);
    assertThat(
            house
                .ledger
                .opened()
                .subList(house.ledger.opened().size() - 5, house.ledger.opened().size()))
        .filteredOn(o -> o.parent() != null)
        .hasSize(4);
  }

  private final class Nested implements Application {
    @Override
    public String name() {
      return "self";
    }

    @Override
    public Answer run(Caller caller, Input input, Sink sink) {
      ChatRequest down =
          new ChatRequest(
              "app:self",
              List.of(new ChatRequest.Message(ChatRequest.Role.USER, "deeper")),
              null,
              null,
              Duration.ofSeconds(10),
              input.call());
      ChatResult result = gateway.chat(Principal.of(caller), down);
      return new Answer(result.text(), "generated", List.of(), null, null);
    }
  }
}
