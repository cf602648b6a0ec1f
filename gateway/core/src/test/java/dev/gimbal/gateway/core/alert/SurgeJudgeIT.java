package dev.gimbal.gateway.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SurgeJudgeIT {
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final long USD = 1_000_000_000L;

  private final TestDatabase database = TestDatabase.fresh();
  private final TenantId tenant = new TenantId(new UUID(9, 1));
  private final SurgeStore store = new SurgeStore();
  private SurgeSetting setting = SurgeSetting.DEFAULT;

  @BeforeEach
  void migrate() {
    database.migrate("gateway");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private SurgeJudge judge() {
    AlertStore alerts = new AlertStore(new TimeOrderedIds(Clock.systemUTC()));
    return new SurgeJudge(store, alerts, any -> setting);
  }

  private void spend(Database node, String series, String name, Instant at, long usd) {
    Instant hour = at.truncatedTo(java.time.temporal.ChronoUnit.HOURS);
    SpendRollup.Cell cell =
        new SpendRollup.Cell(new SpendRollup.Series(tenant, series, name), hour);
    node.asOwner(
        handle -> {
          store.add(handle, Map.of(cell, usd * USD));
          return true;
        });
  }

  private void twoQuietDays(String series, String name) {
    for (int hour = 0; hour < 48; hour++) {
      spend(database, series, name, START.plus(Duration.ofHours(hour)), 2);
    }
  }

  private final Instant now = START.plus(Duration.ofDays(2)).plusSeconds(60);

  @Test
  void shouldJudgeTheSumOfAllNodesOnceThoughNoneOfThemSpentEnoughByItself() throws Exception {
    twoQuietDays("tenant", "");
    try (Database other = database.secondNode();
        ExecutorService both = Executors.newFixedThreadPool(2)) {
      spend(database, "tenant", "", now, 6);
      assertThat(judge().judge(database, now)).isZero();
      spend(other, "tenant", "", now, 6);
      SurgeJudge mine = judge();
      SurgeJudge theirs = judge();
      List<Callable<Integer>> looks =
          List.of(() -> mine.judge(database, now), () -> theirs.judge(other, now));
      int raised = 0;
      for (Future<Integer> look : both.invokeAll(looks)) {
        raised += look.get();
      }
      assertThat(raised).isEqualTo(1);
    }
  }

  @Test
  void shouldTellAnEpisodeOnceAlsoAfterARestartAndInItsLaterHours() {
    twoQuietDays("tenant", "");
    spend(database, "tenant", "", now, 20);
    List<Integer> raised = new ArrayList<>();
    for (int hour = 0; hour < 4; hour++) {
      Instant at = now.plus(Duration.ofHours(hour));
      spend(database, "tenant", "", at, 30);
      raised.add(judge().judge(database, at));
      raised.add(judge().judge(database, at.plusSeconds(30)));
    }

    assertThat(raised).containsExactly(1, 0, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void shouldWatchKeysAndRoutesWhereThatIsDeclared() {
    twoQuietDays("key", "key_1");
    spend(database, "key", "key_1", now, 50);
    assertThat(judge().judge(database, now)).isZero();

    setting = new SurgeSetting(true, setting.rule(), true, false, 1);
    assertThat(judge().judge(database, now)).isEqualTo(1);
    setting = new SurgeSetting(false, setting.rule(), true, false, 1);
    spend(database, "key", "key_1", now.plus(Duration.ofHours(8)), 500);
    assertThat(judge().judge(database, now.plus(Duration.ofHours(8)))).isZero();
  }

  @Test
  void shouldAddUpWhatEndedCallsCostByTenantKeyAndRoute() {
    setting = new SurgeSetting(true, setting.rule(), true, true, 1);
    SpendRollup rollup = new SpendRollup(any -> setting);
    EndedCall call = new EndedCall(Records.opened(tenant, new UUID(1, 1), USD, now), null);

    rollup.add(List.of(call, call));
    Map<SpendRollup.Cell, Long> sums = rollup.drain();
    assertThat(sums.keySet())
        .extracting(cell -> cell.series().series())
        .containsExactlyInAnyOrder("tenant", "key", "route");
    assertThat(sums.values()).containsOnly(2 * call.opened().reservedNanoUsd());
    assertThat(rollup.drain()).isEmpty();
    rollup.restore(sums);
    assertThat(rollup.drain()).isEqualTo(sums);
  }
}
