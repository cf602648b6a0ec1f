package dev.gimbal.gateway.routing;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// When a target takes a call. Every part that says something must hold; an empty one says nothing.
///
/// @param keys names or ids of keys
/// @param tags each of these tags must have one of its values
/// @param hours null: at any time
public record Condition(
    Set<String> keys,
    Set<String> users,
    Set<String> roles,
    Map<String, Set<String>> tags,
    Between bytes,
    Between tokens,
    Set<Writing> languages,
    @Nullable Hours hours) {
  private static final int MOST = 100;

  /// Holds for every call.
  public static final Condition ALWAYS =
      new Condition(
          Set.of(), Set.of(), Set.of(), Map.of(), Between.ANY, Between.ANY, Set.of(), null);

  public Condition {
    keys = bounded("keys", keys);
    users = bounded("users", users);
    roles = bounded("roles", roles);
    languages = Set.copyOf(languages);
    if (tags.size() > MOST) {
      throw new InvalidRouteException("when.tags", "at most 100, but there are " + tags.size());
    }
    Map<String, Set<String>> copy = new TreeMap<>();
    tags.forEach((name, values) -> copy.put(name, bounded("tags." + name, values)));
    tags = Map.copyOf(copy);
  }

  /// From `least` to `most`, both included.
  public record Between(long least, long most) {
    /// Any number.
    public static final Between ANY = new Between(0, Long.MAX_VALUE);

    public Between {
      if (least < 0 || most < least) {
        throw new InvalidRouteException(
            "when", "a least must not be negative nor above its most: " + least + " to " + most);
      }
    }

    boolean holds(long number) {
      return number >= least && number <= most;
    }
  }

  private static Set<String> bounded(String field, Set<String> values) {
    if (values.size() > MOST) {
      throw new InvalidRouteException(
          "when." + field, "at most " + MOST + ", but there are " + values.size());
    }
    return Set.copyOf(List.copyOf(values));
  }

  /// Whether it holds for a call.
  public boolean holds(CallFacts facts) {
    CallFacts.Caller caller = facts.caller();
    String user = caller.user();
    return (keys.isEmpty() || keys.contains(caller.key()) || keys.contains(caller.keyName()))
        && (users.isEmpty() || (user != null && users.contains(user)))
        && (roles.isEmpty() || roles.contains(caller.role()))
        && tagged(facts.tags())
        && bytes.holds(facts.size().bytes())
        && tokens.holds(facts.size().promptTokens())
        && (languages.isEmpty() || written(facts.text()))
        && (hours == null || hours.contain(facts.at()));
  }

  private boolean tagged(Map<String, String> given) {
    for (Map.Entry<String, Set<String>> wanted : tags.entrySet()) {
      String value = given.get(wanted.getKey());
      if (value == null || !wanted.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  private boolean written(@Nullable String text) {
    return text != null && languages.contains(Writing.of(text));
  }
}
