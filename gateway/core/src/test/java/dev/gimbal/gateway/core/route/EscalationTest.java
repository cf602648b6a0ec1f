package dev.gimbal.gateway.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.gateway.core.wire.MalformedJsonException;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Escalation.Check;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which answers of a small model send the call up.
class EscalationTest {
  private static final Principal CALLER =
      new Principal(
          TenantId.FIRST,
          Principal.Kind.SERVICE,
          new UUID(1, 1),
          "k",
          "developer",
          Rights.TENANT,
          null);

  private final List<ChatRequest> asked = new ArrayList<>();
  private final List<Principal> askedBy = new ArrayList<>();
  private @Nullable String score;

  private static RouteCall call() throws MalformedJsonException {
    byte[] bytes =
        "{\"model\":\"r\",\"messages\":[{\"role\":\"user\",\"content\":\"Where is Lyon?\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    CallScan scan = new CallScan();
    scan.feed(bytes, 0, bytes.length);
    return new RouteCall(
        CALLER,
        new UUID(2, 2),
        null,
        Map.of(),
        Endpoint.CHAT_COMPLETIONS,
        scan.finish(),
        Buffer.buffer(bytes),
        () -> null);
  }

  private CompletableFuture<Verdict> judge(Escalation escalation, String logprobs)
      throws MalformedJsonException {
    Judges judges = Judges.with(Judge::new, Runnable::run);
    Buffer answer =
        Buffer.buffer(
            "{\"choices\":[{\"message\":{\"content\":\"In France.\"},\"finish_reason\":\"stop\""
                + logprobs
                + "}]}");
    return judges.judge(escalation, call(), answer, false).toCompletableFuture();
  }

  @Test
  void shouldSendUpWhatTheModelWasNotSureOf() throws Exception {
    String said = ",\"logprobs\":{\"content\":[{\"logprob\":-0.1},{\"logprob\":-0.5}]}";

    assertThat(judge(new Escalation(Check.LOGPROB, -0.2, null), said).join())
        .isInstanceOf(Verdict.Up.class);
    assertThat(judge(new Escalation(Check.LOGPROB, -0.4, null), said).join())
        .isEqualTo(new Verdict.Kept());
    assertThat(judge(new Escalation(Check.LOGPROB, -0.2, null), "").join())
        .as("nobody said how sure")
        .isEqualTo(new Verdict.Kept());
  }

  @Test
  void shouldSendUpWhatTheJudgeScoresLowAndAskItInTheCallersName() throws Exception {
    Escalation escalation = new Escalation(Check.JUDGE, 0.6, "up/judge");

    score = "0.59";
    assertThat(judge(escalation, "").join()).isInstanceOf(Verdict.Up.class);
    score = "I would say 0.6";
    assertThat(judge(escalation, "").join()).isEqualTo(new Verdict.Kept());

    assertThat(askedBy).containsOnly(CALLER);
    assertThat(asked.getFirst().model()).isEqualTo("up/judge");
    assertThat(asked.getFirst().parent()).isEqualTo(new UUID(2, 2));
    assertThat(asked.getFirst().messages().getLast().text())
        .contains("Where is Lyon?", "In France.");
  }

  @Test
  void shouldFailWhereTheJudgeDoesSoThatTheCallGoesUp() throws Exception {
    Escalation escalation = new Escalation(Check.JUDGE, 0.6, "up/judge");

    score = null;
    assertThat(judge(escalation, "")).isCompletedExceptionally();
    score = "ten out of 10";
    assertThat(judge(escalation, "")).isCompletedExceptionally();
  }

  private final class Judge implements Gateway {
    @Override
    public ChatResult chat(Principal principal, ChatRequest request) {
      asked.add(request);
      askedBy.add(principal);
      String said = score;
      if (said == null) {
        throw new GatewayException(GatewayError.UPSTREAM_FAILED, "It failed.");
      }
      return new ChatResult(UUID.randomUUID(), said, "stop", Usage.UNKNOWN);
    }

    @Override
    public ChatResult chat(Principal principal, ChatRequest request, Consumer<String> onText) {
      throw new UnsupportedOperationException("whole answers only");
    }

    @Override
    public List<float[]> embed(Principal principal, EmbedRequest request) {
      throw new UnsupportedOperationException("chats only");
    }

    @Override
    public List<Model> models(Principal principal) {
      return List.of();
    }
  }
}
