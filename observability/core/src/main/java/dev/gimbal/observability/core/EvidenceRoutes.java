package dev.gimbal.observability.core;

import dev.gimbal.access.api.Rights;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.core.Evidence.Row;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls, traces and metrics over HTTP. A read first waits, for a bounded time, until what was
/// recorded before it is in the database, so that an answer that names a trace can be followed at
/// once; while the database is away it shows what is there.
final class EvidenceRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(EvidenceRoutes.class);
  private static final Duration WAIT = Duration.ofSeconds(1);
  private static final Pattern TRACE = Pattern.compile("[0-9a-f]{32}");
  static final List<String> OUTCOMES = words(CallSettled.Outcome.values());
  static final List<String> KINDS = words(CallOpened.Kind.values());

  private final Database database;
  private final Ledger ledger;
  private final PrometheusMetrics metrics;
  private final Retained retained;
  private final Clock clock;
  private final Evidence evidence = new Evidence();

  /// @param retained how far back evidence is looked for
  EvidenceRoutes(
      Database database, Ledger ledger, PrometheusMetrics metrics, Retained retained, Clock clock) {
    this.retained = retained;
    this.clock = clock;
    this.database = database;
    this.ledger = ledger;
    this.metrics = metrics;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/api/calls")
            .summary("Lists model calls, newest first.")
            .right(Rights.TRACES_READ)
            .paged()
            .query(
                "from",
                "until",
                "outcome",
                "kind",
                "model",
                "provider",
                "requested",
                "principal",
                "tag",
                "trace")
            .answers(200, CallView.class)
            .handle(this::calls),
        Route.get("/api/calls/{call}")
            .summary("Shows one model call, with what was said as far as it is kept.")
            .right(Rights.TRACES_READ)
            .answers(200, CallView.class)
            .handle(this::call),
        Route.get("/api/traces")
            .summary("Lists traces, newest first; `text` finds words and Chinese characters.")
            .right(Rights.TRACES_READ)
            .paged()
            .query("from", "until", "status", "model", "principal", "tag", "text", "name")
            .answers(200, TraceView.Summary.class)
            .handle(this::traces),
        Route.get("/api/traces/{trace}")
            .summary("Shows the spans and calls of one trace.")
            .right(Rights.TRACES_READ)
            .answers(200, TraceView.class)
            .handle(this::trace),
        Route.get("/metrics")
            .summary("Metrics as Prometheus reads them.")
            .right(Rights.METRICS_READ)
            .answers(200, null)
            .handle(request -> metrics.page()));
  }

  private Response calls(Request request) throws InterruptedException {
    Filters filters =
        new Filters(request)
            .time("at", "id")
            .oneOf("outcome", "outcome", OUTCOMES)
            .oneOf("kind", "kind", KINDS)
            .equal("model", "model")
            .equal("provider", "split_part(model, '/', 1)")
            .equal("requested", "requested")
            .equal("principal", "principal")
            .equal("trace", "trace_id")
            .tag("tags")
            .behind("id");
    UUID below = filters.cursor();
    return list(
        request,
        limit -> {
          List<Row<CallView>> found = new ArrayList<>();
          for (Window window : Window.back(clock.instant(), retained.calls(), below)) {
            int missing = limit - found.size();
            found.addAll(
                read(
                    request, transaction -> evidence.calls(transaction, filters, window, missing)));
            if (found.size() >= limit) {
              break;
            }
          }
          return found;
        });
  }

  private Response traces(Request request) throws InterruptedException {
    Filters filters =
        new Filters(request)
            .time("s.start", "s.id")
            .equal("principal", "s.principal")
            .equal("name", "s.name")
            .tag("s.tags")
            .behind("s.id");
    filters
        .word("status", List.of("ok", "error"))
        .ifPresent(
            status -> filters.add(status.equals("ok") ? "s.error IS NULL" : "s.error IS NOT NULL"));
    filters
        .value("model")
        .ifPresent(
            model ->
                filters
                    .add(
                        """
                    (s.model = :model OR EXISTS (
                      SELECT 1 FROM observability.call c
                      WHERE c.tenant_id = :tenant AND c.trace_id = s.trace_id AND c.model = :model
                        AND c.id >= :calls_from))\
                    """,
                        "model",
                        model)
                    .with(
                        "calls_from",
                        TimeOrderedIds.floor(clock.instant().minus(retained.spans()))));
    text(filters, request.caller().tenant());
    return list(
        request,
        limit -> read(request, transaction -> evidence.traces(transaction, filters, limit)));
  }

  private static void text(Filters filters, TenantId tenant) {
    filters
        .value("text")
        .ifPresent(
            text -> {
              List<String> tokens = SearchTokens.asked(tenant, text);
              if (tokens.isEmpty()) {
                throw HttpException.invalid("text", "holds no letter and no digit: " + text);
              }
              filters.add(
                  "s.tokens @> CAST(:text AS text[])", "text", tokens.toArray(String[]::new));
            });
  }

  private Response call(Request request) throws InterruptedException {
    String text = request.path("call");
    UUID id = IdText.parse(Ledger.CALL_PREFIX, text).orElseThrow(() -> unknownCall(text));
    waitForWriter();
    return Response.ok(
        database
            .inTransaction(request.caller().tenant(), transaction -> evidence.call(transaction, id))
            .orElseThrow(() -> unknownCall(text)));
  }

  private Response trace(Request request) throws InterruptedException {
    String trace = request.path("trace").toLowerCase(Locale.ROOT);
    if (!TRACE.matcher(trace).matches()) {
      throw unknownTrace(trace);
    }
    waitForWriter();
    List<TraceView.SpanView> spans =
        read(request, transaction -> evidence.spans(transaction, trace));
    List<CallView> calls = callsOf(request, trace, spans);
    if (spans.isEmpty() && calls.isEmpty()) {
      throw unknownTrace(trace);
    }
    return Response.ok(new TraceView(trace, spans, calls));
  }

  /// Calls outlive spans: of a trace without any, they are looked for in all that is kept.
  private List<CallView> callsOf(Request request, String trace, List<TraceView.SpanView> spans) {
    List<Window> windows =
        spans.isEmpty()
            ? Window.back(clock.instant(), retained.calls(), null)
            : List.of(Window.around(spans.getFirst().start(), spans.getLast().start()));
    for (Window window : windows) {
      List<CallView> calls =
          read(request, transaction -> evidence.callsOf(transaction, trace, window));
      if (!calls.isEmpty()) {
        return calls;
      }
    }
    return List.of();
  }

  /// One row more than the page holds is read: it says whether there is a next page.
  private <T> Response list(Request request, Lister<T> lister) throws InterruptedException {
    waitForWriter();
    int limit = request.page().limit();
    List<Row<T>> rows = lister.list(limit + 1);
    List<Row<T>> page = rows.subList(0, Math.min(limit, rows.size()));
    String next = rows.size() > limit ? IdText.format(Filters.CURSOR, page.getLast().id()) : null;
    return Response.ok(new Listing<>(page.stream().map(Row::view).toList(), next));
  }

  private <T> T read(Request request, Database.Work<T> work) {
    return database.inTransaction(request.caller().tenant(), work);
  }

  private void waitForWriter() throws InterruptedException {
    waitForWriter(ledger);
  }

  static void waitForWriter(Ledger ledger) throws InterruptedException {
    try {
      ledger.flushed().toCompletableFuture().get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("the ledger's writer is behind: what is there is shown", e);
    }
  }

  private static LedgerException unknownCall(String id) {
    return new LedgerException(LedgerError.CALL_UNKNOWN, "There is no call " + id + ".", null);
  }

  private static LedgerException unknownTrace(String trace) {
    return new LedgerException(LedgerError.TRACE_UNKNOWN, "There is no trace " + trace + ".", null);
  }

  private static List<String> words(Enum<?>[] values) {
    return Arrays.stream(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  @FunctionalInterface
  private interface Lister<T> {
    List<Row<T>> list(int limit);
  }
}
