package dev.gimbal.gateway.core.routes;

import dev.gimbal.platform.http.Request.Page;
import dev.gimbal.platform.http.Response.Listing;
import java.util.List;
import java.util.function.Function;

/// Pages of lists that are in memory whole, ordered by a text key.
final class Pages {
  private Pages() {}

  /// The page behind the cursor, which is the key of the last item of the page before.
  static <T> Listing<T> of(List<T> all, Function<T, String> key, Page page) {
    String cursor = page.cursor();
    List<T> rest =
        all.stream()
            .filter(item -> cursor == null || key.apply(item).compareTo(cursor) > 0)
            .limit(page.limit() + 1L)
            .toList();
    if (rest.size() <= page.limit()) {
      return new Listing<>(rest, null);
    }
    List<T> data = rest.subList(0, page.limit());
    return new Listing<>(data, key.apply(data.getLast()));
  }
}
