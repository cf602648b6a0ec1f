package dev.gimbal.gateway.core.alert;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What this node's calls cost since it was last written down, by hour and series. Thread-safe; a
/// lock that two threads take: the ledger's writer and who writes it down.
final class SpendRollup {
  /// More series of keys and routes at a time are left out; what is spent in all is not.
  private static final int MOST = 20_000;

  private final Function<TenantId, SurgeSetting> settings;
  private Map<Cell, Long> sums = new HashMap<>();
  private long leftOut;

  /// @param series `tenant`, `key` or `route`
  /// @param name of the key (its id) or route; empty for the tenant
  record Series(TenantId tenant, String series, String name) {
    static final String ALL = "tenant";
    static final String KEY = "key";
    static final String ROUTE = "route";
  }

  record Cell(Series series, Instant hour) {}

  SpendRollup(Function<TenantId, SurgeSetting> settings) {
    this.settings = settings;
  }

  /// Calls ended. An application's call costs what its inner calls cost: only those count.
  synchronized void add(List<EndedCall> calls) {
    for (EndedCall call : calls) {
      Long cost = cost(call);
      if (cost != null && cost > 0) {
        add(call, cost);
      }
    }
  }

  /// A call that nobody saw end counts as what was held for it.
  private static @Nullable Long cost(EndedCall call) {
    if (call.opened().kind() == CallOpened.Kind.APPLICATION) {
      return null;
    }
    return call.settled() == null ? call.opened().reservedNanoUsd() : call.settled().costNanoUsd();
  }

  private void add(EndedCall call, long cost) {
    TenantId tenant = call.opened().tenant();
    Instant at = call.settled() == null ? call.opened().at() : call.settled().at();
    Instant hour = at.truncatedTo(ChronoUnit.HOURS);
    SurgeSetting setting = settings.apply(tenant);
    sums.merge(new Cell(new Series(tenant, Series.ALL, ""), hour), cost, Long::sum);
    if (setting.keys()) {
      bounded(new Cell(new Series(tenant, Series.KEY, call.opened().principal()), hour), cost);
    }
    if (setting.routes()) {
      bounded(new Cell(new Series(tenant, Series.ROUTE, call.opened().requested()), hour), cost);
    }
  }

  private void bounded(Cell cell, long cost) {
    if (sums.size() < MOST || sums.containsKey(cell)) {
      sums.merge(cell, cost, Long::sum);
    } else {
      leftOut++;
    }
  }

  /// Calls that were left out of the series of their key or route.
  synchronized long leftOut() {
    return leftOut;
  }

  /// Hands over what added up and begins anew.
  synchronized Map<Cell, Long> drain() {
    Map<Cell, Long> drained = sums;
    sums = new HashMap<>();
    return drained;
  }

  /// Takes back what could not be written down.
  synchronized void restore(Map<Cell, Long> drained) {
    drained.forEach((cell, nano) -> sums.merge(cell, nano, Long::sum));
  }
}
