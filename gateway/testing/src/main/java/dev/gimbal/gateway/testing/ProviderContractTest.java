package dev.gimbal.gateway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [Provider] of chat models promises. Each one's own test extends this.
public abstract class ProviderContractTest {
  private Vertx vertx = Vertx.vertx();
  private Provider provider = new NoProvider();

  /// The provider to be tested.
  protected abstract Provider create(Vertx vertx) throws Exception;

  /// A model that answers with some text, and with usage.
  protected abstract String model();

  /// A model whose stream takes a second at least.
  protected abstract String slowModel();

  @BeforeEach
  void open() throws Exception {
    vertx = Vertx.vertx();
    provider = create(vertx);
  }

  @AfterEach
  void close() throws Exception {
    provider.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  /// Starts a call on an event loop and hears of it.
  protected final HeardAnswer start(String model, boolean stream) throws Exception {
    Context context = vertx.getOrCreateContext();
    HeardAnswer heard = new HeardAnswer(context);
    CompletableFuture<UpstreamCall> started = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          UpstreamCall call = provider.start(request(context, model, stream), heard);
          heard.started();
          started.complete(call);
        });
    heard.call(started.get(20, TimeUnit.SECONDS));
    return heard;
  }

  private static UpstreamRequest request(Context context, String model, boolean stream) {
    String body =
        "{\"model\":\""
            + model
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello to the contract\"}]"
            + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}");
    return new UpstreamRequest(
        context,
        Endpoint.CHAT_COMPLETIONS,
        model,
        Buffer.buffer(body),
        stream,
        null,
        Duration.ofSeconds(20),
        EmbedRequest.Priority.INTERACTIVE,
        TraceContext.begin(),
        null);
  }

  @Test
  void shouldAnswerWholeInOpenAisFormWithUsage() throws Exception {
    HeardAnswer heard = start(model(), false);

    assertThat(heard.endWithin()).isEqualTo("end");
    JsonNode answer = Json.tree(heard.body());
    assertThat(heard.status()).isEqualTo(200);
    assertThat(answer.path("choices").path(0).path("message").path("content").asText())
        .isNotEmpty();
    assertThat(answer.path("usage").path("prompt_tokens").asLong()).isPositive();
    assertThat(answer.path("usage").path("completion_tokens").asLong()).isPositive();
  }

  @Test
  void shouldStreamEventsThatEndWithUsageAndDone() throws Exception {
    HeardAnswer heard = start(model(), true);

    assertThat(heard.endWithin()).isEqualTo("end");
    assertThat(heard.contentType()).startsWith("text/event-stream");
    List<String> events = List.of(heard.body().split("\n\n"));
    assertThat(events).last().isEqualTo("data: [DONE]");
    assertThat(events.get(events.size() - 2)).contains("\"choices\":[]", "prompt_tokens");
    assertThat(events.size()).isGreaterThan(3);
  }

  @Test
  void shouldTellTheListenerOnTheCallsLoopAndNotBeforeItReturned() throws Exception {
    HeardAnswer heard = start(model(), true);

    assertThat(heard.endWithin()).isEqualTo("end");
    assertThat(heard.wrongThread()).isFalse();
    assertThat(heard.tooEarly()).isFalse();
  }

  @Test
  void shouldSayNothingMoreAfterACancel() throws Exception {
    HeardAnswer heard = start(slowModel(), true);
    heard.awaitData();

    int atCancel = heard.onLoop(() -> heard.call().cancel());
    heard.pause(Duration.ofMillis(200));

    assertThat(heard.pieces()).isEqualTo(atCancel);
    assertThat(heard.isOver()).isFalse();
  }

  @Test
  void shouldHoldDataBackWhilePausedAndGoOnAfterwards() throws Exception {
    HeardAnswer heard = start(slowModel(), true);
    heard.awaitData();

    int atPause = heard.onLoop(() -> heard.call().pause());
    heard.pause(Duration.ofMillis(300));
    assertThat(heard.pieces() - atPause).as("at most what was on its way").isLessThanOrEqualTo(1);

    heard.onLoop(() -> heard.call().resume());
    assertThat(heard.endWithin()).isEqualTo("end");
    assertThat(heard.body()).endsWith("data: [DONE]\n\n");
  }

  @Test
  void shouldBearACancelAfterTheEnd() throws Exception {
    HeardAnswer heard = start(model(), false);
    assertThat(heard.endWithin()).isEqualTo("end");

    heard.onLoop(() -> heard.call().cancel());
    heard.onLoop(() -> heard.call().resume());

    assertThat(heard.ends()).isEqualTo(1);
  }
}
