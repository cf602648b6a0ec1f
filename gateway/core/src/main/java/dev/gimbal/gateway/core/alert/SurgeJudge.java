package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.alert.SpendRollup.Series;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.surge.Surge;
import dev.gimbal.gateway.core.surge.SurgeWatch;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/// Judges the sum of all nodes, once: in the transaction that holds the cluster's lock for it. Each
/// series is judged from its hours in the database alone, so a restart or another judge changes
/// nothing; one that spent nothing more since the last look is not looked at again. The alert is
/// named by the hour in which the surge began. For one thread at a time.
final class SurgeJudge {
  /// A surge that began in the last hour's last minutes may be seen only after them.
  private static final Duration LATE = Duration.ofHours(1);

  private final SurgeStore store;
  private final AlertStore alerts;
  private final Function<TenantId, SurgeSetting> settings;
  private final Map<Series, Long> seen = new HashMap<>();
  private Instant seenHour = Instant.MIN;

  SurgeJudge(SurgeStore store, AlertStore alerts, Function<TenantId, SurgeSetting> settings) {
    this.store = store;
    this.alerts = alerts;
    this.settings = settings;
  }

  /// Looks at every series that something was spent in during this hour or the last.
  ///
  /// @return how many alerts are new
  int judge(Database database, Instant now) {
    return database.asOwner(handle -> store.judges(handle) ? judged(handle, now) : 0);
  }

  private int judged(Handle handle, Instant now) {
    Instant hour = now.truncatedTo(ChronoUnit.HOURS);
    if (!hour.equals(seenHour)) {
      seen.clear();
      seenHour = hour;
    }
    Map<Series, Long> spent = store.hour(handle, hour.minus(LATE));
    store.hour(handle, hour).forEach((series, nano) -> spent.merge(series, nano, Long::sum));
    int raised = 0;
    for (Map.Entry<Series, Long> each : spent.entrySet()) {
      Series series = each.getKey();
      SurgeSetting setting = settings.apply(series.tenant());
      if (watched(series, setting) && !each.getValue().equals(seen.get(series))) {
        raised += look(handle, series, setting, hour) ? 1 : 0;
        seen.put(series, each.getValue());
      }
    }
    return raised;
  }

  private static boolean watched(Series series, SurgeSetting setting) {
    return setting.enabled()
        && switch (series.series()) {
          case Series.KEY -> setting.keys();
          case Series.ROUTE -> setting.routes();
          default -> true;
        };
  }

  private boolean look(Handle handle, Series series, SurgeSetting setting, Instant hour) {
    SurgeWatch watch = new SurgeWatch(setting.rule());
    Optional<Surge> last = Optional.empty();
    for (SurgeStore.Hour each : store.hours(handle, series)) {
      Optional<Surge> begun = watch.spent(each.hour(), each.nano());
      last = begun.isPresent() ? begun : last;
    }
    return last.isPresent()
        && !last.get().hour().isBefore(hour.minus(LATE))
        && alerts.raise(handle, series.tenant(), news(series, last.get()));
  }

  private static AlertStore.News news(Series series, Surge surge) {
    String whose =
        series.series().equals(Series.ALL) ? "the tenant" : series.series() + " " + series.name();
    Map<String, Object> detail = new TreeMap<>();
    detail.put("series", series.series());
    if (!series.name().isEmpty()) {
      detail.put("name", series.name());
    }
    detail.put("hour", surge.hour().toString());
    detail.put("spent_usd", Usd.text(surge.spentNano()));
    detail.put("usual_usd", Usd.text(surge.usualNano()));
    detail.put("score", Math.round(surge.score() * 10) / 10.0);
    return new AlertStore.News(
        Alert.Kind.SURGE,
        series.series() + "/" + series.name() + "@" + surge.hour(),
        series.name().isEmpty() ? series.series() : series.name(),
        "Spend of "
            + whose
            + " departs from its pattern: "
            + Usd.text(surge.spentNano())
            + " USD in this hour, usually "
            + Usd.text(surge.usualNano()),
        detail,
        surge.hour());
  }
}
