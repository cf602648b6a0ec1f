package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.routing.Condition.Between;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteDeclarationTest {
  private static final List<RouteTarget> ONE = List.of(RouteTarget.of("a/m"));
  private static final List<RouteTarget> TWO =
      List.of(RouteTarget.of("a/m"), RouteTarget.of("b/m"));

  private static void refused(String field, ThrowingCallable declaration) {
    assertThatThrownBy(declaration)
        .isInstanceOf(InvalidRouteException.class)
        .hasFieldOrPropertyWithValue("field", field);
  }

  @Test
  void shouldRefuseWhatLeadsToARouteOrAnApplicationOrToItself() {
    refused("model", () -> RouteTarget.of("another-route"));
    refused("model", () -> RouteTarget.of("app:default"));
    refused("model", () -> RouteTarget.of("app:x/y"));
    refused("name", () -> RouteDeclaration.of("a/b", Policy.ORDERED, ONE));
    refused("name", () -> RouteDeclaration.of("app:b", Policy.ORDERED, ONE));
  }

  @Test
  void shouldNameTheFieldThatIsOutOfBounds() {
    refused("targets", () -> RouteDeclaration.of("r", Policy.ORDERED, List.of()));
    refused(
        "targets[1].model",
        () ->
            RouteDeclaration.of(
                "r", Policy.ORDERED, List.of(RouteTarget.of("a/m"), RouteTarget.of("a/m"))));
    refused("weight", () -> new RouteTarget("a/m", 1_001, null, null, Condition.ALWAYS));
    refused("context_tokens", () -> new RouteTarget("a/m", 1, 0L, null, Condition.ALWAYS));
    Sticky sticky = new Sticky(Sticky.By.USER, null);
    refused("sticky", () -> new RouteDeclaration("r", TWO, Policy.ORDERED, sticky, null, 2));
    refused("sticky.name", () -> new Sticky(Sticky.By.HEADER, null));
    Escalation refusal = new Escalation(Escalation.Check.REFUSAL, null, null);
    refused("escalation", () -> new RouteDeclaration("r", ONE, Policy.ORDERED, null, refusal, 2));
    refused("escalation.below", () -> new Escalation(Escalation.Check.LOGPROB, 0.5, null));
    refused("escalation.judge", () -> new Escalation(Escalation.Check.JUDGE, 0.5, null));
    refused("retries", () -> new RouteDeclaration("r", ONE, Policy.ORDERED, null, null, 6));
    Duration none = Duration.ZERO;
    Duration day = Duration.ofHours(25);
    refused("time_limits.connect_millis", () -> new TimeLimits(none, null, null, null));
    refused("time_limits.connect_millis", () -> new TimeLimits(day, null, null, null));
    refused("time_limits.first_byte_millis", () -> new TimeLimits(null, day, null, null));
    refused("time_limits.silence_millis", () -> new TimeLimits(null, null, day, null));
    refused("time_limits.whole_millis", () -> new TimeLimits(null, null, null, day));
  }

  private static CallFacts facts(@Nullable String user, String text, String at) {
    return new CallFacts(
        new CallFacts.Caller("key_1", "ci", user, "developer"),
        Map.of("team", "search"),
        new CallFacts.Size(4_000, 1_000, 100),
        Set::of,
        text,
        Instant.parse(at));
  }

  private static final String SUNDAY = "2026-11-22T23:30:00Z";

  private static Condition when(Set<String> users, Map<String, Set<String>> tags, long mostTokens) {
    return new Condition(
        Set.of("ci", "key_2"),
        users,
        Set.of(),
        tags,
        new Condition.Between(1_000, 5_000),
        new Condition.Between(0, mostTokens),
        Set.of(Writing.LATIN),
        null);
  }

  @Test
  void shouldHoldOnlyWhereEveryPartOfAConditionHolds() {
    CallFacts call = facts("ann", "hello", SUNDAY);
    assertThat(when(Set.of("ann"), Map.of("team", Set.of("search")), 1_000).holds(call)).isTrue();
    assertThat(when(Set.of("bob"), Map.of(), 1_000).holds(call)).isFalse();
    assertThat(when(Set.of("ann"), Map.of(), 1_000).holds(facts(null, "hello", SUNDAY))).isFalse();
    assertThat(when(Set.of(), Map.of("team", Set.of("ads")), 1_000).holds(call)).isFalse();
    assertThat(when(Set.of(), Map.of("tier", Set.of("a")), 1_000).holds(call)).isFalse();
    assertThat(when(Set.of(), Map.of(), 999).holds(call)).isFalse();
    assertThat(when(Set.of(), Map.of(), 1_000).holds(facts("ann", "你好", SUNDAY))).isFalse();
  }

  private static final Between ANY = Between.ANY;

  private static Condition keys(String... keys) {
    return new Condition(Set.of(keys), Set.of(), Set.of(), Map.of(), ANY, ANY, Set.of(), null);
  }

  private static Condition bytes(long least, long most) {
    return new Condition(
        Set.of(), Set.of(), Set.of(), Map.of(), new Between(least, most), ANY, Set.of(), null);
  }

  private static Condition hours(int from, int to) {
    Hours hours = new Hours(ZoneId.of("UTC"), Set.of(), LocalTime.of(from, 0), LocalTime.of(to, 0));
    return new Condition(Set.of(), Set.of(), Set.of(), Map.of(), ANY, ANY, Set.of(), hours);
  }

  @Test
  void shouldHoldByKeySizeAndTimeEachForItself() {
    CallFacts call = facts("ann", "hello", SUNDAY);
    assertThat(keys("ci").holds(call)).as("by name").isTrue();
    assertThat(keys("key_1").holds(call)).as("by id").isTrue();
    assertThat(keys("key_2").holds(call)).isFalse();
    assertThat(bytes(4_000, 4_000).holds(call)).isTrue();
    assertThat(bytes(0, 3_999).holds(call)).isFalse();
    assertThat(bytes(4_001, 9_000).holds(call)).isFalse();
    assertThat(hours(22, 6).holds(call)).isTrue();
    assertThat(hours(6, 22).holds(call)).isFalse();
  }

  @Test
  void shouldTellTheWritingOfAText() {
    assertThat(Writing.of("Hello there")).isEqualTo(Writing.LATIN);
    assertThat(Writing.of("Grüße aus Köln")).isEqualTo(Writing.LATIN);
    assertThat(Writing.of("请用 Python 写一个快速排序函数")).isEqualTo(Writing.ZH);
    assertThat(Writing.of("東京の天気を教えてください")).isEqualTo(Writing.JA);
    assertThat(Writing.of("안녕하세요")).isEqualTo(Writing.KO);
    assertThat(Writing.of("Привет")).isEqualTo(Writing.CYRILLIC);
    assertThat(Writing.of("مرحبا")).isEqualTo(Writing.ARABIC);
    assertThat(Writing.of("नमस्ते")).isEqualTo(Writing.DEVANAGARI);
    assertThat(Writing.of("1 + 1 = ?")).isEqualTo(Writing.OTHER);
  }

  @Test
  void shouldKnowTheHoursOfAZoneAlsoOverMidnight() {
    ZoneId shanghai = ZoneId.of("Asia/Shanghai");
    Hours office =
        new Hours(shanghai, Set.of(DayOfWeek.MONDAY), LocalTime.of(7, 0), LocalTime.of(9, 0));
    assertThat(office.contain(Instant.parse("2026-11-22T23:30:00Z"))).isTrue();
    assertThat(office.contain(Instant.parse("2026-11-23T01:00:00Z"))).isFalse();
    assertThat(office.contain(Instant.parse("2026-11-23T23:30:00Z"))).isFalse();
    Hours night =
        new Hours(
            ZoneId.of("UTC"), Set.of(DayOfWeek.SUNDAY), LocalTime.of(22, 0), LocalTime.of(6, 0));
    assertThat(night.contain(Instant.parse("2026-11-22T23:30:00Z"))).isTrue();
    assertThat(night.contain(Instant.parse("2026-11-23T05:59:00Z"))).isTrue();
    assertThat(night.contain(Instant.parse("2026-11-22T05:00:00Z"))).isFalse();
    assertThat(night.contain(Instant.parse("2026-11-23T22:30:00Z"))).isFalse();
  }
}
