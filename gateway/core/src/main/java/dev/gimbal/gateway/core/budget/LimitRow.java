package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.limits.Window.Calendar.Period;
import dev.gimbal.platform.ids.TenantId;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A row of `gateway.spending_limit`.
///
/// @param windowStart of the present window, as far as anybody asked
record LimitRow(
    Limit limit,
    List<Double> alertAt,
    long windowStart,
    long epochs,
    long version,
    Instant created) {

  LimitRow {
    alertAt = List.copyOf(alertAt);
  }

  static LimitRow of(ResultSet row) throws SQLException {
    String resource = row.getString("resource");
    Limit limit =
        new Limit(
            row.getObject("id", UUID.class),
            new TenantId(row.getObject("tenant_id", UUID.class)),
            row.getString("name"),
            new Scope(
                Scope.Kind.valueOf(upper(row.getString("scope_kind"))),
                row.getString("scope_name")),
            Unit.valueOf(upper(row.getString("unit"))),
            row.getLong("amount"),
            window(row.getString("period"), row.getObject("period_seconds", Long.class)),
            row.getBoolean("hard"),
            resource.equals("key"));
    return new LimitRow(
        limit,
        doubles(row.getArray("alert_at")),
        row.getLong("window_start"),
        row.getLong("epochs"),
        row.getLong("version"),
        row.getTimestamp("created").toInstant());
  }

  private static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  private static List<Double> doubles(Array array) throws SQLException {
    return Arrays.stream((Object[]) array.getArray()).map(Double.class::cast).toList();
  }

  static Window window(String period, @Nullable Long seconds) {
    Duration length = Duration.ofSeconds(seconds == null ? 1 : seconds);
    return switch (period) {
      case "total" -> new Window.Total();
      case "rolling" -> new Window.Rolling(length);
      case "running" -> new Window.Running(length);
      default -> new Window.Calendar(Period.valueOf(upper(period)));
    };
  }

  static String period(Window window) {
    return switch (window) {
      case Window.Calendar calendar -> calendar.period().name().toLowerCase(Locale.ROOT);
      case Window.Rolling rolling -> "rolling";
      case Window.Total total -> "total";
      case Window.Running running -> "running";
    };
  }

  static @Nullable Long seconds(Window window) {
    return switch (window) {
      case Window.Calendar calendar -> null;
      case Window.Total total -> null;
      case Window.Rolling rolling -> rolling.length().toSeconds();
      case Window.Running running -> running.longest().toSeconds();
    };
  }
}
