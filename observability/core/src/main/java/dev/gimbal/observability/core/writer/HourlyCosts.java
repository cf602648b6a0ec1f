package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// What a stretch's calls add to the costs by the hour. Written in the transaction that writes
/// their rows, so that each call is in the sums exactly once, however late it came. For one thread.
final class HourlyCosts {
  /// Rows are locked in one order whoever writes, or two nodes would wait for each other.
  private static final String ADD =
      """
      INSERT INTO observability.cost_hour AS h (tenant_id, dimension, hour, day, name, calls,
        failed, unpriced, nano_usd, saved, input, cached, output)
      SELECT tenant_id, dimension, hour, day,
        CASE WHEN dimension = 'tags' THEN CAST(CAST(name AS jsonb) AS text) ELSE name END AS name,
        calls, failed, unpriced, nano_usd, saved, input, cached, output
      FROM jsonb_to_recordset(CAST(:cells AS jsonb)) AS c (tenant_id uuid, dimension text,
        hour timestamptz, day date, name text, calls bigint, failed bigint, unpriced bigint,
        nano_usd numeric, saved numeric, input numeric, cached numeric, output numeric)
      ORDER BY 1, 2, 3, 4, 5
      ON CONFLICT (tenant_id, dimension, hour, day, md5(name)) DO UPDATE SET
        calls = h.calls + excluded.calls, failed = h.failed + excluded.failed,
        unpriced = h.unpriced + excluded.unpriced,
        nano_usd = CASE WHEN excluded.nano_usd IS NULL THEN h.nano_usd
          ELSE coalesce(h.nano_usd, 0) + excluded.nano_usd END,
        saved = h.saved + excluded.saved,
        input = h.input + excluded.input, cached = h.cached + excluded.cached,
        output = h.output + excluded.output
      """;

  /// Sets of tags in one hour of a stretch beyond which they are not added up by themselves: who
  /// tags each call with a name of its own would have a sum a call. [#MANY] says so of the hour,
  /// and whoever asks by tag asks the calls then.
  private static final int MOST_TAG_SETS = 500;

  private static final String TAGS = "tags";

  /// The dimension of a row that says that the tags of its hour are not all added up.
  private static final String MANY = "tags_many";

  private static final long HOUR_SECONDS = 3_600;

  private final Map<Cell, Sum> sums = new HashMap<>();

  /// Of the call before; most are like it.
  private @Nullable Cell cell;

  private Sum sum = new Sum();

  /// Calls that have everything in common; most stretches have few of them.
  ///
  /// @param hour since 1970
  private record Cell(
      UUID tenant,
      long hour,
      LocalDate day,
      CallOpened.Kind kind,
      String model,
      String principal,
      String requested,
      String application,
      Map<String, String> tags) {}

  private record Named(UUID tenant, String dimension, Instant hour, LocalDate day, String name) {}

  /// Tokens are as an upstream said: any number at all.
  private static final class Sum {
    private long calls;
    private long failed;
    private long unpriced;
    private @Nullable BigInteger nanoUsd;
    private BigInteger saved = BigInteger.ZERO;
    private BigInteger input = BigInteger.ZERO;
    private BigInteger cached = BigInteger.ZERO;
    private BigInteger output = BigInteger.ZERO;

    void add(CallOpened opened, @Nullable CallSettled settled) {
      Outcome outcome = settled == null ? Outcome.UNKNOWN : settled.outcome();
      Long cost = settled == null ? opened.reservedNanoUsd() : settled.costNanoUsd();
      calls++;
      failed += outcome == Outcome.FAILED || outcome == Outcome.UNKNOWN ? 1 : 0;
      if (cost != null) {
        nanoUsd = plus(nanoUsd == null ? BigInteger.ZERO : nanoUsd, cost);
      } else if (outcome != Outcome.REFUSED) {
        unpriced++;
      }
      if (settled != null) {
        saved = plus(saved, settled.savedNanoUsd());
        input = plus(input, settled.inputTokens());
        cached = plus(cached, settled.cachedTokens());
        output = plus(output, settled.outputTokens());
      }
    }

    void add(Sum other) {
      calls += other.calls;
      failed += other.failed;
      unpriced += other.unpriced;
      BigInteger more = other.nanoUsd;
      if (more != null) {
        nanoUsd = nanoUsd == null ? more : nanoUsd.add(more);
      }
      saved = saved.add(other.saved);
      input = input.add(other.input);
      cached = cached.add(other.cached);
      output = output.add(other.output);
    }

    private static BigInteger plus(BigInteger sum, @Nullable Long more) {
      return more == null ? sum : sum.add(BigInteger.valueOf(more));
    }
  }

  static HourlyCosts of(List<CallRow> rows, Parents parents) {
    HourlyCosts costs = new HourlyCosts();
    rows.forEach(row -> costs.add(row, parents));
    return costs;
  }

  /// Counts a call whose row is written. Those below an application's call are charged, it is not.
  void add(CallRow row, Parents parents) {
    CallOpened opened = row.opened();
    if (opened.kind() == CallOpened.Kind.APPLICATION) {
      return;
    }
    Cell of =
        new Cell(
            opened.tenant().value(),
            Math.floorDiv(opened.at().getEpochSecond(), HOUR_SECONDS),
            LocalDate.ofInstant(TimeOrderedIds.timeOf(opened.id()), ZoneOffset.UTC),
            opened.kind(),
            Rows.model(row),
            opened.principal(),
            opened.requested(),
            parents.application(opened),
            opened.tags());
    if (!of.equals(cell)) {
      cell = of;
      sum = sums.computeIfAbsent(of, key -> new Sum());
    }
    sum.add(opened, row.settled());
  }

  /// Adds them to what stands there.
  void write(Handle handle) {
    if (!sums.isEmpty()) {
      handle.createUpdate(ADD).bind("cells", Json.write(cells())).execute();
    }
  }

  /// Forgets what went with its calls.
  static void drop(Handle handle, LocalDate first) {
    handle
        .createUpdate("DELETE FROM observability.cost_hour WHERE day < :first")
        .bind("first", first)
        .execute();
  }

  private List<Map<String, Object>> cells() {
    Map<Named, Sum> named = new HashMap<>();
    sums.forEach(
        (of, spent) -> {
          add(named, of, "kind", Rows.word(of.kind()), spent);
          add(named, of, "model", of.model(), spent);
          add(named, of, "principal", of.principal(), spent);
          add(named, of, "requested", of.requested(), spent);
          add(named, of, "application", of.application(), spent);
          add(named, of, TAGS, Json.write(new TreeMap<>(of.tags())), spent);
        });
    thin(named);
    List<Map<String, Object>> cells = new ArrayList<>(named.size());
    named.forEach((key, sum) -> cells.add(cell(key, sum)));
    return cells;
  }

  /// Where an hour has too many sets of tags, one row says so in their stead.
  private static void thin(Map<Named, Sum> named) {
    Map<Named, Integer> sets = new HashMap<>();
    named.keySet().stream()
        .filter(key -> key.dimension().equals(TAGS))
        .forEach(key -> sets.merge(many(key), 1, Integer::sum));
    sets.values().removeIf(count -> count <= MOST_TAG_SETS);
    if (!sets.isEmpty()) {
      named.keySet().removeIf(key -> key.dimension().equals(TAGS) && sets.containsKey(many(key)));
      sets.keySet().forEach(key -> named.put(key, new Sum()));
    }
  }

  private static Named many(Named key) {
    return new Named(key.tenant(), MANY, key.hour(), key.day(), "");
  }

  /// The name as its row has it: half a surrogate pair is a question mark there.
  private static void add(
      Map<Named, Sum> named, Cell cell, String dimension, String name, Sum sum) {
    String kept = new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    Instant hour = Instant.ofEpochSecond(cell.hour() * HOUR_SECONDS);
    Named key = new Named(cell.tenant(), dimension, hour, cell.day(), kept);
    named.computeIfAbsent(key, absent -> new Sum()).add(sum);
  }

  /// Ids may be of any day; the database knows years beyond 9999 without a sign.
  private static String day(LocalDate day) {
    String text = day.toString();
    return text.startsWith("+") ? text.substring(1) : text;
  }

  private static Map<String, Object> cell(Named key, Sum sum) {
    Map<String, Object> cell = new LinkedHashMap<>();
    cell.put("tenant_id", key.tenant().toString());
    cell.put("dimension", key.dimension());
    cell.put("hour", key.hour().toString());
    cell.put("day", day(key.day()));
    cell.put("name", key.name());
    cell.put("calls", sum.calls);
    cell.put("failed", sum.failed);
    cell.put("unpriced", sum.unpriced);
    BigInteger nanoUsd = sum.nanoUsd;
    if (nanoUsd != null) {
      cell.put("nano_usd", nanoUsd);
    }
    cell.put("saved", sum.saved);
    cell.put("input", sum.input);
    cell.put("cached", sum.cached);
    cell.put("output", sum.output);
    return cell;
  }
}
