package dev.gimbal.access.api;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The rights that there are, `noun.verb`, and the roles that name sets of them.
public final class Rights {
  public static final String MODELS_CALL = "models.call";
  public static final String CALLS_CANCEL = "calls.cancel";
  public static final String MODELS_READ = "models.read";
  public static final String PROVIDERS_WRITE = "providers.write";
  public static final String GUARDS_READ = "guards.read";
  public static final String GUARDS_WRITE = "guards.write";
  public static final String ROUTES_WRITE = "routes.write";
  public static final String PRICES_WRITE = "prices.write";
  public static final String BUDGETS_READ = "budgets.read";
  public static final String BUDGETS_WRITE = "budgets.write";
  public static final String ALERTS_READ = "alerts.read";
  public static final String ALERTS_ACKNOWLEDGE = "alerts.acknowledge";
  public static final String ALERTS_WRITE = "alerts.write";
  public static final String CACHE_READ = "cache.read";
  public static final String CACHE_WRITE = "cache.write";
  public static final String COLLECTIONS_READ = "collections.read";
  public static final String COLLECTIONS_WRITE = "collections.write";
  public static final String DOCUMENTS_READ = "documents.read";
  public static final String DOCUMENTS_WRITE = "documents.write";
  public static final String JOBS_READ = "jobs.read";
  public static final String JOBS_WRITE = "jobs.write";
  public static final String TRACES_READ = "traces.read";
  public static final String FEEDBACK_WRITE = "feedback.write";
  public static final String KEYS_READ = "keys.read";
  public static final String KEYS_WRITE = "keys.write";
  public static final String AUDIT_READ = "audit.read";
  public static final String STATUS_READ = "status.read";
  public static final String METRICS_READ = "metrics.read";
  public static final String TENANTS_READ = "tenants.read";
  public static final String TENANTS_WRITE = "tenants.write";

  private static final Set<String> VIEWING =
      Set.of(
          MODELS_CALL,
          MODELS_READ,
          COLLECTIONS_READ,
          DOCUMENTS_READ,
          JOBS_READ,
          FEEDBACK_WRITE,
          STATUS_READ);

  private static final Set<String> DEVELOPING =
      with(
          VIEWING,
          COLLECTIONS_WRITE,
          DOCUMENTS_WRITE,
          JOBS_WRITE,
          TRACES_READ,
          CALLS_CANCEL,
          METRICS_READ,
          CACHE_READ,
          CACHE_WRITE,
          PROVIDERS_WRITE,
          GUARDS_READ,
          ROUTES_WRITE,
          PRICES_WRITE,
          BUDGETS_READ,
          ALERTS_READ,
          ALERTS_ACKNOWLEDGE);

  /// Every right inside a tenant.
  public static final Set<String> TENANT =
      with(
          DEVELOPING, BUDGETS_WRITE, ALERTS_WRITE, GUARDS_WRITE, KEYS_READ, KEYS_WRITE, AUDIT_READ);

  /// Rights above tenants.
  public static final Set<String> OPERATING = with(TENANT, TENANTS_READ, TENANTS_WRITE);

  /// Role to rights. `operator` stands above tenants, the others in one.
  public static final Map<String, Set<String>> ROLES =
      Map.of(
          "viewer", VIEWING,
          "developer", DEVELOPING,
          "administrator", TENANT,
          "operator", OPERATING);

  private Rights() {}

  private static Set<String> with(Set<String> base, String... more) {
    return Stream.concat(base.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
  }
}
