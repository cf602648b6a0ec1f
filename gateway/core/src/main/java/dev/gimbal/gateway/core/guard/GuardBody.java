package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.Action;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.Place;
import dev.gimbal.platform.http.HttpException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A guard as the API and the database say it.
///
/// @param onFailure `closed` or `open`; null: closed
/// @param appliesTo the calls it looks at; null: all of the tenant
/// @param settings of its kind, see docs/GUARDS.md
record GuardBody(
    String name,
    String kind,
    List<String> places,
    String action,
    @Nullable String onFailure,
    @Nullable Integer deadlineMillis,
    @Nullable Applies appliesTo,
    @Nullable Map<String, Object> settings) {

  /// Which calls: each list that is there must have the call in it.
  ///
  /// @param principals names or ids of keys and users
  /// @param models as callers name them; `provider/*` for all that begin so
  /// @param apps names of applications
  record Applies(
      @Nullable List<String> principals,
      @Nullable List<String> models,
      @Nullable List<String> apps) {

    boolean to(GuardedCall call) {
      return (principals == null
              || principals.contains(call.principal().name())
              || principals.contains(call.principal().id()))
          && (models == null || models.stream().anyMatch(m -> named(m, call.model())))
          && (apps == null || (call.app() != null && apps.contains(call.app())));
    }

    private static boolean named(String pattern, String model) {
      return pattern.endsWith("*")
          ? model.startsWith(pattern.substring(0, pattern.length() - 1))
          : pattern.equals(model);
    }
  }

  /// The declaration.
  ///
  /// @throws HttpException naming the field that is wrong
  GuardDeclaration declaration() {
    try {
      return new GuardDeclaration(
          name,
          GuardSettings.rule(kind, settings == null ? Map.of() : settings),
          placesOf(),
          actionOf(),
          closed(),
          deadlineMillis == null ? GuardDeclaration.DEADLINE_MILLIS : deadlineMillis);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      int colon = message.indexOf(": ");
      String field = colon < 0 ? "settings" : message.substring(0, colon);
      throw HttpException.invalid(field, message.substring(colon < 0 ? 0 : colon + 2));
    }
  }

  private Set<Place> placesOf() {
    EnumSet<Place> read = EnumSet.noneOf(Place.class);
    for (String place : places) {
      read.add(
          Place.of(place)
              .orElseThrow(() -> new IllegalArgumentException("places: unknown: " + place)));
    }
    return read;
  }

  private Action actionOf() {
    for (Action each : Action.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(action)) {
        return each;
      }
    }
    throw new IllegalArgumentException("action: must be block, redact, flag or log");
  }

  private boolean closed() {
    if (onFailure == null || onFailure.equals("closed")) {
      return true;
    }
    if (onFailure.equals("open")) {
      return false;
    }
    throw new IllegalArgumentException("on_failure: must be closed or open");
  }
}
