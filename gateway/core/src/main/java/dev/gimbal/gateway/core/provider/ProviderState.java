package dev.gimbal.gateway.core.provider;

import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.FairQueue;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.gateway.routing.HealthRule;
import dev.gimbal.gateway.routing.RetryBudget;
import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What was learnt of a provider while it served, by its name: it outlives a change of how the
/// provider is declared. Thread-safe.
public final class ProviderState {
  /// Models beyond this many make those that nobody calls be forgotten: callers name them.
  private static final int MANY = 1_000;

  private final HealthRule rule;
  private final LongSupplier nanos;
  private final Map<String, Served> models = new ConcurrentHashMap<>();
  private final Credentials credentials;
  private volatile @Nullable FairQueue<TenantId> queue;

  /// One model of the provider.
  public record Served(Health health, RetryBudget budget) {}

  /// @param nanos as [System#nanoTime] tells
  public ProviderState(HealthRule rule, LongSupplier nanos) {
    this.rule = rule;
    this.nanos = nanos;
    this.credentials = new Credentials(nanos);
  }

  /// As production has it, for a provider with one credential and no bound.
  static ProviderState plain() {
    ProviderState state = new ProviderState(HealthRule.DEFAULT, System::nanoTime);
    state.declare(List.of(Credentials.Limits.none(ProviderEntry.DEFAULT)), null, 0);
    return state;
  }

  /// How the provider is declared from now on.
  ///
  /// @param parallel calls at a time; null: as many as come
  /// @param waiting calls that may wait
  synchronized void declare(
      List<Credentials.Limits> limits, @Nullable Integer parallel, int waiting) {
    credentials.declare(limits);
    FairQueue<TenantId> before = queue;
    if (parallel == null && before == null) {
      return;
    }
    int most = parallel == null ? Integer.MAX_VALUE : parallel;
    // A tenant may fill half of the queue at most, so that another one always finds a place.
    FairQueue.Rule changed = new FairQueue.Rule(most, waiting, (waiting + 1) / 2, 1);
    if (before == null) {
      queue = new FairQueue<>(changed, nanos);
    } else {
      before.rule(changed);
    }
  }

  /// The model behind a name.
  public Served model(String name) {
    Served known = models.get(name);
    if (known != null) {
      return known;
    }
    if (models.size() >= MANY) {
      models
          .values()
          .removeIf(served -> served.health().inFlight() == 0 && served.health().available());
    }
    return models.computeIfAbsent(
        name, n -> new Served(new Health(rule, nanos), new RetryBudget(nanos)));
  }

  /// Its credentials.
  public Credentials credentials() {
    return credentials;
  }

  /// Where calls wait; null: its parallel calls are not bounded.
  public @Nullable FairQueue<TenantId> queue() {
    return queue;
  }

  /// The models that were called, by name.
  public Map<String, Health.Shown> shown() {
    Map<String, Health.Shown> shown = new TreeMap<>();
    models.forEach((name, served) -> shown.put(name, served.health().shown()));
    return shown;
  }
}
