package dev.gimbal.knowledge.core.routes;

import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.IdText;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Pages of lists. One row more than the page is read, to know whether another page follows.
final class Pages {
  private Pages() {}

  static <R, T> Response.Listing<T> of(
      List<R> rows, int limit, Function<R, T> payload, Function<R, String> cursor) {
    List<R> shown = rows.size() > limit ? rows.subList(0, limit) : rows;
    String next = rows.size() > limit ? cursor.apply(shown.getLast()) : null;
    return new Response.Listing<>(shown.stream().map(payload).toList(), next);
  }

  static @Nullable UUID id(String prefix, @Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    return IdText.parse(prefix, cursor)
        .orElseThrow(() -> HttpException.invalid("cursor", "is none that a list gave"));
  }
}
