package dev.gimbal.gateway.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.ScriptedGateway;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Escalation.Check;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Which answers of a small model send the call up.
class EscalationTest {
  private static final Principal CALLER = RouteCalls.caller(TenantId.FIRST);

  private final List<ChatRequest> asked = new ArrayList<>();
  private final List<Principal> askedBy = new ArrayList<>();
  private @Nullable String score;

  private static RouteCall call() {
    return RouteCalls.of(TenantId.FIRST, "r", "{\"role\":\"user\",\"content\":\"Where is Lyon?\"}");
  }

  private CompletableFuture<Verdict> judge(Escalation escalation, String logprobs) {
    Judges judges = Judges.with(() -> new ScriptedGateway(this::say), Runnable::run);
    Buffer answer =
        Buffer.buffer(
            "{\"choices\":[{\"message\":{\"content\":\"In France.\"},\"finish_reason\":\"stop\""
                + logprobs
                + "}]}");
    return judges.judge(escalation, call(), answer, false).toCompletableFuture();
  }

  @Test
  void shouldSendUpWhatTheModelWasNotSureOf() {
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
  void shouldSendUpWhatTheJudgeScoresLowAndAskItInTheCallersName() {
    Escalation escalation = new Escalation(Check.JUDGE, 0.6, "up/judge");

    score = "0.59";
    assertThat(judge(escalation, "").join()).isInstanceOf(Verdict.Up.class);
    score = "I would say 0.6";
    assertThat(judge(escalation, "").join()).isEqualTo(new Verdict.Kept());

    assertThat(askedBy).containsOnly(CALLER);
    assertThat(asked.getFirst().model()).isEqualTo("up/judge");
    assertThat(asked.getFirst().parent()).isEqualTo(RouteCalls.ID);
    assertThat(asked.getFirst().messages().getLast().text())
        .contains("Where is Lyon?", "In France.");
  }

  @Test
  void shouldFailWhereTheJudgeDoesSoThatTheCallGoesUp() {
    Escalation escalation = new Escalation(Check.JUDGE, 0.6, "up/judge");

    score = null;
    assertThat(judge(escalation, "")).isCompletedExceptionally();
    score = "ten out of 10";
    assertThat(judge(escalation, "")).isCompletedExceptionally();
  }

  private String say(Principal principal, ChatRequest request) {
    asked.add(request);
    askedBy.add(principal);
    String said = score;
    if (said == null) {
      throw new GatewayException(GatewayError.UPSTREAM_FAILED, "It failed.");
    }
    return said;
  }
}
