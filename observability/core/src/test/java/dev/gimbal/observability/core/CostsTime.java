package dev.gimbal.observability.core;

import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Measures how long costs take to add up: `CostsTime CALLS` generates that many calls of the last
/// 30 days, in partitions by day as the writer makes them, and prints the middle of five answers of
/// each grouping. Asserts nothing; run by hand.
public final class CostsTime {
  private static final int DAYS = 30;
  private static final int ROUNDS = 5;

  private CostsTime() {}

  public static void main(String[] arguments) throws Exception {
    int calls = Integer.parseInt(arguments[0]);
    Clock clock = Clock.systemUTC();
    Path directory = Files.createTempDirectory("costs-time");
    try (TestDatabase database = TestDatabase.fresh();
        Observability room =
            ObservabilityModule.create(
                ObservabilityConfig.in(directory), database, clock, new TimeOrderedIds(clock))) {
      generate(database, clock.instant(), calls);
      long start = System.nanoTime();
      String fill = fillOfSums();
      database.asOwner(handle -> handle.execute(fill));
      System.out.printf("summed: %d ms%n", (System.nanoTime() - start) / 1_000_000);
      room.start();
      for (String group : new String[] {"model", "tag:team", "key", "application"}) {
        for (String interval : new String[] {"day", "hour"}) {
          measure(room, group, interval);
        }
      }
    }
  }

  private static void generate(TestDatabase database, Instant now, int calls) {
    for (int day = DAYS - 1; day >= 0; day--) {
      Instant start = now.minus(Duration.ofDays(day + 1L));
      String partition = "observability.call_month_" + day;
      Map<String, Object> bounds =
          Map.of(
              "low", TimeOrderedIds.floor(start).toString(),
              "high", TimeOrderedIds.floor(start.plus(Duration.ofDays(1))).toString());
      int count = calls / DAYS;
      database.asOwner(
          handle -> {
            handle.execute("DROP TABLE IF EXISTS " + partition);
            handle.execute(
                "CREATE TABLE %s (LIKE observability.call INCLUDING ALL)".formatted(partition));
            handle
                .createUpdate(FILL.replace("PARTITION", partition))
                .bind("tenant", TenantId.FIRST.value())
                .bind("start", start)
                .bind("count", count)
                .execute();
            handle.execute("ANALYZE " + partition);
            return handle.execute(
                "ALTER TABLE observability.call ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')"
                    .formatted(partition, bounds.get("low"), bounds.get("high")));
          });
    }
  }

  /// The statement of the migration that adds up calls that are there.
  static String fillOfSums() throws IOException {
    try (InputStream migration =
        Objects.requireNonNull(
            CostsTime.class.getResourceAsStream("/db/observability/V4__savings_and_tags.sql"))) {
      String sql = new String(migration.readAllBytes(), StandardCharsets.UTF_8);
      return sql.substring(sql.indexOf("INSERT INTO observability.cost_hour"));
    }
  }

  private static final String FILL =
      """
      INSERT INTO PARTITION
        (tenant_id, id, trace_id, span_id, principal, kind, requested, model, stream, items,
         outcome, status, input_tokens, cached_tokens, output_tokens, estimated, cost_nano_usd,
         first_byte_us, took_us, tags, at, root, attributes)
      SELECT :tenant,
        (lpad(to_hex((extract(epoch FROM t) * 1000)::bigint), 12, '0') || '7000'
          || 'a' || substr(md5(n::text), 1, 15))::uuid,
        md5(n::text), substr(md5(n::text), 1, 16), 'key_' || n % 50, 'chat', 'route-' || n % 7,
        'provider' || n % 5 || '/model-' || n % 20, n % 2 = 0, 1, 'succeeded', 200, 1000, 200,
        300, false, CASE WHEN n % 20 <> 3 THEN 1250000 + n END, 400000, 2000000,
        jsonb_build_object('team', 'team-' || n % 12, 'feature', 'f' || n % 30), t, true,
        '{"gimbal.route":"route-1"}'
      FROM (SELECT n, CAST(:start AS timestamptz) + n * interval '1 day' / :count AS t
            FROM generate_series(1, :count - 1) n) s
      """;

  private static void measure(Observability room, String group, String interval) throws Exception {
    TreeMap<Long, String> took = new TreeMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      Response answer =
          room.routes().stream()
              .filter(route -> route.path().equals("/api/costs"))
              .findFirst()
              .orElseThrow()
              .handler()
              .handle(
                  FakeRequest.list(
                      TenantId.FIRST, Map.of("group_by", group, "interval", interval)));
      CostView view = (CostView) ((Response.Json) answer).value();
      took.put(System.nanoTime() - start, view.total().calls() + " calls");
    }
    Long middle = took.keySet().stream().skip(took.size() / 2).findFirst().orElseThrow();
    System.out.printf(
        "%s by %s: %d ms, %s%n", group, interval, middle / 1_000_000, took.get(middle));
  }
}
