package dev.gimbal.observability.core;

import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/// The conditions of a list, from a request's query parameters. Every value is bound, none becomes
/// SQL. For one request.
final class Filters {
  static final String CURSOR = "cur";
  private static final Duration ABOUT = Duration.ofHours(1);

  private final Request request;
  private final StringBuilder where = new StringBuilder();
  private final Map<String, Object> values = new LinkedHashMap<>();

  Filters(Request request) {
    this.request = request;
  }

  /// A parameter that must equal a column.
  Filters equal(String parameter, String column) {
    value(parameter).ifPresent(value -> add(column + " = :" + parameter, parameter, value));
    return this;
  }

  /// A parameter that is one of a few words and equals a column.
  Filters oneOf(String parameter, String column, List<String> words) {
    word(parameter, words).ifPresent(value -> add(column + " = :" + parameter, parameter, value));
    return this;
  }

  /// A parameter that is one of a few words.
  Optional<String> word(String parameter, List<String> words) {
    Optional<String> value = value(parameter);
    if (value.isPresent() && !words.contains(value.get())) {
      throw HttpException.invalid(
          parameter, "must be one of " + String.join(", ", words) + ", but is " + value.get());
    }
    return value;
  }

  /// `from` (inclusive) and `until` (exclusive) on a column. A record's id is made at about its
  /// start or later, so that `from` bounds the id as well, and with it the partitions.
  Filters time(String column, String id) {
    time("from")
        .ifPresent(
            from -> {
              add(column + " >= :from", "from", from);
              add(id + " >= :from_id", "from_id", TimeOrderedIds.floor(from.minus(ABOUT)));
            });
    time("until").ifPresent(until -> add(column + " < :until", "until", until));
    return this;
  }

  /// `tag=key=value` on a JSON column.
  Filters tag(String column) {
    value("tag")
        .ifPresent(
            tag -> {
              int equals = tag.indexOf('=');
              if (equals < 1) {
                throw HttpException.invalid("tag", "must be name=value, but is " + tag);
              }
              Map<String, String> wanted =
                  Map.of(tag.substring(0, equals), tag.substring(equals + 1));
              add(column + " @> CAST(:tag AS jsonb)", "tag", Json.write(wanted));
            });
    return this;
  }

  /// What comes behind the cursor of the page, newest first.
  Filters behind(String id) {
    UUID last = cursor();
    return last == null ? this : add(id + " < :cursor", "cursor", last);
  }

  /// The id that the page goes on behind; null on the first page.
  @Nullable UUID cursor() {
    String cursor = request.page().cursor();
    return cursor == null
        ? null
        : IdText.parse(CURSOR, cursor)
            .orElseThrow(() -> HttpException.invalid("cursor", "is not one that we gave"));
  }

  /// A condition with its value.
  Filters add(String condition, String name, Object value) {
    where.append(" AND ").append(condition);
    values.put(name, value);
    return this;
  }

  /// One more value of a condition.
  Filters with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /// A condition without a value.
  Filters add(String condition) {
    where.append(" AND ").append(condition);
    return this;
  }

  Optional<String> value(String parameter) {
    return request.query(parameter).filter(value -> !value.isBlank());
  }

  /// The conditions, each with AND before it.
  String sql() {
    return where.toString();
  }

  Query bind(Query query) {
    values.forEach(query::bind);
    return query;
  }

  /// A parameter that is a time.
  Optional<Instant> time(String parameter) {
    return value(parameter)
        .map(
            text -> {
              try {
                Instant time = OffsetDateTime.parse(text).toInstant();
                if (time.toEpochMilli() < 0 || time.toEpochMilli() >= 1L << 47) {
                  throw HttpException.invalid(parameter, "is outside the time that ids can show");
                }
                return time;
              } catch (DateTimeException e) {
                throw HttpException.invalid(
                    parameter, "must be a time like 2026-11-22T10:00:00Z, but is " + text);
              }
            });
  }
}
