package dev.gimbal.gateway.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.budget.SpendingDecision.Admitted;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How long something is ago does not go by the wall clock, which jumps.
class LocalBudgetsTest {
  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final LocalBudgets budgets = new LocalBudgets(clock, new TimeOrderedIds(clock));

  @AfterEach
  void close() {
    budgets.close();
  }

  private void declare(Unit unit, Window window) {
    UUID id = new UUID(1, 1);
    budgets.declare(
        List.of(new Limit(id, TenantId.FIRST, "one", Scope.TENANT, unit, 1, window, true, false)));
  }

  private SpendingDecision call() {
    Principal caller =
        new Principal(
            TenantId.FIRST,
            Principal.Kind.SERVICE,
            new UUID(1, 2),
            "caller",
            "developer",
            Rights.TENANT,
            null);
    return budgets
        .spending()
        .reserve(new Subject(caller, null, null, null), new Worst(0L, 1, true))
        .toCompletableFuture()
        .join();
  }

  @Test
  void shouldLetCallsInAgainInTimeAfterTheClockWentBack() {
    declare(Unit.REQUESTS, new Window.Rolling(Duration.ofSeconds(1)));
    assertThat(call()).isInstanceOf(Admitted.class);
    assertThat(call()).isInstanceOf(SpendingDecision.Refused.class);

    clock.advance(Duration.ofHours(-1));

    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!(call() instanceof Admitted)) {
      assertThat(System.nanoTime()).as("a second went by").isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Test
  void shouldStillCountCallsThatRunAfterTheClockWentAhead() {
    declare(Unit.PARALLEL, new Window.Running(Duration.ofSeconds(30)));
    Admitted running = (Admitted) call();

    clock.advance(Duration.ofHours(1));

    assertThat(call()).isInstanceOf(SpendingDecision.Refused.class);
    running.reservation().settle(0L, 0L);
    assertThat(call()).isInstanceOf(Admitted.class);
  }
}
