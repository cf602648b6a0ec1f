package dev.gimbal.gateway.core.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession.Slow;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server that does not answer: 32 texts are with it, 256 wait, and nobody else is kept.
class GuardPoolsTest {
  private static final int HELD = 32 + 256;
  private static final GuardedCall CALL =
      new GuardedCall(
          UUID.randomUUID(), Principal.system(TenantId.FIRST), "m", null, Runnable::run);

  private final CountDownLatch answered = new CountDownLatch(1);
  private final GuardPools pools =
      new GuardPools(
          new SlowJudge(
              List.of(new Sure()),
              (guard, place, text, within) -> {
                try {
                  answered.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                return SlowVerdict.PASSED;
              }));

  private static final class Sure implements TextClassifier {
    @Override
    public String name() {
      return "sure";
    }

    @Override
    public double score(String text) {
      return 1;
    }
  }

  @AfterEach
  void close() {
    answered.countDown();
    pools.close();
  }

  private CompletableFuture<SlowVerdict> ask(GuardRule rule, int deadlineMillis) {
    GuardDeclaration guard =
        new GuardDeclaration("g", rule, Set.of(Place.ANSWER), Action.BLOCK, true, deadlineMillis);
    return pools.ask(new Slow(0, guard, Place.ANSWER), "text", CALL).toCompletableFuture();
  }

  @Test
  void shouldFailWhatDoesNotFitIntoThePoolOfOneKindAndServeTheOthers() throws Exception {
    GuardRule server = new GuardRule.Http("http://127.0.0.1/");
    for (int i = 0; i < HELD; i++) {
      assertThat(ask(server, 30_000)).isNotDone();
    }

    assertThat(ask(server, 30_000))
        .isCompletedWithValue(new SlowVerdict.Failed("too many texts wait"));
    assertThat(ask(new GuardRule.Injection("sure", 0.5), 30_000).get(10, TimeUnit.SECONDS))
        .isEqualTo(new SlowVerdict.Judged(List.of("classifier_sure"), List.of()));
    assertThat(ask(new GuardRule.JsonSchema("{}"), 30_000).get(10, TimeUnit.SECONDS))
        .isInstanceOf(SlowVerdict.Judged.class);
  }

  @Test
  void shouldFailWhatIsLateByItsOwnDeadline() throws Exception {
    SlowVerdict said = ask(new GuardRule.Http("http://127.0.0.1/"), 20).get(10, TimeUnit.SECONDS);

    assertThat(said).isEqualTo(new SlowVerdict.Failed("it took longer than its deadline"));
  }
}
