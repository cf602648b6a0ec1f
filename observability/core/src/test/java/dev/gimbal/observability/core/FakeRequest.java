package dev.gimbal.observability.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as the HTTP layer hands it to a route.
record FakeRequest(
    TenantId tenant, Map<String, String> segments, Map<String, String> parameters, Page page)
    implements Request {

  static FakeRequest list(TenantId tenant, Map<String, String> parameters) {
    return new FakeRequest(tenant, Map.of(), parameters, new Page(50, null));
  }

  static FakeRequest one(TenantId tenant, String name, String value) {
    return new FakeRequest(tenant, Map.of(name, value), Map.of(), new Page(50, null));
  }

  @Override
  public String id() {
    return "req_test";
  }

  @Override
  public Caller caller() {
    return Principal.system(tenant);
  }

  @Override
  public String path(String name) {
    String value = segments.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no segment " + name);
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  @Override
  public <T> T body(Class<T> type) {
    throw new UnsupportedOperationException("a GET has no body");
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
  public @Nullable String traceparent() {
    return null;
  }
}
