package dev.gimbal.observability.core;

import dev.gimbal.access.api.Rights;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.core.Costs.Cell;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What calls cost, over HTTP.
final class CostRoutes {
  private static final Comparator<Named> DEAREST_FIRST =
      Comparator.comparing(
              (Named named) -> named.sum().nanoUsd(),
              Comparator.nullsFirst(Comparator.<Long>naturalOrder()))
          .thenComparingLong(named -> named.sum().calls())
          .reversed()
          .thenComparing(Named::name, Comparator.nullsLast(Comparator.<String>naturalOrder()));

  private final Ledger ledger;
  private final Clock clock;
  private final Costs costs;

  CostRoutes(Database database, Ledger ledger, Clock clock) {
    this.ledger = ledger;
    this.clock = clock;
    this.costs = new Costs(database);
  }

  /// A group with all that is in it.
  private record Named(@Nullable String name, CostSum sum, Map<Instant, CostSum> times) {}

  List<Route> routes() {
    return List.of(
        Route.get("/api/costs")
            .summary("What calls cost, by group and time; costs nobody knows are counted apart.")
            .right(Rights.TRACES_READ)
            .query(
                "group_by",
                "interval",
                "from",
                "until",
                "limit",
                "format",
                "kind",
                "model",
                "outcome",
                "provider",
                "principal",
                "requested",
                "application",
                "tag")
            .answers(200, CostView.class)
            .handle(this::costs));
  }

  private Response costs(Request request) throws InterruptedException {
    Filters filters =
        new Filters(request)
            .oneOf("outcome", "c.outcome", EvidenceRoutes.OUTCOMES)
            .oneOf("kind", "c.kind", EvidenceRoutes.KINDS)
            .equal("model", "c.model")
            .equal("provider", "split_part(c.model, '/', 1)")
            .equal("principal", "c.principal")
            .equal("requested", "c.requested")
            .equal("application", "substr(p.requested, 5)")
            .tag("c.tags");
    String format = filters.word("format", List.of("json", "csv")).orElse("json");
    CostQuestion question = CostQuestion.of(filters, clock.instant());
    EvidenceRoutes.waitForWriter(ledger);
    List<Named> groups = groups(costs.sums(request.caller().tenant(), question));
    return format.equals("csv") ? csv(question, groups) : Response.ok(view(question, groups));
  }

  /// The dearest first.
  private static List<Named> groups(Map<Cell, CostSum> sums) {
    Map<@Nullable String, Named> groups = new HashMap<>();
    sums.forEach(
        (cell, sum) -> {
          Named before = groups.get(cell.group());
          Map<Instant, CostSum> times = before == null ? new TreeMap<>() : before.times();
          if (cell.start() != null) {
            times.merge(cell.start(), sum, CostSum::plus);
          }
          CostSum whole = before == null ? sum : before.sum().plus(sum);
          groups.put(cell.group(), new Named(cell.group(), whole, times));
        });
    return groups.values().stream().sorted(DEAREST_FIRST).toList();
  }

  private static CostView view(CostQuestion question, List<Named> groups) {
    int shown = Math.min(question.limit(), groups.size());
    List<Named> rest = groups.subList(shown, groups.size());
    return new CostView(
        question.from(),
        question.until(),
        question.groupBy(),
        question.interval(),
        whole(groups).view(),
        groups.subList(0, shown).stream()
            .map(
                group ->
                    new CostView.Group(group.name(), group.sum().view(), points(group.times())))
            .toList(),
        rest.isEmpty()
            ? null
            : new CostView.Others(rest.size(), whole(rest).view(), points(together(rest))));
  }

  private static CostSum whole(List<Named> groups) {
    return groups.stream().map(Named::sum).reduce(CostSum.NONE, CostSum::plus);
  }

  private static Map<Instant, CostSum> together(List<Named> groups) {
    Map<Instant, CostSum> times = new TreeMap<>();
    groups.forEach(
        group -> group.times().forEach((start, sum) -> times.merge(start, sum, CostSum::plus)));
    return times;
  }

  private static List<CostView.Point> points(Map<Instant, CostSum> times) {
    return times.entrySet().stream()
        .map(time -> new CostView.Point(time.getKey(), time.getValue().view()))
        .toList();
  }

  /// Every group, not the dearest only.
  private static Response csv(CostQuestion question, List<Named> groups) {
    String first = question.groupBy() == null ? "group" : question.groupBy();
    List<String> lines = new ArrayList<>();
    lines.add(
        cell(first)
            + ",start,calls,failed_calls,unknown_cost_calls,cost_usd,input_tokens,cached_tokens,"
            + "output_tokens,saved_usd");
    for (Named group : groups) {
      Stream<String> rows =
          question.interval() == null
              ? Stream.of(line(group.name(), question.from(), group.sum()))
              : group.times().entrySet().stream()
                  .map(time -> line(group.name(), time.getKey(), time.getValue()));
      rows.forEach(lines::add);
    }
    byte[] page = (String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8);
    return new Response.Content(
        200,
        "text/csv; charset=utf-8",
        page.length,
        new ByteArrayInputStream(page),
        Map.of("content-disposition", "attachment; filename=\"costs.csv\""));
  }

  private static String line(@Nullable String name, Instant start, CostSum sum) {
    CostView.Sum view = sum.view();
    return String.join(
        ",",
        cell(name == null ? "" : name),
        start.toString(),
        Long.toString(view.calls()),
        Long.toString(view.failedCalls()),
        Long.toString(view.unknownCostCalls()),
        view.costUsd() == null ? "" : view.costUsd(),
        Long.toString(view.inputTokens()),
        Long.toString(view.cachedTokens()),
        Long.toString(view.outputTokens()),
        view.savedUsd());
  }

  /// Names come from callers: quoted, and what a spreadsheet would take for a formula made text.
  static String cell(String text) {
    boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
    return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
  }
}
