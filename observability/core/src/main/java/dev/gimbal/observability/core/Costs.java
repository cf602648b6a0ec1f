package dev.gimbal.observability.core;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Adds up what a tenant's calls cost: whole hours from the sums that are written with the calls
/// themselves, if those answer the question; the rest from the calls, month by month, for a
/// statement locks every day's partition that it reads. Stateless; blocks.
final class Costs {
  /// Groups times hours or days in one answer.
  private static final int MOST_CELLS = 50_000;

  private static final Duration STRETCH = Duration.ofDays(31);

  /// For one stretch; who asks gives up about then.
  private static final int MOST_SECONDS = 30;

  private final Database database;

  Costs(Database database) {
    this.database = database;
  }

  /// One group in one hour or day.
  ///
  /// @param group null: the calls that have none
  /// @param start null: the whole time
  record Cell(@Nullable String group, @Nullable Instant start) {}

  private record Row(Cell cell, CostSum sum) {}

  /// What there is, in no order.
  ///
  /// @throws HttpException if it is more than one answer holds
  Map<Cell, CostSum> sums(TenantId tenant, CostQuestion question) {
    Map<Cell, CostSum> sums = new HashMap<>();
    Instant first = ceiling(question.from());
    Instant last = question.until().truncatedTo(ChronoUnit.HOURS);
    Optional<String> dimension =
        question.dimension().filter(name -> summed(tenant, name, first, last));
    if (dimension.isEmpty() || !first.isBefore(last)) {
      addCalls(sums, tenant, question, question.from(), question.until());
    } else {
      addCalls(sums, tenant, question, question.from(), first);
      add(sums, hours(tenant, question, dimension.get(), first, last));
      addCalls(sums, tenant, question, last, question.until());
    }
    return sums;
  }

  /// Whether a dimension has all calls of these hours in it. That of tags has not where there were
  /// too many sets of them.
  private boolean summed(TenantId tenant, String dimension, Instant from, Instant until) {
    return !dimension.equals(CostQuestion.TAGS)
        || database.inTransaction(
            tenant,
            transaction ->
                transaction
                    .handle()
                    .createQuery(
                        """
                        SELECT NOT EXISTS (SELECT FROM observability.cost_hour
                          WHERE tenant_id = :tenant AND dimension = :many
                            AND hour >= :from AND hour < :until)
                        """)
                    .bind("tenant", tenant.value())
                    .bind("many", CostQuestion.TAGS_MANY)
                    .bind("from", from)
                    .bind("until", until)
                    .mapTo(Boolean.class)
                    .one());
  }

  private static Instant ceiling(Instant time) {
    Instant hour = time.truncatedTo(ChronoUnit.HOURS);
    return hour.equals(time) ? hour : hour.plus(1, ChronoUnit.HOURS);
  }

  private void addCalls(
      Map<Cell, CostSum> sums, TenantId tenant, CostQuestion question, Instant begin, Instant end) {
    Instant from = begin;
    while (from.isBefore(end)) {
      Instant next = from.plus(STRETCH);
      Instant until = next.isBefore(end) ? next : end;
      add(sums, stretch(tenant, question, from, until));
      from = until;
    }
  }

  private static void add(Map<Cell, CostSum> sums, List<Row> rows) {
    for (Row row : rows) {
      sums.merge(row.cell(), row.sum(), CostSum::plus);
    }
    if (sums.size() > MOST_CELLS) {
      throw HttpException.invalid(
          "group_by",
          "comes to more than %d groups and times: take a shorter time or a filter"
              .formatted(MOST_CELLS));
    }
  }

  private static String start(CostQuestion question) {
    return question.interval() == null
        ? "NULL::timestamptz"
        : "date_trunc('" + question.interval() + "', c.at, 'UTC')";
  }

  /// The sums' one name stands for the call's column that it is of: so groups and filters are the
  /// same as over calls.
  private List<Row> hours(
      TenantId tenant, CostQuestion question, String dimension, Instant from, Instant until) {
    return database.inTransaction(
        tenant,
        transaction -> {
          Query query =
              question
                  .filters()
                  .bind(
                      transaction
                          .handle()
                          .createQuery(
                              """
                              SELECT %s AS name, %s AS start, sum(c.calls) AS calls,
                                sum(c.failed) AS failed, sum(c.unpriced) AS unpriced,
                                sum(c.nano_usd) AS nano_usd, sum(c.saved) AS saved,
                                sum(c.input) AS input, sum(c.cached) AS cached,
                                sum(c.output) AS output
                              FROM (
                                SELECT h.hour AS at, %s, h.calls, h.failed, h.unpriced,
                                  h.nano_usd, h.saved, h.input, h.cached, h.output
                                FROM observability.cost_hour h
                                WHERE h.tenant_id = :tenant AND h.dimension = :dimension
                                  AND h.hour >= :stretch_from AND h.hour < :stretch_until
                              ) c%s
                              WHERE true%s
                              GROUP BY 1, 2
                              LIMIT :most
                              """
                                  .formatted(
                                      question.group(),
                                      start(question),
                                      CostQuestion.column(dimension),
                                      CostQuestion.parent(dimension),
                                      question.filters().sql())))
                  .bind("tenant", tenant.value())
                  .bind("dimension", dimension)
                  .bind("stretch_from", from)
                  .bind("stretch_until", until)
                  .bind("most", MOST_CELLS + 1);
          query.setQueryTimeout(MOST_SECONDS);
          question.tag().ifPresent(tag -> query.bind("group_tag", tag));
          return query.map((row, context) -> row(row)).list();
        });
  }

  private List<Row> stretch(TenantId tenant, CostQuestion question, Instant from, Instant until) {
    Window ids = Window.around(from, until);
    return database.inTransaction(
        tenant,
        transaction -> {
          Query query =
              question
                  .filters()
                  .bind(
                      transaction
                          .handle()
                          .createQuery(
                              """
                              SELECT %s AS name, %s AS start, count(*) AS calls,
                                count(*) FILTER (WHERE c.outcome IN ('failed', 'unknown'))
                                  AS failed,
                                count(*) FILTER (
                                  WHERE c.cost_nano_usd IS NULL AND c.outcome <> 'refused')
                                  AS unpriced,
                                sum(c.cost_nano_usd) AS nano_usd,
                                coalesce(sum(c.saved_nano_usd), 0) AS saved,
                                sum(c.input_tokens) AS input, sum(c.cached_tokens) AS cached,
                                sum(c.output_tokens) AS output
                              FROM observability.call c%s
                              WHERE c.tenant_id = :tenant AND c.kind <> 'application'
                                AND c.id >= :low AND c.id < :high
                                AND c.at >= :stretch_from AND c.at < :stretch_until%s
                              GROUP BY 1, 2
                              LIMIT :most
                              """
                                  .formatted(
                                      question.group(),
                                      start(question),
                                      question.join(),
                                      question.filters().sql())))
                  .bind("tenant", tenant.value())
                  .bind("low", ids.low())
                  .bind("high", ids.high())
                  .bind("stretch_from", from)
                  .bind("stretch_until", until)
                  .bind("most", MOST_CELLS + 1);
          query.setQueryTimeout(MOST_SECONDS);
          question.tag().ifPresent(tag -> query.bind("group_tag", tag));
          return query.map((row, context) -> row(row)).list();
        });
  }

  private static Row row(ResultSet row) throws SQLException {
    OffsetDateTime start = row.getObject("start", OffsetDateTime.class);
    BigDecimal nanoUsd = row.getBigDecimal("nano_usd");
    return new Row(
        new Cell(row.getString("name"), start == null ? null : start.toInstant()),
        new CostSum(
            row.getLong("calls"),
            row.getLong("failed"),
            row.getLong("unpriced"),
            nanoUsd == null ? null : Long.valueOf(nanoUsd.longValueExact()),
            row.getLong("saved"),
            row.getLong("input"),
            row.getLong("cached"),
            row.getLong("output")));
  }
}
