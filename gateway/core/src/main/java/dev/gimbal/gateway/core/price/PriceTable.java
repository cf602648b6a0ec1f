package dev.gimbal.gateway.core.price;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Prices of all tenants as one immutable value, swapped whole. A tenant's own price comes before
/// the one that came with the program. Thread-safe.
public final class PriceTable implements Prices {
  private final Map<String, List<DatedPrice>> starter;
  private volatile Map<TenantId, Map<String, List<DatedPrice>>> owned = Map.of();
  private volatile Unknown unknown = (tenant, model, at) -> {};

  /// The latest time that anybody asked for, rounded up to seconds so that it is seldom written.
  private volatile Instant latest = Instant.MIN;

  /// Hears which prices were looked for in vain; it must not wait.
  interface Unknown {
    void called(TenantId tenant, String model, Instant at);
  }

  /// With the prices that come with the program.
  public PriceTable() {
    this.starter = byModel(StarterPrices.read());
  }

  @Override
  public @Nullable Price find(TenantId tenant, String model, Instant at) {
    Price found = look(tenant, model, at);
    if (found == null) {
      unknown.called(tenant, model, at);
    }
    return found;
  }

  /// A clock that goes back takes no price away: where none held yet, one does that held before.
  private @Nullable Price look(TenantId tenant, String model, Instant at) {
    Price found = looked(tenant, model, at);
    Instant before = latest;
    if (before.isBefore(at)) {
      latest = at.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
    }
    return found == null && at.isBefore(before) ? looked(tenant, model, before) : found;
  }

  private @Nullable Price looked(TenantId tenant, String model, Instant at) {
    Price own = find(owned.getOrDefault(tenant, Map.of()), model, at);
    return own != null ? own : find(starter, model, at);
  }

  /// Whether there is one, without anybody hearing of it.
  boolean knows(TenantId tenant, String model, Instant at) {
    return look(tenant, model, at) != null;
  }

  void unpriced(Unknown hears) {
    unknown = hears;
  }

  private static @Nullable Price find(
      Map<String, List<DatedPrice>> table, String model, Instant at) {
    Price exact = latest(table.getOrDefault(model, List.of()), at);
    if (exact != null) {
      return exact;
    }
    int slash = model.indexOf('/');
    String all = slash < 0 ? model : model.substring(0, slash) + "/*";
    return latest(table.getOrDefault(all, List.of()), at);
  }

  /// Lists are ordered newest first.
  private static @Nullable Price latest(List<DatedPrice> prices, Instant at) {
    for (DatedPrice dated : prices) {
      if (!dated.from().isAfter(at)) {
        return dated.price();
      }
    }
    return null;
  }

  /// Every price that a tenant sees, its own first, by model and newest first.
  public List<DatedPrice> list(TenantId tenant) {
    List<DatedPrice> prices = new ArrayList<>();
    owned.getOrDefault(tenant, Map.of()).values().forEach(prices::addAll);
    starter.values().forEach(prices::addAll);
    prices.sort(
        Comparator.comparing(DatedPrice::model)
            .thenComparing(DatedPrice::from, Comparator.reverseOrder()));
    return prices;
  }

  /// Swaps the tenants' own prices.
  public void swap(Map<TenantId, List<DatedPrice>> prices) {
    Map<TenantId, Map<String, List<DatedPrice>>> next = new HashMap<>();
    prices.forEach((tenant, list) -> next.put(tenant, byModel(list)));
    owned = Map.copyOf(next);
  }

  private static Map<String, List<DatedPrice>> byModel(List<DatedPrice> prices) {
    Map<String, List<DatedPrice>> table = new HashMap<>();
    prices.stream()
        .sorted(Comparator.comparing(DatedPrice::from).reversed())
        .forEach(p -> table.computeIfAbsent(p.model(), m -> new ArrayList<>()).add(p));
    return Map.copyOf(table);
  }
}
