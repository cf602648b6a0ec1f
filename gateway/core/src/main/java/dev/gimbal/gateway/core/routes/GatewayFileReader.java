package dev.gimbal.gateway.core.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.alert.FileChannel;
import dev.gimbal.gateway.core.alert.LocalAlerts;
import dev.gimbal.gateway.core.cache.FileCache;
import dev.gimbal.gateway.core.cache.RoutePolicy;
import dev.gimbal.gateway.core.guard.DeclaredGuard;
import dev.gimbal.gateway.core.guard.FileGuards;
import dev.gimbal.gateway.core.price.DatedPrice;
import dev.gimbal.gateway.core.provider.FileProviders;
import dev.gimbal.gateway.core.provider.ProviderStore.Declared;
import dev.gimbal.gateway.core.route.RouteShape;
import dev.gimbal.gateway.core.route.RouteStore;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.platform.config.ConfigException;
import dev.gimbal.platform.config.YamlTree;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.errors.GimbalException.FieldError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.StrictJson;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.platform.ids.TenantId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads the file that declares a gateway without a database: YAML, strictly, each resource as the
/// API takes it and with `tenant` where it is for one alone. Every error names field and line, and
/// all of them are said at once. For one file.
public final class GatewayFileReader {
  /// The tenant of what names none.
  public static final String DEFAULT_TENANT = "default";

  private static final int LEAST_SECRET = 20;
  private static final String HASH = "sha256:";
  private static final Principal OPERATOR =
      new Principal(
          TenantId.FIRST,
          Principal.Kind.SYSTEM,
          new UUID(0, 0),
          "file",
          "operator",
          Rights.OPERATING,
          null);

  private final YamlTree tree;
  private final Rules rules;
  private final List<String> errors = new ArrayList<>();
  private final List<GatewayFile.Key> keys = new ArrayList<>();
  private final Map<String, TenantId> tenants = new LinkedHashMap<>();
  private final Map<TenantId, Draft> drafts = new HashMap<>();
  private final List<FileProviders.Ready> providers = new ArrayList<>();

  /// What the file is judged by.
  ///
  /// @param inProcess names of providers that need no declaration
  /// @param classifiers that guards may name
  /// @param longestCall how long a call may run at most
  /// @param mail whether there is a mail server for alerts
  public record Rules(
      FileProviders providers,
      Set<String> inProcess,
      List<String> classifiers,
      Duration longestCall,
      boolean mail) {
    public Rules {
      inProcess = Set.copyOf(inProcess);
      classifiers = List.copyOf(classifiers);
    }
  }

  private GatewayFileReader(YamlTree tree, Rules rules) {
    this.tree = tree;
    this.rules = rules;
  }

  record Sections(
      @Nullable List<JsonNode> keys,
      @Nullable List<JsonNode> providers,
      @Nullable List<JsonNode> prices,
      @Nullable List<JsonNode> routes,
      @Nullable List<JsonNode> budgets,
      @Nullable List<JsonNode> limits,
      @Nullable List<JsonNode> guards,
      @Nullable List<JsonNode> cache,
      @Nullable List<JsonNode> alertChannels) {}

  /// @param key `sha256:` and 64 hexadecimal digits, `env:NAME` or `file:PATH`
  record FileKey(
      String name,
      String key,
      @Nullable String role,
      @Nullable Instant expiresAt,
      @Nullable Integer requestsPerMinute) {}

  private static final class Draft {
    private final List<DatedPrice> prices = new ArrayList<>();
    private final Map<String, RouteDeclaration> routes = new HashMap<>();
    private final List<RouteShape> shapes = new ArrayList<>();
    private final List<Limit> limits = new ArrayList<>();
    private final List<DeclaredGuard> guards = new ArrayList<>();
    private final Map<String, RoutePolicy> cache = new HashMap<>();
    private final List<LocalAlerts.Watched> watched = new ArrayList<>();
    private final List<FileChannel> channels = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> providers = new HashSet<>();

    GatewayFile.Tenant done() {
      return new GatewayFile.Tenant(
          prices, routes, shapes, limits, guards, cache, watched, channels);
    }
  }

  /// One resource of the file and whom it is for.
  private record Item(ObjectNode tree, Set<TenantId> owners) {}

  private interface Taken {
    void take(Item item);
  }

  /// Reads a text.
  ///
  /// @throws GatewayFileException with every error
  public static GatewayFile read(String text, Rules rules) {
    try {
      return new GatewayFileReader(YamlTree.read(text), rules).read();
    } catch (ConfigException e) {
      throw new GatewayFileException(List.of(String.valueOf(e.getMessage())));
    }
  }

  private GatewayFile read() {
    Sections sections = sections();
    tenants.put(DEFAULT_TENANT, TenantId.FIRST);
    drafts.put(TenantId.FIRST, new Draft());
    each("keys", sections.keys, this::key);
    each("providers", sections.providers, this::provider);
    each("prices", sections.prices, this::price);
    each("routes", sections.routes, this::route);
    each("budgets", sections.budgets, this::budget);
    each("limits", sections.limits, this::limit);
    each("guards", sections.guards, this::guard);
    each("cache", sections.cache, this::cache);
    each("alert_channels", sections.alertChannels, this::channel);
    refuse();
    Map<TenantId, GatewayFile.Tenant> done = new HashMap<>();
    drafts.forEach((tenant, draft) -> done.put(tenant, draft.done()));
    return new GatewayFile(keys, providers, done);
  }

  private Sections sections() {
    try {
      return StrictJson.read(tree.root(), Sections.class);
    } catch (GimbalException e) {
      wrong("", e);
      refuse();
      throw e;
    }
  }

  private void refuse() {
    if (!errors.isEmpty()) {
      throw new GatewayFileException(errors);
    }
  }

  private void each(String section, @Nullable List<JsonNode> items, Taken taken) {
    if (items == null) {
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      String at = section + "[" + i + "]";
      try {
        taken.take(item(items.get(i), section));
      } catch (GimbalException e) {
        wrong(at, e);
      } catch (IllegalArgumentException e) {
        error(at, String.valueOf(e.getMessage()));
      }
    }
  }

  private Item item(JsonNode tree, String section) {
    if (!(tree instanceof ObjectNode object)) {
      throw new IllegalArgumentException("must be an object");
    }
    ObjectNode copy = object.deepCopy();
    JsonNode tenant = copy.remove("tenant");
    if (tenant != null && (!tenant.isTextual() || Slug.of(tenant.asText()).isEmpty())) {
      throw HttpException.invalid("tenant", "must be a name of a-z 0-9 . _ : -");
    }
    if (section.equals("keys")) {
      return new Item(copy, Set.of(made(tenant == null ? DEFAULT_TENANT : tenant.asText())));
    }
    if (tenant == null) {
      return new Item(copy, Set.copyOf(tenants.values()));
    }
    TenantId known = tenants.get(tenant.asText());
    if (known == null) {
      throw HttpException.invalid(
          "tenant", "no key has the tenant " + tenant.asText() + "; there are " + tenants.keySet());
    }
    return new Item(copy, Set.of(known));
  }

  private TenantId made(String name) {
    TenantId tenant = tenants.computeIfAbsent(name, n -> new TenantId(id("tenant", n)));
    drafts.computeIfAbsent(tenant, t -> new Draft());
    return tenant;
  }

  /// The same as long as the names are, so that what was counted is found again.
  private static UUID id(String... names) {
    byte[] bytes = String.join("\n", names).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(bytes);
  }

  private static UUID keyId(TenantId tenant, String name) {
    return id("key", tenant.toString(), name);
  }

  private void key(Item item) {
    FileKey key = StrictJson.read(item.tree, FileKey.class);
    TenantId tenant = item.owners.iterator().next();
    named(item, "key", key.name);
    String role = key.role == null ? "viewer" : key.role;
    Set<String> rights = Rights.ROLES.get(role);
    if (rights == null) {
      throw HttpException.invalid(
          "role", "must be one of " + new TreeSet<>(Rights.ROLES.keySet()) + ", but is " + role);
    }
    Integer perMinute = key.requestsPerMinute;
    if (perMinute != null && perMinute < 1) {
      throw HttpException.invalid("requests_per_minute", "must be at least 1");
    }
    byte[] hash = hash(key.key);
    if (keys.stream().anyMatch(other -> MessageDigest.isEqual(other.hash(), hash))) {
      throw HttpException.invalid("key", "another key has the same text");
    }
    Principal principal =
        new Principal(
            tenant,
            Principal.Kind.SERVICE,
            keyId(tenant, key.name),
            key.name,
            role,
            rights,
            perMinute);
    keys.add(new GatewayFile.Key(principal, hash, key.expiresAt));
  }

  private static byte[] hash(String key) {
    if (key.startsWith(HASH)) {
      String digits = key.substring(HASH.length());
      if (!digits.matches("[0-9a-fA-F]{64}")) {
        throw HttpException.invalid("key", "sha256: is followed by 64 hexadecimal digits");
      }
      return HexFormat.of().parseHex(digits);
    }
    if (!key.startsWith("env:") && !key.startsWith("file:")) {
      throw HttpException.invalid(
          "key", "a file holds no secret itself: sha256:HASH, env:NAME or file:PATH");
    }
    String secret = FileProviders.read("key", key);
    if (secret.length() < LEAST_SECRET) {
      throw HttpException.invalid("key", "must have " + LEAST_SECRET + " characters or more");
    }
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private void named(Item item, String kind, String name) {
    if (Slug.of(name).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    for (TenantId owner : item.owners) {
      if (!draft(owner).names.add(kind + "\n" + name)) {
        throw HttpException.invalid("name", "stands there twice: " + name);
      }
    }
  }

  private Draft draft(TenantId tenant) {
    return drafts.computeIfAbsent(tenant, t -> new Draft());
  }

  private void provider(Item item) {
    ProviderRoutes.NewProvider wanted =
        StrictJson.read(item.tree, ProviderRoutes.NewProvider.class);
    named(item, "provider", wanted.name());
    String credential = wanted.credential();
    String url = wanted.baseUrl();
    Declared declared =
        new Declared(
            wanted.name(),
            wanted.dialect(),
            url == null ? "" : url,
            credential,
            ProviderShape.bounds(wanted.parallelCalls(), wanted.queue()),
            ProviderShape.credentials(OPERATOR, wanted.credentials(), credential != null));
    providers.add(rules.providers.ready(item.owners, declared, url));
    item.owners.forEach(owner -> draft(owner).providers.add(wanted.name()));
  }

  private void price(Item item) {
    PriceRoutes.NewPrice wanted = StrictJson.read(item.tree, PriceRoutes.NewPrice.class);
    DatedPrice price = PriceRoutes.dated(wanted, Instant.EPOCH);
    item.owners.forEach(owner -> draft(owner).prices.add(price));
  }

  private void route(Item item) {
    RouteShape shape = StrictJson.read(item.tree, RouteShape.class);
    String name = shape.name();
    if (name == null) {
      throw HttpException.invalid("name", "is required");
    }
    named(item, "route", name);
    RouteDeclaration route = RouteStore.check(name, shape);
    for (TenantId owner : item.owners) {
      for (int i = 0; i < shape.targets().size(); i++) {
        known(owner, "targets[" + i + "].model", shape.targets().get(i).model());
      }
      if (shape.escalation() != null && shape.escalation().judge() != null) {
        known(owner, "escalation.judge", shape.escalation().judge());
      }
      draft(owner).routes.put(name, route);
      draft(owner).shapes.add(shape);
    }
  }

  private void known(TenantId tenant, String field, String model) {
    int slash = model.indexOf('/');
    String provider = slash < 0 ? model : model.substring(0, slash);
    if (!draft(tenant).providers.contains(provider) && !rules.inProcess.contains(provider)) {
      throw HttpException.invalid(field, "there is no provider of " + model);
    }
  }

  private void budget(Item item) {
    BudgetRoutes.NewBudget wanted = StrictJson.read(item.tree, BudgetRoutes.NewBudget.class);
    named(item, "budget", wanted.name());
    List<Double> shares = BudgetRoutes.alerts(wanted.alertAt());
    for (TenantId owner : item.owners) {
      Limit limit = own("budget", BudgetRoutes.limit(wanted, owner, new UUID(0, 0)));
      draft(owner).limits.add(limit);
      draft(owner).watched.add(new LocalAlerts.Watched(limit, shares));
    }
  }

  private void limit(Item item) {
    LimitRoutes.NewLimit wanted = StrictJson.read(item.tree, LimitRoutes.NewLimit.class);
    named(item, "limit", wanted.name());
    for (TenantId owner : item.owners) {
      Scope scope = ScopeView.scope(wanted.scope(), owner);
      LimitRoutes.numbers(
              wanted.requestsPerMinute(), wanted.tokensPerMinute(), wanted.parallelCalls())
          .forEach(
              (unit, amount) ->
                  draft(owner).limits.add(own("limit", limit(wanted, owner, scope, unit, amount))));
    }
  }

  private Limit limit(
      LimitRoutes.NewLimit wanted, TenantId owner, Scope scope, Unit unit, long amount) {
    Window window =
        unit == Unit.PARALLEL ? new Window.Running(rules.longestCall) : Window.Rolling.MINUTE;
    return new Limit(
        new UUID(0, 0), owner, wanted.name(), scope, unit, amount, window, true, false);
  }

  /// With an id that lasts and the key by its id, as it stands on record.
  private Limit own(String kind, Limit limit) {
    Scope scope = scope(limit);
    UUID id =
        id(
            kind,
            limit.tenant().toString(),
            limit.name(),
            scope.toString(),
            limit.unit().name(),
            limit.window().toString());
    return new Limit(
        id,
        limit.tenant(),
        limit.name(),
        scope,
        limit.unit(),
        limit.amount(),
        limit.window(),
        limit.hard(),
        false);
  }

  private Scope scope(Limit limit) {
    Scope scope = limit.scope();
    return switch (scope.kind()) {
      case TENANT -> scope;
      case ROUTE -> {
        if (!draft(limit.tenant()).routes.containsKey(scope.name())) {
          throw HttpException.invalid("scope.route", "there is no route " + scope.name());
        }
        yield scope;
      }
      case KEY -> {
        UUID id = keyId(limit.tenant(), scope.name());
        if (keys.stream().noneMatch(key -> key.principal().uuid().equals(id))) {
          throw HttpException.invalid("scope.key", "there is no key " + scope.name());
        }
        yield new Scope(Scope.Kind.KEY, IdText.format(Principal.Kind.SERVICE.prefix(), id));
      }
      case USER, APP ->
          throw HttpException.invalid(
              "scope", "must be tenant, key or route: without a database there is no other");
    };
  }

  private void guard(Item item) {
    DeclaredGuard guard = DeclaredGuard.read(item.tree, rules.classifiers);
    named(item, "guard", guard.name());
    for (TenantId owner : item.owners) {
      draft(owner).guards.add(guard);
      FileGuards.check(draft(owner).guards);
    }
  }

  private void cache(Item item) {
    RoutePolicy policy = FileCache.read(item.tree);
    for (TenantId owner : item.owners) {
      if (draft(owner).cache.put(policy.route(), policy) != null) {
        throw HttpException.invalid("route", "stands there twice: " + policy.route());
      }
    }
  }

  private void channel(Item item) {
    FileChannel channel = FileChannel.read(item.tree, rules.mail);
    named(item, "alert-channel", channel.name());
    item.owners.forEach(owner -> draft(owner).channels.add(channel));
  }

  private void wrong(String at, GimbalException e) {
    if (e.fields().isEmpty()) {
      error(at, String.valueOf(e.getMessage()));
    }
    for (FieldError field : e.fields()) {
      String path =
          at.isEmpty() || field.field().isEmpty() ? at + field.field() : at + "." + field.field();
      error(path, field.message());
    }
  }

  private void error(String field, String message) {
    errors.add("line " + tree.line(field) + ": " + field + " " + message);
  }
}
