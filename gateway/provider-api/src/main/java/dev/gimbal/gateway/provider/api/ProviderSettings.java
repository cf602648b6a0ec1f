package dev.gimbal.gateway.provider.api;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// How a vendor is reached.
///
/// @param name the part of a model name before the first `/`
/// @param baseUrl `https://api.openai.com/v1` for instance; paths of calls are appended
/// @param credential sent as a bearer token, never logged; null: none is sent
/// @param allowPrivate whether loopback, link-local and private addresses may be called
public record ProviderSettings(
    String name, URI baseUrl, @Nullable String credential, boolean allowPrivate) {

  @Override
  public String toString() {
    return "ProviderSettings[name=" + name + ", baseUrl=" + baseUrl + "]";
  }
}
