package dev.gimbal.gateway.core.routes;

import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Scope.Kind;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Whose calls count, as it stands in JSON: one of the fields.
///
/// @param tenant its id, or `own`
record ScopeView(
    @Nullable String tenant,
    @Nullable String user,
    @Nullable String key,
    @Nullable String app,
    @Nullable String route) {
  private static final int LONGEST = 200;

  /// @param view null: the tenant
  static Scope scope(@Nullable ScopeView view, TenantId tenant) {
    if (view == null) {
      return Scope.TENANT;
    }
    long given =
        Stream.of(view.tenant, view.user, view.key, view.app, view.route)
            .filter(Objects::nonNull)
            .count();
    if (given != 1) {
      throw HttpException.invalid("scope", "must name one of tenant, user, key, app, route");
    }
    if (view.tenant != null) {
      if (!view.tenant.equals("own") && !view.tenant.equals(tenant.toString())) {
        throw HttpException.invalid("scope.tenant", "must be own or the id " + tenant);
      }
      return Scope.TENANT;
    }
    return view.user != null
        ? named(Kind.USER, "user", view.user)
        : view.key != null
            ? named(Kind.KEY, "key", view.key)
            : view.app != null
                ? named(Kind.APP, "app", view.app)
                : named(Kind.ROUTE, "route", String.valueOf(view.route));
  }

  private static Scope named(Kind kind, String field, String name) {
    if (name.isBlank() || name.length() > LONGEST) {
      throw HttpException.invalid("scope." + field, "must have 1 to " + LONGEST + " characters");
    }
    return new Scope(kind, name);
  }

  static ScopeView of(Scope scope, TenantId tenant) {
    String name = scope.name();
    return switch (scope.kind()) {
      case TENANT -> new ScopeView(tenant.toString(), null, null, null, null);
      case USER -> new ScopeView(null, name, null, null, null);
      case KEY -> new ScopeView(null, null, name, null, null);
      case APP -> new ScopeView(null, null, null, name, null);
      case ROUTE -> new ScopeView(null, null, null, null, name);
    };
  }
}
