package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.routing.Capability;
import dev.gimbal.gateway.routing.Condition;
import dev.gimbal.gateway.routing.Condition.Between;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Hours;
import dev.gimbal.gateway.routing.InvalidRouteException;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.gateway.routing.Sticky;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.gateway.routing.Writing;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A route as people write it, in JSON.
///
/// @param name null where the path says it
/// @param policy `ordered` if it is not said
/// @param timeLimits null: those of every other call
public record RouteShape(
    @Nullable String name,
    List<Target> targets,
    @Nullable String policy,
    @Nullable Stickiness sticky,
    @Nullable Ladder escalation,
    @Nullable Integer retries,
    @Nullable Times timeLimits) {

  /// @param capabilities of [Capability], in lower case
  public record Target(
      String model,
      @Nullable Integer weight,
      @Nullable Long contextTokens,
      @Nullable List<String> capabilities,
      @Nullable When when) {}

  /// @param name of the tag, where `by` is `header`
  public record Stickiness(String by, @Nullable String name) {}

  /// @param below for the checks `logprob` and `judge`
  /// @param judge the model that scores
  public record Ladder(String check, @Nullable Double below, @Nullable String judge) {}

  /// How long a call may take, in milliseconds.
  ///
  /// @param silenceMillis between two pieces of an answer
  public record Times(
      @Nullable Long connectMillis,
      @Nullable Long firstByteMillis,
      @Nullable Long silenceMillis,
      @Nullable Long wholeMillis) {}

  /// When a target takes a call.
  public record When(
      @Nullable List<String> keys,
      @Nullable List<String> users,
      @Nullable List<String> roles,
      @Nullable Map<String, List<String>> tags,
      @Nullable Bounds bytes,
      @Nullable Bounds tokens,
      @Nullable List<String> languages,
      @Nullable Time time) {}

  /// Both included.
  public record Bounds(@Nullable Long least, @Nullable Long most) {}

  /// @param days `monday` …; null: every day
  /// @param from as in `09:00`
  public record Time(
      String zone, @Nullable List<String> days, @Nullable String from, @Nullable String to) {}

  /// What it means.
  ///
  /// @throws InvalidRouteException naming the field
  RouteDeclaration declaration(String as) {
    whole("targets", targets);
    List<RouteTarget> meant = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      String field = "targets[" + i + "].";
      Target target = targets.get(i);
      meant.add(within(field, () -> target(target)));
    }
    return new RouteDeclaration(
        as,
        meant,
        policy == null ? Policy.ORDERED : one("policy", Policy.class, policy),
        sticky == null
            ? null
            : new Sticky(one("sticky.by", Sticky.By.class, sticky.by), sticky.name),
        escalation == null
            ? null
            : new Escalation(
                one("escalation.check", Escalation.Check.class, escalation.check),
                escalation.below,
                escalation.judge),
        retries == null ? RouteDeclaration.RETRIES : retries,
        timeLimits == null ? null : limits(timeLimits));
  }

  private static TimeLimits limits(Times times) {
    return new TimeLimits(
        millis(times.connectMillis),
        millis(times.firstByteMillis),
        millis(times.silenceMillis),
        millis(times.wholeMillis));
  }

  private static @Nullable Duration millis(@Nullable Long millis) {
    return millis == null ? null : Duration.ofMillis(millis);
  }

  private interface Part<T> {
    T read();
  }

  private static <T> T within(String field, Part<T> part) {
    try {
      return part.read();
    } catch (InvalidRouteException e) {
      throw new InvalidRouteException(field + e.field(), String.valueOf(e.getMessage()));
    }
  }

  private static RouteTarget target(Target target) {
    List<String> able = target.capabilities;
    return new RouteTarget(
        target.model,
        target.weight == null ? 1 : target.weight,
        target.contextTokens,
        able == null ? null : many("capabilities", Capability.class, able),
        target.when == null ? Condition.ALWAYS : condition(target.when));
  }

  private static Condition condition(When when) {
    Map<String, Set<String>> tags = new HashMap<>();
    if (when.tags != null) {
      whole("when.tags", when.tags.values());
      when.tags.forEach((name, values) -> tags.put(name, set("when.tags." + name, values)));
    }
    return new Condition(
        set("when.keys", when.keys),
        set("when.users", when.users),
        set("when.roles", when.roles),
        tags,
        between("when.bytes", when.bytes),
        between("when.tokens", when.tokens),
        when.languages == null ? Set.of() : many("when.languages", Writing.class, when.languages),
        when.time == null ? null : hours(when.time));
  }

  private static Set<String> set(String field, @Nullable List<String> values) {
    if (values == null) {
      return Set.of();
    }
    whole(field, values);
    return new HashSet<>(values);
  }

  /// JSON has nulls where a list should have values.
  private static void whole(String field, Collection<?> values) {
    if (values.stream().anyMatch(Objects::isNull)) {
      throw new InvalidRouteException(field, "must have no null");
    }
  }

  private static Between between(String field, @Nullable Bounds bounds) {
    if (bounds == null) {
      return Between.ANY;
    }
    long least = bounds.least == null ? 0 : bounds.least;
    long most = bounds.most == null ? Long.MAX_VALUE : bounds.most;
    try {
      return new Between(least, most);
    } catch (InvalidRouteException e) {
      throw new InvalidRouteException(field, String.valueOf(e.getMessage()));
    }
  }

  private static Hours hours(Time time) {
    ZoneId zone;
    try {
      zone = ZoneId.of(time.zone);
    } catch (DateTimeException e) {
      throw new InvalidRouteException("when.time.zone", "is no zone: " + time.zone);
    }
    Set<DayOfWeek> days =
        time.days == null ? Set.of() : many("when.time.days", DayOfWeek.class, time.days);
    return new Hours(
        zone, days, clock("when.time.from", time.from), clock("when.time.to", time.to));
  }

  private static LocalTime clock(String field, @Nullable String text) {
    try {
      return text == null ? LocalTime.MIDNIGHT : LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw new InvalidRouteException(field, "must be a time as in 09:00, but is " + text);
    }
  }

  private static <E extends Enum<E>> Set<E> many(String field, Class<E> type, List<String> values) {
    whole(field, values);
    return values.stream().map(value -> one(field, type, value)).collect(Collectors.toSet());
  }

  /// `least-busy` is LEAST_BUSY.
  private static <E extends Enum<E>> E one(String field, Class<E> type, String value) {
    for (E each : type.getEnumConstants()) {
      if (written(each).equals(value)) {
        return each;
      }
    }
    throw new InvalidRouteException(
        field,
        "must be one of "
            + Arrays.stream(type.getEnumConstants()).map(RouteShape::written).toList()
            + ", but is "
            + value);
  }

  private static String written(Enum<?> each) {
    return each.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
