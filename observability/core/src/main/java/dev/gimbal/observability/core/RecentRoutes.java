package dev.gimbal.observability.core;

import dev.gimbal.access.api.Rights;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.core.recent.KeptCall;
import dev.gimbal.observability.core.recent.RecentCalls;
import dev.gimbal.observability.core.recent.RecentLedger;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The latest calls and the metrics over HTTP, where there is no database. A read first
/// waits, for a bounded time, for what was recorded before it.
final class RecentRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(RecentRoutes.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final List<String> OUTCOMES = words(CallSettled.Outcome.values());
  private static final List<String> KINDS = words(CallOpened.Kind.values());

  private final RecentLedger recent;
  private final Ledger ledger;
  private final PrometheusMetrics metrics;

  RecentRoutes(RecentLedger recent, Ledger ledger, PrometheusMetrics metrics) {
    this.recent = recent;
    this.ledger = ledger;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/calls")
            .summary("Lists model calls, newest first.")
            .right(Rights.TRACES_READ)
            .paged()
            .query("from", "until", "outcome", "kind", "model", "principal", "tag", "trace")
            .answers(200, CallView.class)
            .handle(this::calls),
        Route.get("/api/calls/{call}")
            .summary("Shows a model call.")
            .right(Rights.TRACES_READ)
            .answers(200, CallView.class)
            .handle(this::call),
        Route.get("/metrics")
            .summary("Metrics as Prometheus reads them.")
            .right(Rights.METRICS_READ)
            .answers(200, null)
            .handle(request -> metrics.page()));
  }

  private Response calls(Request request) throws InterruptedException {
    Predicate<KeptCall> wanted =
        equal(request, "principal", call -> call.opened().principal())
            .and(equal(request, "model", RecentRoutes::model))
            .and(equal(request, "trace", call -> call.opened().trace().traceId()))
            .and(word(request, "outcome", OUTCOMES, RecentRoutes::outcome))
            .and(word(request, "kind", KINDS, call -> lower(call.opened().kind())))
            .and(tag(request))
            .and(time(request, "from", false))
            .and(time(request, "until", true));
    String cursor = request.page().cursor();
    UUID before =
        cursor == null
            ? null
            : IdText.parse(Filters.CURSOR, cursor)
                .orElseThrow(() -> HttpException.invalid("cursor", "is not one that we gave"));
    waitForRecords();
    int limit = request.page().limit();
    TenantId tenant = request.caller().tenant();
    RecentCalls found = latest(tenant, before, wanted, limit + 1);
    List<KeptCall> page = found.calls().subList(0, Math.min(limit, found.calls().size()));
    boolean more = found.calls().size() > limit;
    UUID rest = more ? page.getLast().opened().id() : found.rest();
    String next = rest == null ? null : IdText.format(Filters.CURSOR, rest);
    return Response.ok(new Listing<>(page.stream().map(RecentRoutes::view).toList(), next));
  }

  private Response call(Request request) throws InterruptedException {
    String text = request.path("call");
    waitForRecords();
    return IdText.parse(Ledger.CALL_PREFIX, text)
        .flatMap(id -> find(request.caller().tenant(), id))
        .map(call -> Response.ok(view(call)))
        .orElseThrow(
            () ->
                new LedgerException(
                    LedgerError.CALL_UNKNOWN,
                    "There is no call " + text + " that ended and is still in the journal.",
                    null));
  }

  private RecentCalls latest(
      TenantId tenant, @Nullable UUID before, Predicate<KeptCall> wanted, int most) {
    try {
      return recent.latest(tenant, before, wanted, most);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be read", e);
    }
  }

  private Optional<KeptCall> find(TenantId tenant, UUID id) {
    try {
      return recent.find(tenant, id);
    } catch (IOException e) {
      throw new UncheckedIOException("the journal cannot be read", e);
    }
  }

  private void waitForRecords() throws InterruptedException {
    try {
      ledger.flushed().toCompletableFuture().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the journal is ahead: what is there is shown", e);
    }
  }

  private static Predicate<KeptCall> equal(
      Request request, String parameter, Function<KeptCall, String> field) {
    return value(request, parameter)
        .<Predicate<KeptCall>>map(value -> call -> value.equals(field.apply(call)))
        .orElse(call -> true);
  }

  private static Predicate<KeptCall> word(
      Request request, String parameter, List<String> words, Function<KeptCall, String> field) {
    value(request, parameter)
        .filter(value -> !words.contains(value))
        .ifPresent(
            value -> {
              throw HttpException.invalid(
                  parameter, "must be one of " + String.join(", ", words) + ", but is " + value);
            });
    return equal(request, parameter, field);
  }

  private static Predicate<KeptCall> tag(Request request) {
    Optional<String> tag = value(request, "tag");
    if (tag.isEmpty()) {
      return call -> true;
    }
    int equals = tag.get().indexOf('=');
    if (equals < 1) {
      throw HttpException.invalid("tag", "must be name=value, but is " + tag.get());
    }
    String name = tag.get().substring(0, equals);
    String value = tag.get().substring(equals + 1);
    return call -> value.equals(call.opened().tags().get(name));
  }

  private static Predicate<KeptCall> time(Request request, String parameter, boolean before) {
    Optional<String> text = value(request, parameter);
    if (text.isEmpty()) {
      return call -> true;
    }
    try {
      Instant time = OffsetDateTime.parse(text.get()).toInstant();
      return call -> call.opened().at().isBefore(time) == before;
    } catch (DateTimeException e) {
      throw HttpException.invalid(
          parameter, "must be a time like 2026-11-22T10:00:00Z, but is " + text.get());
    }
  }

  private static Optional<String> value(Request request, String parameter) {
    return request.query(parameter).filter(value -> !value.isBlank());
  }

  static CallView view(KeptCall call) {
    CallOpened opened = call.opened();
    CallSettled settled = call.settled();
    UUID parent = opened.parent();
    return new CallView(
            Ledger.text(opened.id()),
            opened.trace().traceId(),
            opened.trace().spanId(),
            parent == null ? null : Ledger.text(parent),
            opened.principal(),
            lower(opened.kind()),
            opened.requested(),
            model(call),
            opened.stream(),
            opened.items(),
            outcome(call),
            settled == null ? null : Integer.valueOf(settled.status()),
            settled == null ? null : settled.error(),
            settled == null ? null : settled.inputTokens(),
            settled == null ? null : settled.cachedTokens(),
            settled == null ? null : settled.outputTokens(),
            settled != null && settled.estimated(),
            Evidence.usd(opened.reservedNanoUsd()),
            Evidence.usd(settled == null ? opened.reservedNanoUsd() : settled.costNanoUsd()),
            settled == null ? null : millis(settled.firstByte()),
            settled == null ? null : millis(settled.took()),
            Map.copyOf(opened.tags()),
            opened.at(),
            null,
            null,
            null)
        .with(said(settled), content(settled));
  }

  private static Map<String, Object> said(@Nullable CallSettled settled) {
    CallSettled.Step step = settled == null ? null : settled.step();
    return step == null ? Map.of() : step.attributes();
  }

  private static CallView.@Nullable Content content(@Nullable CallSettled settled) {
    CallSettled.Hashes hashes = settled == null ? null : settled.hashes();
    return hashes == null ? null : new CallView.Content(hashes.input(), hashes.output(), false);
  }

  private static String model(KeptCall call) {
    CallSettled settled = call.settled();
    String answered = settled == null ? null : settled.model();
    return answered == null ? call.opened().model() : answered;
  }

  private static String outcome(KeptCall call) {
    CallSettled settled = call.settled();
    return lower(settled == null ? CallSettled.Outcome.UNKNOWN : settled.outcome());
  }

  private static @Nullable Double millis(@Nullable Duration time) {
    return time == null ? null : Double.valueOf(time.toNanos() / 1e6);
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(RecentRoutes::lower).toList();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
