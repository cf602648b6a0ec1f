package dev.gimbal.gateway.core.budget;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.limits.LimitSet;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whose call it is.
///
/// @param user name or text id of whom it is for, if that is not the principal; null: the principal
/// @param app the application that calls; null: none
/// @param route the route that the caller named; null: a model
public record Subject(
    Principal principal, @Nullable String user, @Nullable String app, @Nullable String route) {

  LimitSet.Names names() {
    List<String> users = new ArrayList<>();
    if (principal.kind() == Principal.Kind.USER) {
      users.add(principal.name());
      users.add(principal.id());
    }
    if (user != null && !users.contains(user)) {
      users.add(user);
    }
    List<String> keys =
        principal.kind() == Principal.Kind.SERVICE
            ? List.of(principal.name(), principal.id())
            : List.of();
    return new LimitSet.Names(users, keys, app, route);
  }
}
