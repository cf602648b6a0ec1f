package dev.gimbal.access.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.Csrf;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.http.SessionCookie;
import dev.gimbal.platform.http.WithoutSecret;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The room under `/api`.
final class AccessRoutes {
  private static final String KEY = "key";

  private final KeyRing ring;
  private final Keys keys;
  private final Rotations rotations;
  private final Sessions sessions;
  private final Tenants tenants;
  private final AuditPages audits;

  AccessRoutes(
      KeyRing ring,
      Keys keys,
      Rotations rotations,
      Sessions sessions,
      Tenants tenants,
      Database database) {
    this.ring = ring;
    this.keys = keys;
    this.rotations = rotations;
    this.sessions = sessions;
    this.tenants = tenants;
    this.audits = new AuditPages(database);
  }

  /// Body of a sign-in.
  record SignIn(String key) {
    @Override
    public String toString() {
      return "SignIn[masked]";
    }
  }

  /// Who somebody is.
  record Person(String id, String name, String role, String tenant, String kind) {}

  /// A sign-in as the console knows it.
  record SessionView(Person principal, @Nullable String csrf, List<String> rights) {}

  /// A key in a list.
  ///
  /// @param oldSecretUntil until when a secret that it had before is good
  record KeyView(
      String id,
      String name,
      String role,
      Instant created,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Integer requestsPerMinute,
      String prefix,
      Map<String, String> tags,
      String createdBy,
      @Nullable Instant rotatedAt,
      @Nullable Instant oldSecretUntil) {}

  /// A key that has another secret.
  record RotatedKeyView(
      String id, String name, @Nullable String key, @Nullable Instant oldSecretUntil)
      implements WithoutSecret {
    @Override
    public Object withoutSecret() {
      return new RotatedKeyView(id, name, null, oldSecretUntil);
    }
  }

  /// A key that was made.
  record NewKeyView(String id, String name, @Nullable String key) implements WithoutSecret {
    @Override
    public Object withoutSecret() {
      return new NewKeyView(id, name, null);
    }
  }

  /// A tenant in a list.
  record TenantView(String id, String name, @Nullable String title, Instant created) {}

  /// A tenant that was made, with its administrator's key.
  record NewTenantView(String id, String name, @Nullable String title, @Nullable String key)
      implements WithoutSecret {
    @Override
    public Object withoutSecret() {
      return new NewTenantView(id, name, title, null);
    }
  }

  /// A role.
  record RoleView(String name, List<String> rights) {}

  List<Route> routes() {
    return List.of(
        Route.post("/api/sessions")
            .summary("Signs in to the console with a key.")
            .open()
            .body(SignIn.class)
            .answers(201, SessionView.class)
            .handle(this::signIn),
        Route.get("/api/sessions/current")
            .summary("Who am I.")
            .right(Rights.STATUS_READ)
            .answers(200, SessionView.class)
            .handle(request -> Response.ok(view(request.caller(), request.session().orElse(null)))),
        Route.delete("/api/sessions/current")
            .summary("Signs out.")
            .right(Rights.STATUS_READ)
            .answers(204, null)
            .handle(this::signOut),
        Route.get("/api/keys")
            .summary("The tenant's keys, newest first.")
            .right(Rights.KEYS_READ)
            .paged()
            .answersList(KeyView.class)
            .handle(this::listKeys),
        Route.post("/api/keys")
            .summary("Makes a key; its text is in this answer and nowhere else.")
            .right(Rights.KEYS_WRITE)
            .body(Keys.NewKey.class)
            .answers(201, NewKeyView.class)
            .handle(this::createKey),
        Route.post("/api/keys/{key}/rotate")
            .summary("Gives a key another secret, in this answer only; the old one ends later.")
            .right(Rights.KEYS_WRITE)
            .body(Rotations.Wanted.class)
            .answers(200, RotatedKeyView.class)
            .handle(this::rotateKey),
        Route.delete("/api/keys/{key}")
            .summary("Revokes a key at once.")
            .right(Rights.KEYS_WRITE)
            .answers(204, null)
            .handle(this::revokeKey),
        Route.get("/api/tenants")
            .summary("All tenants, newest first.")
            .right(Rights.TENANTS_READ)
            .paged()
            .answersList(TenantView.class)
            .handle(this::listTenants),
        Route.post("/api/tenants")
            .summary("Makes a tenant and its administrator's key, which is in this answer only.")
            .right(Rights.TENANTS_WRITE)
            .body(Tenants.NewTenant.class)
            .answers(201, NewTenantView.class)
            .handle(this::createTenant),
        Route.get("/api/roles")
            .summary("The roles and their rights.")
            .right(Rights.STATUS_READ)
            .answersList(RoleView.class)
            .handle(request -> Response.ok(new Response.Listing<>(roles(), null))),
        Route.get("/api/audit")
            .summary("Who changed what, newest first.")
            .right(Rights.AUDIT_READ)
            .paged()
            .answersList(AuditPages.Entry.class)
            .handle(audits::list));
  }

  private Response signIn(Request request) {
    KnownKey key =
        ring.keyOf(request.body(SignIn.class).key().strip())
            .orElseThrow(
                () ->
                    new HttpException(
                        HttpError.CREDENTIAL_MISSING, "this key is unknown, expired or revoked"));
    Principal principal = key.principal();
    String session = sessions.create(principal, key.expiresAt());
    return new Response.Json(
        201,
        view(principal, session),
        Map.of("set-cookie", SessionCookie.set(request, session, sessions.life())));
  }

  private Response signOut(Request request) {
    Principal principal = Principal.of(request.caller());
    request.session().ifPresent(session -> sessions.end(principal, session));
    return new Response.Empty(204, Map.of("set-cookie", SessionCookie.clear(request)));
  }

  private static SessionView view(Caller caller, @Nullable String session) {
    Principal principal = Principal.of(caller);
    Person person =
        new Person(
            principal.id(),
            principal.name(),
            principal.role(),
            principal.tenant().toString(),
            principal.kind().name().toLowerCase(Locale.ROOT));
    return new SessionView(
        person,
        session == null ? null : Csrf.tokenOf(session),
        principal.rights().stream().sorted().toList());
  }

  private Response listKeys(Request request) {
    Request.Page page = request.page();
    List<Keys.Kept> found =
        keys.list(request.caller().tenant(), cursor(page, KEY), page.limit() + 1);
    return listing(found, page.limit(), AccessRoutes::view, Keys.Kept::text);
  }

  private static KeyView view(Keys.Kept key) {
    return new KeyView(
        key.text(),
        key.name(),
        key.role(),
        key.created(),
        key.expiresAt(),
        key.lastUsedAt(),
        key.requestsPerMinute(),
        key.prefix(),
        key.tags(),
        key.createdBy(),
        key.rotatedAt(),
        key.oldSecretUntil());
  }

  private Response createKey(Request request) {
    Keys.Made made = keys.create(Principal.of(request.caller()), request.body(Keys.NewKey.class));
    return Response.json(
        201, new NewKeyView(IdText.format(KEY, made.id()), made.name(), made.secret()));
  }

  private Response rotateKey(Request request) {
    Rotations.Rotated rotated =
        rotations.rotate(
            Principal.of(request.caller()),
            request.path("key"),
            request.body(Rotations.Wanted.class));
    Keys.Kept key = rotated.key();
    return Response.ok(
        new RotatedKeyView(key.text(), key.name(), rotated.secret(), rotated.oldSecretUntil()));
  }

  private Response revokeKey(Request request) {
    keys.revoke(Principal.of(request.caller()), request.path("key"));
    return Response.nothing();
  }

  private Response listTenants(Request request) {
    Request.Page page = request.page();
    List<Tenants.Kept> found = tenants.list(cursor(page, TenantId.PREFIX), page.limit() + 1);
    return listing(
        found,
        page.limit(),
        tenant ->
            new TenantView(tenant.id().toString(), tenant.name(), tenant.title(), tenant.created()),
        tenant -> tenant.id().toString());
  }

  private Response createTenant(Request request) {
    Tenants.Made made =
        tenants.create(Principal.of(request.caller()), request.body(Tenants.NewTenant.class));
    Tenants.Kept tenant = made.tenant();
    return Response.json(
        201,
        new NewTenantView(tenant.id().toString(), tenant.name(), tenant.title(), made.secret()));
  }

  private static List<RoleView> roles() {
    return Rights.ROLES.entrySet().stream()
        .map(role -> new RoleView(role.getKey(), role.getValue().stream().sorted().toList()))
        .sorted(Comparator.comparingInt(role -> role.rights().size()))
        .toList();
  }

  /// Where a page begins.
  static @Nullable UUID cursor(Request.Page page, String prefix) {
    String cursor = page.cursor();
    if (cursor == null) {
      return null;
    }
    return IdText.parse(prefix, cursor)
        .orElseThrow(() -> HttpException.invalid("cursor", "is not one that a list gave"));
  }

  /// A page of what was found with one more than the limit.
  static <T> Response listing(
      List<T> found, int limit, Function<T, ?> view, Function<T, String> cursor) {
    boolean more = found.size() > limit;
    List<T> page = more ? found.subList(0, limit) : found;
    return Response.ok(
        new Response.Listing<>(
            page.stream().<Object>map(view).toList(), more ? cursor.apply(page.getLast()) : null));
  }
}
