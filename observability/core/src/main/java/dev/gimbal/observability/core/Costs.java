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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// Adds up what a tenant's calls cost, from the calls themselves, so that no sum can disagree with
/// them. Month by month: a statement locks every day's partition that it reads. Stateless; blocks.
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
    Instant from = question.from();
    while (from.isBefore(question.until())) {
      Instant next = from.plus(STRETCH);
      Instant until = next.isBefore(question.until()) ? next : question.until();
      for (Row row : stretch(tenant, question, from, until)) {
        sums.merge(row.cell(), row.sum(), CostSum::plus);
      }
      if (sums.size() > MOST_CELLS) {
        throw HttpException.invalid(
            "group_by",
            "comes to more than %d groups and times: take a shorter time or a filter"
                .formatted(MOST_CELLS));
      }
      from = until;
    }
    return sums;
  }

  private List<Row> stretch(TenantId tenant, CostQuestion question, Instant from, Instant until) {
    String start =
        question.interval() == null
            ? "NULL::timestamptz"
            : "date_trunc('" + question.interval() + "', c.at, 'UTC')";
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
                                      start,
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
            row.getLong("input"),
            row.getLong("cached"),
            row.getLong("output")));
  }
}
