package dev.gimbal.gateway.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CourtesyTest {
  private final AtomicLong now = new AtomicLong(-5);

  @Test
  void shouldUseAllThreadsWhenNobodyAsks() {
    Courtesy courtesy = new Courtesy(3, now::get);

    assertThat(entered(courtesy)).isEqualTo(3);
  }

  @Test
  void shouldLeaveOneThreadFreeWhileQuestionsCome() {
    Courtesy courtesy = new Courtesy(3, now::get);
    courtesy.question();
    now.addAndGet(Courtesy.MEMORY_NANOS - 1);

    assertThat(entered(courtesy)).isEqualTo(2);
  }

  @Test
  void shouldTakeTheThreadBackWhenTheLastQuestionIsLongAgo() {
    Courtesy courtesy = new Courtesy(3, now::get);
    courtesy.question();
    now.addAndGet(Courtesy.MEMORY_NANOS);

    assertThat(entered(courtesy)).isEqualTo(3);
  }

  @Test
  void shouldNeverStopBulkWorkAltogether() {
    Courtesy courtesy = new Courtesy(1, now::get);
    courtesy.question();

    assertThat(entered(courtesy)).isOne();
  }

  @Test
  void shouldLetTheNextTextInWhenOneLeaves() throws Exception {
    Courtesy courtesy = new Courtesy(1, now::get);
    courtesy.enter();
    CompletableFuture<Boolean> next = new CompletableFuture<>();
    Thread.startVirtualThread(
        () -> {
          try {
            courtesy.enter();
            next.complete(true);
          } catch (InterruptedException e) {
            next.completeExceptionally(e);
          }
        });

    assertThat(courtesy.tryEnter()).isFalse();
    assertThat(next).isNotDone();
    courtesy.leave();

    assertThat(next.get(10, TimeUnit.SECONDS)).isTrue();
  }

  private static int entered(Courtesy courtesy) {
    int entered = 0;
    while (entered < 10 && courtesy.tryEnter()) {
      entered++;
    }
    return entered;
  }
}
