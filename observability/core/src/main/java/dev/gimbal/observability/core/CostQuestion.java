package dev.gimbal.observability.core;

import dev.gimbal.platform.http.HttpException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What somebody wants to know of costs: which calls, over which time, put together by what.
///
/// @param groupBy null: all calls are one group
/// @param limit groups that are shown by themselves
record CostQuestion(
    Filters filters,
    Instant from,
    Instant until,
    @Nullable String groupBy,
    @Nullable String interval,
    int limit) {
  private static final String TAG = "tag:";

  /// The dimension whose names are all tags of a call, as JSON.
  static final String TAGS = "tags";

  /// The dimension of hours whose tags are not all added up.
  static final String TAGS_MANY = "tags_many";

  private static final int LONGEST_TAG = 100;
  private static final Duration USUAL = Duration.ofDays(30);
  private static final Duration MOST_BY_HOUR = Duration.ofDays(31);
  private static final Duration MOST = Duration.ofDays(400);
  private static final int USUAL_LIMIT = 20;
  private static final int MOST_LIMIT = 200;

  /// An application's own call stands for the calls below it; those know it as their parent.
  private static final String PARENT =
      " LEFT JOIN observability.call p ON p.tenant_id = c.tenant_id AND p.id = c.parent";

  private static final Map<String, String> GROUPS =
      Map.of(
          "model", "c.model",
          "provider", "split_part(c.model, '/', 1)",
          "key", "CASE WHEN c.principal LIKE 'key\\_%' THEN c.principal END",
          "user", "CASE WHEN c.principal LIKE 'usr\\_%' THEN c.principal END",
          "kind", "c.kind",
          // A model's name has its provider before it, an application's `app:`; a route's neither.
          "route",
              "CASE WHEN c.requested NOT LIKE '%/%' AND c.requested NOT LIKE 'app:%'"
                  + " THEN c.requested END",
          "application", "CASE WHEN p.requested LIKE 'app:%' THEN substr(p.requested, 5) END");

  /// The column of a call that each group comes from, where the sums by the hour have it.
  private static final Map<String, String> SUMMED =
      Map.of(
          "model", "model",
          "provider", "model",
          "key", "principal",
          "user", "principal",
          "kind", "kind",
          "route", "requested",
          "application", "application");

  /// The column that each filter looks at, where the sums by the hour have it.
  private static final Map<String, String> SUMMED_FILTERS =
      Map.of(
          "model", "model",
          "provider", "model",
          "principal", "principal",
          "kind", "kind",
          "requested", "requested",
          "application", "application",
          "tag", TAGS);

  private static final List<String> OTHER_FILTERS = List.of("outcome");

  /// @param now where nothing else is said, the time ends here
  static CostQuestion of(Filters filters, Instant now) {
    Instant until = filters.time("until").orElse(now);
    Instant from = filters.time("from").orElse(until.minus(USUAL));
    if (!from.isBefore(until)) {
      throw HttpException.invalid("from", "must lie before until");
    }
    String interval = filters.word("interval", List.of("hour", "day")).orElse(null);
    Duration most = "hour".equals(interval) ? MOST_BY_HOUR : MOST;
    if (Duration.between(from, until).compareTo(most) > 0) {
      throw HttpException.invalid(
          "from", "must lie at most " + most.toDays() + " days before until");
    }
    String groupBy = filters.value("group_by").orElse(null);
    checkGroup(groupBy);
    return new CostQuestion(filters, from, until, groupBy, interval, limit(filters));
  }

  private static void checkGroup(@Nullable String groupBy) {
    if (groupBy == null || GROUPS.containsKey(groupBy)) {
      return;
    }
    int length = groupBy.length() - TAG.length();
    if (!groupBy.startsWith(TAG) || length < 1 || length > LONGEST_TAG) {
      throw HttpException.invalid(
          "group_by",
          "must be tag:NAME or one of %s, but is %s"
              .formatted(String.join(", ", GROUPS.keySet().stream().sorted().toList()), groupBy));
    }
  }

  private static int limit(Filters filters) {
    Optional<String> text = filters.value("limit");
    if (text.isEmpty()) {
      return USUAL_LIMIT;
    }
    try {
      int limit = Integer.parseInt(text.get());
      if (limit >= 1 && limit <= MOST_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw wrongLimit(text.get());
    }
    throw wrongLimit(text.get());
  }

  private static HttpException wrongLimit(String text) {
    return HttpException.invalid("limit", "must be 1 to " + MOST_LIMIT + ", but is " + text);
  }

  /// What a call's group is, as SQL over `c` and, where it is joined, `p`.
  String group() {
    if (groupBy == null) {
      return "NULL::text";
    }
    String column = GROUPS.get(groupBy);
    return column == null ? "c.tags ->> :group_tag" : column;
  }

  /// The dimension of the sums by the hour that answers this; empty: only the calls themselves do.
  /// Those sums are by one thing at a time.
  Optional<String> dimension() {
    if (OTHER_FILTERS.stream().anyMatch(filter -> filters.value(filter).isPresent())) {
      return Optional.empty();
    }
    Set<String> columns = new HashSet<>();
    SUMMED_FILTERS.forEach(
        (filter, column) -> filters.value(filter).ifPresent(value -> columns.add(column)));
    if (groupBy != null) {
      columns.add(SUMMED.getOrDefault(groupBy, TAGS));
    }
    return switch (columns.size()) {
      case 0 -> Optional.of("kind");
      case 1 -> Optional.of(columns.iterator().next());
      default -> Optional.empty();
    };
  }

  Optional<String> tag() {
    return groupBy != null && groupBy.startsWith(TAG)
        ? Optional.of(groupBy.substring(TAG.length()))
        : Optional.empty();
  }

  /// What a sum's name stands for, as SQL over `h`: the column that a call has.
  static String column(String dimension) {
    return dimension.equals(TAGS) ? "CAST(h.name AS jsonb) AS tags" : "h.name AS " + dimension;
  }

  /// What a sum of applications needs beside `c`, so that it looks like a call's parent.
  static String parent(String dimension) {
    return dimension.equals("application")
        ? " CROSS JOIN LATERAL (SELECT CASE WHEN c.application <> ''"
            + " THEN 'app:' || c.application END AS requested) p"
        : "";
  }

  String join() {
    boolean needed = "application".equals(groupBy) || filters.value("application").isPresent();
    return needed ? PARENT : "";
  }
}
