package dev.gimbal.gateway.core;

import dev.gimbal.gateway.core.alert.AlertConfig;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Settings of the gateway.
///
/// @param allowPrivateUpstreams whether providers may point at loopback and private addresses
/// @param content what is kept of bodies
/// @param bodies limits of request bodies
/// @param deadlines how long things may take
/// @param providers of every tenant
/// @param alerts how alerts leave
public record GatewayConfig(
    boolean allowPrivateUpstreams,
    Content content,
    Bodies bodies,
    Deadlines deadlines,
    List<SharedProvider> providers,
    AlertConfig alerts) {

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(false, Content.FULL, Bodies.DEFAULT, Deadlines.DEFAULT, List.of());

  /// The same without a mail server.
  public GatewayConfig(
      boolean allowPrivateUpstreams,
      Content content,
      Bodies bodies,
      Deadlines deadlines,
      List<SharedProvider> providers) {
    this(allowPrivateUpstreams, content, bodies, deadlines, providers, AlertConfig.DEFAULT);
  }

  public GatewayConfig {
    providers = List.copyOf(providers);
  }

  /// What is kept of bodies.
  public enum Content {
    FULL,
    /// As full as far as the gateway is concerned: the ledger takes out what is private.
    REDACTED,
    /// A SHA-256 of each.
    HASH,
    OFF
  }

  /// Limits of request bodies.
  ///
  /// @param maxBytes of one body, after decompression; 1 KiB to 1 GiB
  /// @param maxBytesInFlight of all bodies held at a time, at least `maxBytes`
  /// @param arrival how long a body may take to come in, 1 s to 1 h
  public record Bodies(long maxBytes, long maxBytesInFlight, Duration arrival) {
    public static final Bodies DEFAULT = new Bodies(32L << 20, 256L << 20, Duration.ofSeconds(60));

    public Bodies {
      if (maxBytes < 1 << 10 || maxBytes > 1 << 30) {
        throw new IllegalArgumentException(
            "gateway.max-body must be 1KiB to 1GiB, but is " + maxBytes);
      }
      if (maxBytesInFlight < maxBytes) {
        throw new IllegalArgumentException(
            "gateway.bodies.max-bytes-in-flight must be at least max-bytes, but is "
                + maxBytesInFlight);
      }
      within("bodies.arrival", arrival, Duration.ofMillis(1), Duration.ofHours(1));
    }
  }

  /// How long things may take.
  ///
  /// @param firstByte until the first event of an upstream's answer
  /// @param silence of an upstream after that
  /// @param whole of a call in all
  /// @param keepAlive how long a stream to a caller may be silent before a comment is sent
  /// @param stalled how long a caller may read nothing before its call is given up
  public record Deadlines(
      Duration firstByte, Duration silence, Duration whole, Duration keepAlive, Duration stalled) {
    public static final Deadlines DEFAULT =
        new Deadlines(
            Duration.ofSeconds(300),
            Duration.ofSeconds(60),
            Duration.ofMinutes(15),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60));

    public Deadlines {
      within("deadlines.first-byte", firstByte, Duration.ofMillis(1), Duration.ofHours(1));
      within("deadlines.silence", silence, Duration.ofMillis(1), Duration.ofHours(1));
      within("deadlines.whole", whole, Duration.ofMillis(1), Duration.ofHours(24));
      within("deadlines.keep-alive", keepAlive, Duration.ofMillis(1), Duration.ofHours(1));
      within("deadlines.stalled", stalled, Duration.ofMillis(1), Duration.ofHours(1));
    }
  }

  /// A provider that every tenant may call.
  ///
  /// @param name a slug without `/`
  /// @param credential `env:NAME` or `file:PATH`; null: none is sent
  public record SharedProvider(
      String name, String dialect, URI baseUrl, @Nullable String credential) {}

  private static void within(String key, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "gateway." + key + " must be " + least + " to " + most + ", but is " + value);
    }
  }
}
