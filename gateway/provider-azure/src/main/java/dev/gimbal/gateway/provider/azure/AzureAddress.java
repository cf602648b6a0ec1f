package dev.gimbal.gateway.provider.azure;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a resource is, and which version of its interface is meant.
///
/// @param bare the settings without a query
/// @param dated whether the interface is the one with dates and deployments in its paths
/// @param version `2024-10-21`; null: none is said, where that is allowed
record AzureAddress(ProviderSettings bare, boolean dated, @Nullable String version) {
  /// The latest dated version that is no preview, as Azure documents it.
  static final String LATEST = "2024-10-21";

  private static final String UNDATED = "/openai/v1";
  private static final String PARAMETER = "api-version=";
  private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z-]{1,40}");

  /// @throws GatewayException naming `base_url` if its query is another one
  static AzureAddress of(ProviderSettings settings) {
    URI url = settings.baseUrl();
    String query = url.getRawQuery();
    String version = query == null ? null : version(query);
    String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
    boolean dated = !path.endsWith(UNDATED);
    ProviderSettings bare =
        new ProviderSettings(
            settings.name(), without(url, path), settings.credential(), settings.allowPrivate());
    return new AzureAddress(bare, dated, dated && version == null ? LATEST : version);
  }

  private static String version(String query) {
    String version = query.startsWith(PARAMETER) ? query.substring(PARAMETER.length()) : "";
    if (!VERSION.matcher(version).matches()) {
      throw invalid("may have no query but ?api-version=");
    }
    return version;
  }

  private static URI without(URI url, String path) {
    try {
      String authority = url.getRawAuthority();
      String start =
          authority == null ? url.getScheme() + ":" : url.getScheme() + "://" + authority;
      return new URI(start + path);
    } catch (URISyntaxException e) {
      throw invalid("is not an address");
    }
  }

  private static GatewayException invalid(String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, "base_url", message);
  }
}
