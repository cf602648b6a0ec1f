package dev.gimbal.observability.core.export;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

/// Where spans go.
///
/// @param endpoint that takes OTLP over HTTP as protobuf, as in `https://host:4318/v1/traces`
/// @param headers of each request; secrets
/// @param deadline of one request, 100 ms to 5 minutes
/// @param content whether texts go along, as the content policy leaves them
/// @param resource attributes that say which server this is
public record OtlpConfig(
    URI endpoint,
    Map<String, String> headers,
    Duration deadline,
    boolean content,
    Map<String, String> resource) {

  public OtlpConfig {
    headers = Map.copyOf(headers);
    resource = Map.copyOf(resource);
    boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!web || endpoint.getHost() == null || endpoint.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "telemetry.otlp.endpoint must be http or https, name a host and no user");
    }
    if (deadline.toMillis() < 100 || deadline.compareTo(Duration.ofMinutes(5)) > 0) {
      throw new IllegalArgumentException(
          "telemetry.otlp.deadline must be 100ms to 5m, but is " + deadline);
    }
  }

  @Override
  public String toString() {
    return "OtlpConfig[" + endpoint.getHost() + "]";
  }
}
