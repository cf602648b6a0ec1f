package dev.gimbal.gateway.core.alert;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.budget.BudgetAlert;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Learnt;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Alerts where there is no database: of budgets and of models that are out of service, looked for
/// each second, the latest thousand kept in memory. What was told is forgotten with the process, so
/// that a budget which stands beyond a share at a start is told again. Thread-safe.
public final class LocalAlerts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalAlerts.class);
  private static final int MOST = 1_000;

  /// A share counts as left behind only this much below it: a rolling window sways about it.
  private static final double FORGOTTEN_AT = 0.9;

  private final Parts parts;
  private final LocalOutbox outbox;
  private final @Nullable Webhook webhook;
  private final ConcurrentNavigableMap<UUID, Kept> alerts = new ConcurrentSkipListMap<>();
  private final Set<Told> told = new HashSet<>();
  private final Set<Open> broken = new HashSet<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("alerts").factory());
  private volatile Map<TenantId, List<FileChannel>> channels = Map.of();
  private volatile List<Watched> budgets = List.of();

  /// What it stands on.
  ///
  /// @param spent of a budget in its present window
  /// @param catalog whose breakers are watched
  /// @param allowPrivate whether webhooks may have private addresses
  public record Parts(
      Vertx vertx,
      ToLongFunction<Limit> spent,
      ProviderCatalog catalog,
      Metrics metrics,
      Clock clock,
      Ids ids,
      boolean allowPrivate) {}

  /// A budget and the shares of it at which somebody is told.
  public record Watched(Limit limit, List<Double> shares) {
    public Watched {
      shares = List.copyOf(shares);
    }
  }

  private record Told(UUID limit, double share) {}

  private record Open(@Nullable TenantId owner, String model) {}

  private record Kept(Alert alert, Map<String, AlertStore.Sent> sent) {}

  record ChannelView(
      String name,
      String kind,
      @Nullable String url,
      List<String> recipients,
      List<String> alerts) {
    static ChannelView of(Channel channel) {
      Channel.Declaration declared = channel.declaration();
      return new ChannelView(
          channel.name(),
          declared.kind(),
          declared.url(),
          declared.recipients(),
          declared.alerts());
    }
  }

  LocalAlerts(Parts parts, LocalOutbox outbox, @Nullable Webhook webhook) {
    this.parts = parts;
    this.outbox = outbox;
    this.webhook = webhook;
  }

  /// Wires and starts it.
  @SuppressWarnings("FutureReturnValueIgnored") // what runs there catches and logs its failures
  public static LocalAlerts create(AlertConfig config, Parts parts) {
    Webhook webhook = new Webhook(parts.vertx, parts.allowPrivate, parts.clock);
    Map<String, Sender> senders =
        Map.of(Channel.WEBHOOK, webhook, Channel.EMAIL, new Mail(config.smtp()));
    LocalOutbox outbox =
        new LocalOutbox(senders, Delivery.Pace.DEFAULT, parts.metrics, parts.clock);
    LocalAlerts made = new LocalAlerts(parts, outbox, webhook);
    made.timer.scheduleWithFixedDelay(made::quietly, 1, 1, TimeUnit.SECONDS);
    return made;
  }

  /// Takes what a file declares now.
  public void declare(Map<TenantId, List<FileChannel>> to, Collection<Watched> watched) {
    channels = Map.copyOf(to);
    budgets = List.copyOf(watched);
  }

  private void quietly() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.warn("alerts could not be looked for; trying again soon", e);
    }
  }

  /// One look at all budgets and breakers. For one thread at a time.
  void look() {
    budgets.forEach(this::look);
    for (Learnt learnt : parts.catalog.learnt()) {
      learnt
          .entry()
          .state()
          .shown()
          .forEach((model, health) -> look(learnt.owner(), learnt.name() + "/" + model, health));
    }
  }

  private void look(Watched budget) {
    Limit limit = budget.limit();
    long spent = parts.spent.applyAsLong(limit);
    for (double share : budget.shares()) {
      Told one = new Told(limit.id(), share);
      if (spent >= share * limit.amount()) {
        if (told.add(one)) {
          BudgetAlert reached = new BudgetAlert(limit, share, spent, parts.clock.instant());
          raise(limit.tenant(), AlertModule.news(reached));
        }
      } else if (spent < FORGOTTEN_AT * share * limit.amount()) {
        told.remove(one);
      }
    }
  }

  private void look(@Nullable TenantId owner, String model, Health.Shown health) {
    Open one = new Open(owner, model);
    if (health.state().equals("closed")) {
      broken.remove(one);
    } else if (health.state().equals("open") && broken.add(one)) {
      AlertStore.News news = BreakerAlerts.news(model, health, parts.clock.instant());
      Set<TenantId> all = owner == null ? channels.keySet() : Set.of(owner);
      all.forEach(tenant -> raise(tenant, news));
    }
  }

  private void raise(TenantId tenant, AlertStore.News news) {
    Alert alert =
        new Alert(
            tenant,
            parts.ids.next(),
            news.kind(),
            AlertStore.plain(news.subject()),
            AlertStore.plain(news.title()),
            news.detail(),
            news.at(),
            null,
            null);
    Kept kept = new Kept(alert, new ConcurrentHashMap<>());
    alerts.put(alert.id(), kept);
    if (alerts.size() > MOST) {
      alerts.pollFirstEntry();
    }
    LOG.info("alert: {}", alert.title());
    for (FileChannel channel : channels.getOrDefault(tenant, List.of())) {
      if (channel.takes(alert.kind())) {
        outbox.take(
            new LocalOutbox.Due(
                alert,
                channel.name(),
                () -> now(tenant, channel.name()),
                sent -> kept.sent.put(sent.channel(), sent)));
      }
    }
  }

  private @Nullable Channel now(TenantId tenant, String name) {
    return channels.getOrDefault(tenant, List.of()).stream()
        .filter(channel -> channel.name().equals(name))
        .findFirst()
        .map(channel -> channel.of(tenant))
        .orElse(null);
  }

  /// `/api/alerts` and `/api/alert-channels`, for reading.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/alerts")
            .summary("The tenant's alerts since this process began, the latest first")
            .right(Rights.ALERTS_READ)
            .paged()
            .answersList(AlertRoutes.AlertView.class)
            .handle(this::list),
        Route.get("/api/alerts/{alert}")
            .summary("An alert and how it went out")
            .right(Rights.ALERTS_READ)
            .answers(200, AlertRoutes.AlertView.class)
            .handle(this::get),
        Route.get("/api/alert-channels")
            .summary("Where the tenant's alerts go")
            .right(Rights.ALERTS_READ)
            .answersList(ChannelView.class)
            .handle(this::channels));
  }

  private Response list(Request request) {
    TenantId tenant = request.caller().tenant();
    String cursor = request.page().cursor();
    UUID before =
        cursor == null
            ? null
            : IdText.parse(Alert.PREFIX, cursor)
                .orElseThrow(() -> HttpException.invalid("cursor", "is none of ours"));
    int limit = request.page().limit();
    List<Alert> found =
        alerts.descendingMap().values().stream()
            .map(Kept::alert)
            .filter(alert -> alert.tenant().equals(tenant))
            .filter(alert -> before == null || alert.id().compareTo(before) < 0)
            .limit(limit + 1L)
            .toList();
    List<Alert> page = found.subList(0, Math.min(limit, found.size()));
    return Response.ok(
        new Listing<>(
            page.stream().map(alert -> AlertRoutes.view(alert, null)).toList(),
            found.size() > limit ? page.getLast().text() : null));
  }

  private Response get(Request request) {
    return IdText.parse(Alert.PREFIX, request.path("alert"))
        .map(alerts::get)
        .filter(kept -> kept.alert.tenant().equals(request.caller().tenant()))
        .map(kept -> AlertRoutes.view(kept.alert, List.copyOf(kept.sent.values())))
        .map(Response::ok)
        .orElseThrow(AlertStore::unknown);
  }

  private Response channels(Request request) {
    TenantId tenant = request.caller().tenant();
    return Response.ok(
        new Listing<>(
            channels.getOrDefault(tenant, List.of()).stream()
                .map(channel -> ChannelView.of(channel.of(tenant)))
                .toList(),
            null));
  }

  @Override
  public void close() {
    timer.shutdownNow();
    outbox.close();
    if (webhook != null) {
      webhook.close();
    }
  }
}
