package dev.gimbal.platform.http;

import dev.gimbal.platform.config.Doc;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the server listens and whom it trusts.
public record HttpConfig(
    @Doc("Address to listen on; 0.0.0.0 or :: for every interface.") String host,
    @Doc("Port to listen on, 0 to 65535; 0 takes a free one.") int port,
    @Doc("Address under which people reach the server, as in https://ai.example.com/gimbal.")
        @Nullable String publicUrl,
    @Doc("Path under which everything is served, as in /gimbal; empty for none.") String basePath,
    @Doc("TLS from PEM files; without it the server speaks plain HTTP.") @Nullable Tls tls,
    @Doc("Addresses or networks (10.0.0.0/8) whose x-forwarded-* headers are believed.")
        List<String> trustedProxies,
    @Doc("Origins, as in https://app.example.com, whose pages may call this server.")
        List<String> allowedOrigins,
    @Doc("Folder for uploads in flight; by default one below the data directory.")
        @Nullable Path uploadDirectory,
    @Doc("Event loops; 0 for one a processor.") int eventLoops,
    HttpLimits limits) {
  private static final int HIGHEST_PORT = 65_535;
  private static final Pattern BASE_PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)*");
  private static final Pattern ORIGIN = Pattern.compile("https?://[^/*?#\\s]+");

  public static final HttpConfig DEFAULT =
      new HttpConfig(
          "127.0.0.1", 8080, null, "", null, List.of(), List.of(), null, 0, HttpLimits.DEFAULT);

  public HttpConfig {
    trustedProxies = List.copyOf(trustedProxies);
    allowedOrigins = List.copyOf(allowedOrigins);
    if (port < 0 || port > HIGHEST_PORT) {
      throw new IllegalArgumentException("port must be 0 to 65535, but is " + port);
    }
    if (!BASE_PATH.matcher(basePath).matches()) {
      throw new IllegalArgumentException(
          "base-path must be empty or like /gimbal, but is " + basePath);
    }
    if (publicUrl != null && !isHttpUrl(publicUrl)) {
      throw new IllegalArgumentException(
          "public-url must be like https://ai.example.com, but is " + publicUrl);
    }
    if (eventLoops < 0 || eventLoops > 1024) {
      throw new IllegalArgumentException("event-loops must be 0 to 1024, but is " + eventLoops);
    }
    for (String origin : allowedOrigins) {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException(
            "allowed-origins must hold origins like https://app.example.com, but holds " + origin);
      }
    }
    for (String proxy : trustedProxies) {
      Network.parse(proxy);
    }
  }

  /// @param certificate PEM file of the certificate chain
  /// @param key PEM file of the private key
  public record Tls(
      @Doc("PEM file of the certificate chain.") Path certificate,
      @Doc("PEM file of the private key.") Path key) {}

  /// The same with another address to listen on.
  public HttpConfig listeningOn(String otherHost, int otherPort) {
    return new HttpConfig(
        otherHost,
        otherPort,
        publicUrl,
        basePath,
        tls,
        trustedProxies,
        allowedOrigins,
        uploadDirectory,
        eventLoops,
        limits);
  }

  /// The same with uploads in another folder.
  public HttpConfig uploadingTo(Path directory) {
    return new HttpConfig(
        host,
        port,
        publicUrl,
        basePath,
        tls,
        trustedProxies,
        allowedOrigins,
        directory,
        eventLoops,
        limits);
  }

  /// The same under TLS.
  public HttpConfig securedBy(Tls files) {
    return new HttpConfig(
        host,
        port,
        publicUrl,
        basePath,
        files,
        trustedProxies,
        allowedOrigins,
        uploadDirectory,
        eventLoops,
        limits);
  }

  /// The same with other limits.
  public HttpConfig within(HttpLimits other) {
    return new HttpConfig(
        host,
        port,
        publicUrl,
        basePath,
        tls,
        trustedProxies,
        allowedOrigins,
        uploadDirectory,
        eventLoops,
        other);
  }

  private static boolean isHttpUrl(String text) {
    try {
      URI uri = URI.create(text);
      return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
          && uri.getHost() != null
          && uri.getQuery() == null
          && uri.getFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
