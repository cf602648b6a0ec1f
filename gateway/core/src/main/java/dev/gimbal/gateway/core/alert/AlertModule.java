package dev.gimbal.gateway.core.alert;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.core.budget.BudgetAlert;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.Sealing;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The door of alerts: what raises them, their routes, and what carries them away. Thread-safe.
/// Close it before the database.
public final class AlertModule implements AutoCloseable {
  private final AlertStore alerts;
  private final Webhook webhook;
  private final Delivery delivery;
  private final SurgeModule surges;
  private final BreakerAlerts breakers;
  private final List<Route> routes;

  /// What it stands on.
  ///
  /// @param catalog whose breakers are watched
  /// @param allowPrivate whether webhooks may have private addresses
  public record Parts(
      Vertx vertx,
      Database database,
      Audit audit,
      Metrics metrics,
      ProviderCatalog catalog,
      Clock clock,
      Ids ids,
      boolean allowPrivate) {}

  private AlertModule(AlertConfig config, Parts parts, Sealing sealing, Delivery.Pace pace) {
    this.alerts = new AlertStore(parts.ids());
    ChannelStore channels = new ChannelStore(sealing, parts.clock());
    this.webhook = new Webhook(parts.vertx(), parts.allowPrivate(), parts.clock());
    this.delivery =
        new Delivery(
            new Delivery.Parts(parts.database(), alerts, channels, parts.metrics()),
            Map.of(Channel.WEBHOOK, webhook, Channel.EMAIL, new Mail(config.smtp())),
            pace);
    this.surges = new SurgeModule(parts, alerts);
    this.breakers = new BreakerAlerts(parts, alerts);
    List<Route> all = new ArrayList<>(new AlertRoutes(parts, alerts).routes());
    all.addAll(new ChannelRoutes(parts, channels, delivery::probe).routes());
    all.addAll(surges.routes());
    this.routes = List.copyOf(all);
  }

  /// Wires and starts it. Blocks; the schema must be there.
  ///
  /// @param sealing keeps the secrets of channels
  public static AlertModule create(AlertConfig config, Parts parts, Sealing sealing) {
    return create(config, parts, sealing, Delivery.Pace.DEFAULT);
  }

  static AlertModule create(AlertConfig config, Parts parts, Sealing sealing, Delivery.Pace pace) {
    AlertModule module = new AlertModule(config, parts, sealing, pace);
    module.delivery.start();
    module.surges.start();
    module.breakers.start();
    return module;
  }

  /// Keeps an alert of a budget in the transaction that learnt of it.
  public void budget(Transaction transaction, BudgetAlert reached) {
    alerts.raise(transaction.handle(), transaction.tenant(), news(reached));
    transaction.afterCommit(delivery::wake);
  }

  /// What is told of a budget.
  static AlertStore.News news(BudgetAlert reached) {
    Limit limit = reached.limit();
    boolean spent = reached.share() >= 1;
    long percent = Math.round(reached.share() * 100);
    Map<String, Object> detail = new TreeMap<>();
    detail.put("budget", limit.name());
    detail.put("share", reached.share());
    detail.put("hard", limit.hard());
    detail.put("scope", limit.scope().kind().name().toLowerCase(Locale.ROOT));
    if (limit.unit() == Limit.Unit.NANO_USD) {
      detail.put("spent_usd", Usd.text(reached.spent()));
      detail.put("limit_usd", Usd.text(limit.amount()));
    } else {
      detail.put("spent", reached.spent());
      detail.put("limit", limit.amount());
      detail.put("unit", limit.unit().name().toLowerCase(Locale.ROOT));
    }
    String title =
        "The budget " + limit.name() + (spent ? " is spent" : " is spent to " + percent + " %");
    return new AlertStore.News(
        Alert.Kind.BUDGET,
        limit.id() + "/" + reached.share() + "/" + reached.at().toEpochMilli(),
        limit.name(),
        limit.hard() && spent ? title + ", and calls are refused" : title,
        detail,
        reached.at());
  }

  /// Hears of what calls cost.
  public EvidenceListener spend() {
    return surges;
  }

  /// `/api/alerts`, `/api/alert-channels`, `/api/surge`.
  public List<Route> routes() {
    return routes;
  }

  @Override
  public void close() {
    breakers.close();
    surges.close();
    delivery.close();
    webhook.close();
  }
}
