package dev.gimbal.observability.core.recent;

import dev.gimbal.observability.api.SpentRecord;
import dev.gimbal.platform.ids.TenantId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What was spent, in stretches of an hour, after 40 days of a day, after 400 days in one: what
/// budgets are rebuilt from after the records themselves are gone. A key and a route it named make
/// one line, so that there are as many as were declared. Thread-safe.
final class SpentTotals implements SpentRecord {
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long HOURS_KEPT = 40 * DAY;
  private static final long DAYS_KEPT = 400 * DAY;

  private final Map<Line, TreeMap<Long, Sum>> lines = new HashMap<>();
  private long compactedAt;

  /// @param route empty: a model was named
  private record Line(UUID tenant, String principal, String route) {}

  private record Sum(long until, long nanoUsd, long tokens) {
    Sum and(Sum other) {
      return new Sum(
          Math.max(until, other.until),
          Math.addExact(nanoUsd, other.nanoUsd),
          Math.addExact(tokens, other.tokens));
    }
  }

  synchronized void add(KeptCall call) {
    Long cost = call.cost();
    long tokens = call.tokens();
    if ((cost == null || cost == 0) && tokens == 0) {
      return;
    }
    String requested = call.opened().requested();
    Line line =
        new Line(
            call.opened().tenant().value(),
            call.opened().principal(),
            requested.indexOf('/') < 0 ? requested : "");
    long millis = call.opened().at().toEpochMilli();
    long start = Math.floorDiv(millis, HOUR) * HOUR;
    Sum sum = new Sum(start + HOUR, cost == null ? 0 : cost, tokens);
    lines.computeIfAbsent(line, l -> new TreeMap<>()).merge(start, sum, Sum::and);
    if (millis > compactedAt + DAY) {
      compactedAt = millis;
      lines.values().forEach(sums -> compact(sums, millis));
    }
  }

  private static void compact(NavigableMap<Long, Sum> sums, long now) {
    Map<Long, Sum> old = new TreeMap<>(sums.headMap(now - HOURS_KEPT));
    old.forEach(
        (start, sum) -> {
          sums.remove(start);
          long coarse = start < now - DAYS_KEPT ? 0 : Math.floorDiv(start, DAY) * DAY;
          sums.merge(coarse, sum, Sum::and);
        });
  }

  @Override
  public synchronized List<Piece> since(
      TenantId tenant, @Nullable String principal, @Nullable String route, Instant from) {
    TreeMap<Long, Sum> found = new TreeMap<>();
    long first = from.toEpochMilli();
    lines.forEach(
        (line, sums) -> {
          if (line.tenant.equals(tenant.value())
              && (principal == null || principal.equals(line.principal))
              && (route == null || route.equals(line.route))) {
            sums.forEach(
                (start, sum) -> {
                  if (sum.until > first) {
                    found.merge(start, sum, Sum::and);
                  }
                });
          }
        });
    List<Piece> pieces = new ArrayList<>();
    found
        .values()
        .forEach(
            sum -> pieces.add(new Piece(Instant.ofEpochMilli(sum.until), sum.nanoUsd, sum.tokens)));
    return pieces;
  }

  synchronized void write(DataOutput out) throws IOException {
    out.writeInt(lines.size());
    for (Map.Entry<Line, TreeMap<Long, Sum>> entry : lines.entrySet()) {
      Line line = entry.getKey();
      out.writeLong(line.tenant.getMostSignificantBits());
      out.writeLong(line.tenant.getLeastSignificantBits());
      out.writeUTF(line.principal);
      out.writeUTF(line.route);
      out.writeInt(entry.getValue().size());
      for (Map.Entry<Long, Sum> sum : entry.getValue().entrySet()) {
        out.writeLong(sum.getKey());
        out.writeLong(sum.getValue().until);
        out.writeLong(sum.getValue().nanoUsd);
        out.writeLong(sum.getValue().tokens);
      }
    }
  }

  synchronized void read(DataInput in) throws IOException {
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      Line line = new Line(new UUID(in.readLong(), in.readLong()), in.readUTF(), in.readUTF());
      TreeMap<Long, Sum> sums = new TreeMap<>();
      int pieces = in.readInt();
      for (int j = 0; j < pieces; j++) {
        sums.put(in.readLong(), new Sum(in.readLong(), in.readLong(), in.readLong()));
      }
      lines.put(line, sums);
    }
  }
}
