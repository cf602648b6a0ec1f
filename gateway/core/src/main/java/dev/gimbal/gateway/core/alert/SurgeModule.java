package dev.gimbal.gateway.core.alert;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.surge.SurgeRule;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Surges: spend is added up behind the calls, written down twice a minute, and judged then by one
/// node. What a killed process had not yet written down is missing from the sums, nowhere else.
final class SurgeModule implements EvidenceListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SurgeModule.class);
  private static final long EVERY_SECONDS = 30;

  /// Six weeks are the pattern; one more is the hour of the week that they are compared with.
  private static final Duration HOURS_KEPT = Duration.ofDays(50);

  private static final Duration ALERTS_KEPT = Duration.ofDays(400);

  private final AlertModule.Parts parts;
  private final AlertStore alerts;
  private final SurgeStore store = new SurgeStore();
  private final SpendRollup rollup = new SpendRollup(this::setting);
  private final SurgeJudge judge;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("alerts-surge").factory());
  private volatile Map<TenantId, SurgeSetting> settings = Map.of();
  private @Nullable ConfigurationFollower follower;

  SurgeModule(AlertModule.Parts parts, AlertStore alerts) {
    this.parts = parts;
    this.alerts = alerts;
    this.judge = new SurgeJudge(store, alerts, this::setting);
  }

  /// @param score spreads above the usual, 2 to 100; absent: 6
  /// @param leastUsd at least so much above it; absent: 5
  record SurgeBody(
      @Nullable Boolean enabled,
      @Nullable Double score,
      @Nullable String leastUsd,
      @Nullable Boolean keys,
      @Nullable Boolean routes) {}

  /// @param version 0: never declared
  record SurgeView(
      boolean enabled, double score, String leastUsd, boolean keys, boolean routes, long version) {}

  void start() {
    follower = new ConfigurationFollower(parts.database(), Map.of(SurgeStore.TOPIC, this::reload));
    parts.metrics().gauge("gimbal.surge.left.out", rollup::leftOut);
    var _ =
        timer.scheduleWithFixedDelay(this::quietly, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    var _ = timer.scheduleWithFixedDelay(this::forgetQuietly, 1, 24 * 60, TimeUnit.MINUTES);
  }

  private void reload() {
    settings = Map.copyOf(parts.database().asOwner(store::settings));
  }

  private SurgeSetting setting(TenantId tenant) {
    return settings.getOrDefault(tenant, SurgeSetting.DEFAULT);
  }

  @Override
  public void kept(List<EndedCall> calls, List<SpanRecord> spans) {
    rollup.add(calls);
  }

  private void quietly() {
    try {
      write();
      judge.judge(parts.database(), parts.clock().instant());
    } catch (RuntimeException e) {
      LOG.warn("spend could not be judged; trying again soon", e);
    }
  }

  private void forgetQuietly() {
    try {
      Instant now = parts.clock().instant();
      parts
          .database()
          .asOwner(
              handle ->
                  store.forget(handle, now.minus(HOURS_KEPT))
                      + alerts.forget(handle, now.minus(ALERTS_KEPT)));
    } catch (RuntimeException e) {
      LOG.warn("old alerts could not be dropped; tomorrow again", e);
    }
  }

  /// Writes down what was spent.
  private void write() {
    Map<SpendRollup.Cell, Long> spent = rollup.drain();
    if (spent.isEmpty()) {
      return;
    }
    try {
      parts
          .database()
          .asOwner(
              handle -> {
                store.add(handle, spent);
                return true;
              });
    } catch (RuntimeException e) {
      rollup.restore(spent);
      throw e;
    }
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/surge")
            .summary("When the tenant is told that more is spent than usual")
            .right(Rights.ALERTS_READ)
            .answers(200, SurgeView.class)
            .handle(this::get),
        Route.put("/api/surge")
            .summary("Declares when the tenant is told that more is spent than usual")
            .right(Rights.ALERTS_WRITE)
            .body(SurgeBody.class)
            .answers(200, SurgeView.class)
            .handle(this::put));
  }

  private Response get(Request request) {
    return tagged(
        parts
            .database()
            .inTransaction(request.caller().tenant(), store::lock)
            .orElse(SurgeSetting.DEFAULT));
  }

  private static Response tagged(SurgeSetting setting) {
    return new Response.Json(
        200,
        new SurgeView(
            setting.enabled(),
            setting.rule().score(),
            Usd.text(setting.rule().leastNano()),
            setting.keys(),
            setting.routes(),
            setting.version()),
        Map.of("ETag", EntityTag.of(setting.version())));
  }

  private Response put(Request request) {
    Principal principal = Principal.of(request.caller());
    SurgeBody wanted = request.body(SurgeBody.class);
    SurgeRule rule = rule(wanted);
    return tagged(
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  long before = store.lock(transaction).map(SurgeSetting::version).orElse(0L);
                  EntityTag.require(request, before);
                  SurgeSetting next =
                      new SurgeSetting(
                          !Boolean.FALSE.equals(wanted.enabled()),
                          rule,
                          Boolean.TRUE.equals(wanted.keys()),
                          Boolean.TRUE.equals(wanted.routes()),
                          before + 1);
                  store.put(transaction, next);
                  parts.audit().append(transaction, principal, "surge.set", "surge", wanted);
                  transaction.afterCommit(this::reload);
                  return next;
                }));
  }

  private static SurgeRule rule(SurgeBody wanted) {
    Double score = wanted.score();
    if (score != null && !(score >= 2 && score <= 100)) {
      throw HttpException.invalid("score", "must be 2 to 100");
    }
    try {
      String least = wanted.leastUsd();
      return new SurgeRule(
          score == null ? SurgeRule.DEFAULT.score() : score,
          least == null ? SurgeRule.DEFAULT.leastNano() : Usd.nano(least));
    } catch (IllegalArgumentException e) {
      throw HttpException.invalid("least_usd", String.valueOf(e.getMessage()));
    }
  }

  /// Keeps what is not yet written down.
  @Override
  public void close() {
    timer.shutdownNow();
    ConfigurationFollower following = follower;
    if (following != null) {
      following.close();
    }
    try {
      write();
    } catch (RuntimeException e) {
      LOG.warn("the last spend could not be added up", e);
    }
  }

  /// What the timer does, now: for tests.
  int tick() {
    write();
    return judge.judge(parts.database(), parts.clock().instant());
  }
}
