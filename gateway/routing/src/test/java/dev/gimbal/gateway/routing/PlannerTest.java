package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private final AtomicLong now = new AtomicLong();
  private final Planner planner = new Planner(new Random(7));
  private final Map<String, Health> healths = new HashMap<>();
  private final Map<String, Long> costs = new HashMap<>();
  private @Nullable Long budget;

  private final Board board =
      new Board() {
        @Override
        public @Nullable Health health(String model) {
          return healths.get(model);
        }

        @Override
        public @Nullable Long worstCost(String model) {
          return costs.get(model);
        }

        @Override
        public @Nullable Long budgetLeft() {
          return budget;
        }
      };

  PlannerTest() {
    for (String model : List.of("a/m", "b/m", "c/m")) {
      healths.put(model, new Health(HealthRule.DEFAULT, now::get));
    }
  }

  static CallFacts facts(String key, long promptTokens, Set<Capability> needs) {
    return new CallFacts(
        new CallFacts.Caller(key, "name-of-" + key, null, "developer"),
        Map.of(),
        new CallFacts.Size(promptTokens * 4, promptTokens, 100),
        () -> needs,
        "hello",
        Instant.parse("2026-11-22T10:00:00Z"));
  }

  private List<String> models(RouteDeclaration route, CallFacts facts) {
    return planner.order(route, facts, board).targets().stream().map(RouteTarget::model).toList();
  }

  private static RouteDeclaration route(Policy policy, RouteTarget... targets) {
    return RouteDeclaration.of("r", policy, List.of(targets));
  }

  private static RouteTarget weighted(String model, int weight) {
    return new RouteTarget(model, weight, null, null, Condition.ALWAYS);
  }

  private Health health(String model) {
    return java.util.Objects.requireNonNull(healths.get(model));
  }

  private void breakDown(String model) {
    for (int i = 0; i < HealthRule.DEFAULT.least(); i++) {
      Health health = health(model);
      health.failed(health.began(), Failure.status(500, null), 1, 0);
    }
  }

  @Test
  void shouldKeepTheDeclaredOrderAndPutBrokenTargetsLast() {
    RouteDeclaration route =
        route(Policy.ORDERED, RouteTarget.of("b/m"), RouteTarget.of("a/m"), RouteTarget.of("c/m"));
    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("b/m", "a/m", "c/m");

    breakDown("b/m");

    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("a/m", "c/m", "b/m");
  }

  @Test
  void shouldShareCallsInProportionToWeightsAndLeaveWeightZeroForLast() {
    RouteDeclaration route =
        route(Policy.WEIGHTED, weighted("a/m", 7), weighted("b/m", 3), weighted("c/m", 0));
    int first = 0;
    for (int i = 0; i < 10_000; i++) {
      List<String> models = models(route, facts("k", 10, Set.of()));
      assertThat(models.getLast()).isEqualTo("c/m");
      first += models.getFirst().equals("a/m") ? 1 : 0;
    }
    assertThat(first / 10_000.0).isCloseTo(0.7, within(0.02));
  }

  @Test
  void shouldHoldACallerOnItsTargetAndMoveOnlyTheShareOfTheOneThatGoes() {
    Sticky byKey = new Sticky(Sticky.By.KEY, null);
    List<RouteTarget> three = List.of(weighted("a/m", 1), weighted("b/m", 1), weighted("c/m", 2));
    RouteDeclaration all = new RouteDeclaration("r", three, Policy.WEIGHTED, byKey, null, 2);
    RouteDeclaration without =
        new RouteDeclaration("r", three.subList(0, 2), Policy.WEIGHTED, byKey, null, 2);
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4_000; i++) {
      CallFacts facts = facts("key" + i, 10, Set.of());
      String target = models(all, facts).getFirst();
      counts.merge(target, 1, Integer::sum);
      assertThat(models(all, facts).getFirst()).isEqualTo(target);
      if (!target.equals("c/m")) {
        assertThat(models(without, facts).getFirst()).isEqualTo(target);
      }
    }
    assertThat(counts.get("c/m") / 4_000.0).isCloseTo(0.5, within(0.04));
  }

  private static CallFacts by(String key, @Nullable String user, Map<String, String> tags) {
    return new CallFacts(
        new CallFacts.Caller(key, key, user, "developer"),
        tags,
        new CallFacts.Size(40, 10, 100),
        Set::of,
        "hello",
        Instant.parse("2026-11-22T10:00:00Z"));
  }

  /// Each call has another key, so that only what is held by can keep it where it is.
  private long targets(Sticky sticky, @Nullable String user, Map<String, String> tags) {
    List<RouteTarget> three = List.of(weighted("a/m", 1), weighted("b/m", 1), weighted("c/m", 1));
    RouteDeclaration route = new RouteDeclaration("r", three, Policy.WEIGHTED, sticky, null, 2);
    return IntStream.range(0, 200)
        .mapToObj(i -> models(route, by("key" + i, user, tags)).getFirst())
        .distinct()
        .count();
  }

  @Test
  void shouldHoldByUserAndByHeaderWhateverTheKeyAndNobodyWhoHasNeither() {
    Sticky byUser = new Sticky(Sticky.By.USER, null);
    Sticky byHeader = new Sticky(Sticky.By.HEADER, "session");

    assertThat(targets(byUser, "ann", Map.of())).isOne();
    assertThat(targets(byUser, null, Map.of())).isEqualTo(3);
    assertThat(targets(byHeader, "ann", Map.of("session", "s1"))).isOne();
    assertThat(targets(byHeader, "ann", Map.of("other", "s1"))).isEqualTo(3);
    List<RouteTarget> three = List.of(weighted("a/m", 1), weighted("b/m", 1), weighted("c/m", 1));
    RouteDeclaration route = new RouteDeclaration("r", three, Policy.WEIGHTED, byUser, null, 2);
    assertThat(
            IntStream.range(0, 200)
                .mapToObj(i -> models(route, by("one", "user" + i, Map.of())).getFirst())
                .distinct())
        .as("other users, other targets")
        .hasSize(3);
  }

  @Test
  void shouldPreferWhoIsLeastBusyForItsWeight() {
    RouteDeclaration route =
        route(Policy.LEAST_BUSY, weighted("a/m", 1), weighted("b/m", 4), weighted("c/m", 1));
    for (int i = 0; i < 2; i++) {
      health("b/m").began();
    }
    health("a/m").began();
    health("c/m").began();
    assertThat(models(route, facts("k", 10, Set.of())).getFirst()).isEqualTo("b/m");
    for (int i = 0; i < 8; i++) {
      health("b/m").began();
    }
    assertThat(models(route, facts("k", 10, Set.of())).getLast()).isEqualTo("b/m");
  }

  @Test
  void shouldPreferTheFastestAndTryASlowOneAgainWithOneCallOnly() {
    RouteDeclaration route =
        route(Policy.LOWEST_LATENCY, RouteTarget.of("a/m"), RouteTarget.of("b/m"));
    serve("a/m", 900);
    serve("b/m", 100);
    assertThat(models(route, facts("k", 10, Set.of())).getFirst()).isEqualTo("b/m");

    now.addAndGet(Duration.ofMinutes(5).toNanos());
    serve("b/m", 100);

    assertThat(models(route, facts("k", 10, Set.of())).getFirst()).isEqualTo("a/m");
    health("a/m").began();
    assertThat(models(route, facts("k", 10, Set.of())).getFirst()).isEqualTo("b/m");
  }

  private void serve(String model, long millis) {
    long permit = health(model).began();
    health(model).succeeded(permit, Duration.ofMillis(millis).toNanos());
  }

  @Test
  void shouldTakeTheCheapestThatFits() {
    RouteTarget small = new RouteTarget("a/m", 1, 1_000L, Set.of(), Condition.ALWAYS);
    RouteTarget able =
        new RouteTarget("b/m", 1, 1_000L, Set.of(Capability.IMAGES), Condition.ALWAYS);
    RouteTarget large = new RouteTarget("c/m", 1, 100_000L, null, Condition.ALWAYS);
    RouteDeclaration route = route(Policy.CHEAPEST, large, able, small);
    costs.putAll(Map.of("a/m", 10L, "b/m", 20L, "c/m", 30L));

    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("a/m", "b/m", "c/m");
    assertThat(models(route, facts("k", 10, Set.of(Capability.IMAGES))))
        .containsExactly("b/m", "c/m");
    assertThat(models(route, facts("k", 2_000, Set.of()))).containsExactly("c/m");
    assertThat(planner.order(route, facts("k", 200_000, Set.of()), board).why())
        .contains("longer than any target");
    budget = 25L;
    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("a/m", "b/m");
    budget = 5L;
    assertThat(models(route, facts("k", 10, Set.of())))
        .as("what is known may be old: the budget decides")
        .containsExactly("a/m");
    costs.remove("a/m");
    assertThat(models(route, facts("k", 10, Set.of())))
        .as("the budget refuses what has no price")
        .containsExactly("b/m");
    budget = null;
    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("b/m", "c/m", "a/m");
  }

  @Test
  void shouldLeaveOutTargetsWhoseConditionDoesNotHoldOrWhoseProviderIsGone() {
    Condition admins =
        new Condition(
            Set.of(),
            Set.of(),
            Set.of("administrator"),
            Map.of(),
            Condition.Between.ANY,
            Condition.Between.ANY,
            Set.of(),
            null);
    RouteDeclaration route =
        route(
            Policy.ORDERED,
            new RouteTarget("a/m", 1, null, null, admins),
            RouteTarget.of("gone/m"),
            RouteTarget.of("b/m"));
    assertThat(models(route, facts("k", 10, Set.of()))).containsExactly("b/m");
  }
}
