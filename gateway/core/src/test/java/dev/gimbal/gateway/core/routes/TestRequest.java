package dev.gimbal.gateway.core.routes;

import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as the HTTP room hands it over.
public record TestRequest(Caller caller, String last, Map<String, ?> json, @Nullable String tag)
    implements Request {

  /// Sends it to the route that takes it; the caller must hold the route's right.
  public static Response send(
      List<Route> routes, Caller caller, String method, String path, Map<String, ?> json) {
    return send(routes, caller, method, path, json, null);
  }

  /// The same with an `If-Match`.
  public static Response send(
      List<Route> routes,
      Caller caller,
      String method,
      String path,
      Map<String, ?> json,
      @Nullable String tag) {
    Route route =
        routes.stream()
            .filter(r -> r.method().equals(method) && fits(r.path(), path))
            .findFirst()
            .orElseThrow();
    if (route.right() == null || !caller.may(route.right())) {
      throw new IllegalStateException("the caller lacks " + route.right());
    }
    try {
      return route.handler().handle(new TestRequest(caller, last(route.path(), path), json, tag));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// The segment that stands for the last name in the pattern; the last one if it has none.
  private static String last(String pattern, String path) {
    List<String> names = List.of(pattern.split("/"));
    String[] segments = path.split("/");
    for (int i = names.size() - 1; i >= 0; i--) {
      if (names.get(i).startsWith("{")) {
        return segments[i];
      }
    }
    return segments[segments.length - 1];
  }

  private static boolean fits(String pattern, String path) {
    return path.matches(pattern.replaceAll("\\{[a-z]+}", "[^/]+"));
  }

  @Override
  public String id() {
    return "req_test";
  }

  @Override
  public String path(String name) {
    return last;
  }

  @Override
  public Optional<String> ifMatch() {
    return Optional.ofNullable(tag);
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.empty();
  }

  @Override
  public <T> T body(Class<T> type) {
    return Json.read(Json.write(json), type);
  }

  @Override
  public Map<String, String> form() {
    return Map.of();
  }

  @Override
  public List<Upload> uploads() {
    return List.of();
  }

  @Override
  public Page page() {
    return new Page(200, null);
  }

  @Override
  public @Nullable String traceparent() {
    return null;
  }
}
