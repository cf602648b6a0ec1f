package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallOpened.Kind;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sums by the hour are those of the calls, whatever calls come and go.
final class HourlyCostsIT {
  private static final List<String> OUTCOMES =
      List.of("succeeded", "failed", "refused", "cancelled", "unknown");
  private static final List<String> GROUPS =
      List.of("model", "provider", "key", "user", "kind", "route", "application", "tag:team");

  /// Beyond what is kept.
  private static final Duration AGES = Duration.ofDays(4_000);

  private final Clock clock = Clock.systemUTC();
  private final TenantId one = new TenantId(UUID.randomUUID());
  private final TenantId other = new TenantId(UUID.randomUUID());

  /// Calls that others may be made below.
  private final List<CallOpened> above = new ArrayList<>();

  /// Ends that are still to come.
  private final List<CallSettled> running = new ArrayList<>();

  @Test
  void shouldBeTheSumsOfTheCallsHoweverLateTheyCameAndWhateverWasThrownAway(@TempDir Path directory)
      throws Exception {
    Random random = new Random(7);
    try (TestDatabase database = TestDatabase.fresh()) {
      try (Observability room = room(database, directory)) {
        room.start();
        for (int call = 0; call < 400; call++) {
          record(room, random, ago(random));
          if (call % 40 == 39) {
            room.ledger().flushed().toCompletableFuture().get(20, TimeUnit.SECONDS);
            running.forEach(end -> room.ledger().settle(end).toCompletableFuture().join());
            running.clear();
          }
        }
        assertSameAnswers(room, random);
        assertSameSums(database);
        assertThat(view(room, Map.of("group_by", "application")).groups())
            .extracting(CostView.Group::name)
            .contains("desk", "shop");
        assertThat(view(room, Map.of("group_by", "tag:team")).groups())
            .extracting(CostView.Group::name)
            .contains("red", "蓝");
        for (int call = 0; call < 5; call++) {
          record(room, random, AGES);
        }
        // Nobody ends these: the next process says so.
        room.ledger().open(opened(one, random, ago(random))).toCompletableFuture().join();
        room.ledger().open(opened(other, random, ago(random))).toCompletableFuture().join();
      }
      assertThat(old(database)).isPositive();
      try (Observability again = room(database, directory)) {
        again.start();
        record(again, random, Duration.ZERO);
        assertSameAnswers(again, random);
        assertSameSums(database);
        assertThat(old(database)).isZero();
      }
    }
  }

  @Test
  void shouldCountACallWhoseIdIsOfAFarDay(@TempDir Path directory) throws Exception {
    UUID farAhead = new UUID(0xFFFF_FFFF_FFFF_7000L, 0x8000_0000_0000_0001L);
    CallOpened call = Records.opened(one, farAhead, null, clock.instant());
    try (TestDatabase database = TestDatabase.fresh();
        Observability room = room(database, directory)) {
      room.start();
      room.ledger().open(call).toCompletableFuture().join();
      room.ledger()
          .settle(Records.settled(call, Outcome.SUCCEEDED, 1L, call.at()))
          .toCompletableFuture()
          .join();
      room.ledger().flushed().toCompletableFuture().get(20, TimeUnit.SECONDS);
      assertSameSums(database);
    }
  }

  /// What the migration makes of the calls that are there is what the writer made of them.
  private static void assertSameSums(TestDatabase database) throws Exception {
    List<String> written = sums(database);
    database.asOwner(handle -> handle.execute("DELETE FROM observability.cost_hour"));
    String fill = CostsTime.fillOfSums();
    database.asOwner(handle -> handle.execute(fill));
    assertThat(written).isNotEmpty().isEqualTo(sums(database));
  }

  private static List<String> sums(TestDatabase database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT h::text FROM observability.cost_hour h ORDER BY 1")
                .mapTo(String.class)
                .list());
  }

  private static long old(TestDatabase database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    "SELECT count(*) FROM observability.cost_hour WHERE day < now() - interval '9 years'")
                .mapTo(Long.class)
                .one());
  }

  /// A question that says an outcome is answered by the calls themselves.
  private void assertSameAnswers(Observability room, Random random) throws Exception {
    for (String group : GROUPS) {
      Map<String, String> asked = new HashMap<>();
      asked.put("group_by", group);
      asked.put("interval", random.nextBoolean() ? "day" : "hour");
      asked.put("limit", "200");
      asked.put("until", clock.instant().minusSeconds(random.nextInt(4_000)).toString());
      asked.put("from", clock.instant().minusSeconds(90_000 + random.nextInt(400_000)).toString());
      Map<String, List<BigDecimal>> summed = flat(view(room, asked));
      Map<String, List<BigDecimal>> counted = new HashMap<>();
      for (String outcome : OUTCOMES) {
        Map<String, String> narrowed = new HashMap<>(asked);
        narrowed.put("outcome", outcome);
        flat(view(room, narrowed))
            .forEach((name, sum) -> counted.merge(name, sum, HourlyCostsIT::plus));
      }
      assertThat(summed).as("%s", asked).isNotEmpty().isEqualTo(counted);
    }
    for (Map<String, String> filter :
        List.of(
            Map.of("model", "p1/m1"), Map.of("application", "desk"), Map.of("tag", "team=red"))) {
      List<BigDecimal> counted = new ArrayList<>();
      for (String outcome : OUTCOMES) {
        Map<String, String> narrowed = new HashMap<>(filter);
        narrowed.put("outcome", outcome);
        List<BigDecimal> sum = numbers(view(room, narrowed).total());
        counted = counted.isEmpty() ? sum : plus(counted, sum);
      }
      CostView.Sum total = view(room, filter).total();
      assertThat(total.calls()).isPositive();
      assertThat(numbers(total)).as("%s", filter).isEqualTo(counted);
    }
  }

  private static Map<String, List<BigDecimal>> flat(CostView view) {
    Map<String, List<BigDecimal>> flat = new HashMap<>();
    for (CostView.Group group : view.groups()) {
      flat.put("all of " + group.name(), numbers(group.sum()));
      group
          .points()
          .forEach(point -> flat.put(point.start() + " " + group.name(), numbers(point.sum())));
    }
    return flat;
  }

  private static List<BigDecimal> numbers(CostView.Sum sum) {
    String usd = sum.costUsd();
    return List.of(
        BigDecimal.valueOf(sum.calls()),
        BigDecimal.valueOf(sum.failedCalls()),
        BigDecimal.valueOf(sum.unknownCostCalls()),
        usd == null ? BigDecimal.ZERO.setScale(9) : new BigDecimal(usd).setScale(9),
        new BigDecimal(sum.savedUsd()).setScale(9),
        BigDecimal.valueOf(sum.inputTokens()),
        BigDecimal.valueOf(sum.cachedTokens()),
        BigDecimal.valueOf(sum.outputTokens()));
  }

  private static List<BigDecimal> plus(List<BigDecimal> left, List<BigDecimal> right) {
    return IntStream.range(0, left.size()).mapToObj(at -> left.get(at).add(right.get(at))).toList();
  }

  private CostView view(Observability room, Map<String, String> asked) throws Exception {
    Response answer =
        room.routes().stream()
            .filter(route -> route.path().equals("/api/costs"))
            .findFirst()
            .orElseThrow()
            .handler()
            .handle(FakeRequest.list(one, asked));
    return (CostView) ((Response.Json) answer).value();
  }

  private Observability room(TestDatabase database, Path directory) throws Exception {
    return ObservabilityModule.create(
        ObservabilityConfig.in(directory), database, clock, new TimeOrderedIds(clock));
  }

  private static Duration ago(Random random) {
    return Duration.ofSeconds(random.nextInt(500_000));
  }

  private void record(Observability room, Random random, Duration ago) {
    CallOpened call = opened(random.nextInt(4) == 0 ? other : one, random, ago);
    Outcome[] outcomes = Outcome.values();
    Outcome outcome = outcomes[random.nextInt(outcomes.length)];
    Long cost = random.nextInt(3) == 0 ? null : Long.valueOf(random.nextLong(5_000_000_000L));
    Long saved = random.nextInt(3) == 0 ? Long.valueOf(random.nextLong(-99, 999_999_999L)) : null;
    room.ledger().open(call).toCompletableFuture().join();
    above.add(call);
    if (call.kind() == Kind.APPLICATION && ago.compareTo(AGES) < 0) {
      // It ends behind those that it makes.
      running.add(Records.settled(call, outcome, cost, saved, call.at()));
      return;
    }
    int ends = random.nextInt(10) == 0 ? 2 : 1;
    for (int end = 0; end < ends; end++) {
      room.ledger()
          .settle(Records.settled(call, outcome, cost, saved, call.at()))
          .toCompletableFuture()
          .join();
    }
  }

  private CallOpened opened(TenantId tenant, Random random, Duration ago) {
    UUID id = new TimeOrderedIds(Clock.offset(clock, ago.negated())).next();
    Instant at = TimeOrderedIds.timeOf(id).minusMillis(random.nextInt(2_000));
    Kind[] kinds = Kind.values();
    String model = "p" + random.nextInt(3) + "/m" + random.nextInt(3);
    String requested = random.nextInt(3) == 0 ? "fast\ud800" : model;
    String principal = (random.nextBoolean() ? "key_" : "usr_") + random.nextInt(3);
    Kind kind = kinds[random.nextInt(kinds.length)];
    if (kind == Kind.APPLICATION) {
      requested = random.nextBoolean() ? "app:desk" : "app:shop";
    }
    List<CallOpened> parents = above.stream().filter(call -> call.tenant().equals(tenant)).toList();
    UUID parent =
        parents.isEmpty() || random.nextInt(3) == 0
            ? null
            : random.nextInt(9) == 0
                ? UUID.randomUUID()
                : parents.get(random.nextInt(parents.size())).id();
    Map<String, String> tags =
        switch (random.nextInt(4)) {
          case 0 -> Map.of();
          case 1 -> Map.of("team", "red", "a long name", "\"q\"");
          case 2 -> Map.of("z", "1", "team", "蓝");
          default -> Map.of("z", "1");
        };
    @Nullable Long reserved = random.nextBoolean() ? Long.valueOf(random.nextLong(99)) : null;
    return new CallOpened(
        tenant,
        id,
        parent,
        TraceContext.begin(),
        null,
        principal,
        kind,
        requested,
        model,
        false,
        1,
        reserved,
        tags,
        at);
  }
}
