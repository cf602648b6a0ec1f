package dev.gimbal.gateway.core.alert;

import org.jspecify.annotations.Nullable;

/// How alerts leave.
///
/// @param smtp the mail server; null: none
public record AlertConfig(@Nullable Smtp smtp) {
  public static final AlertConfig DEFAULT = new AlertConfig(null);

  /// How the way to a mail server is secured.
  public enum Security {
    /// TLS from the first byte.
    TLS,
    /// TLS after a greeting; without it nothing is sent.
    STARTTLS,
    /// None: for a server on this machine.
    NONE
  }

  /// A mail server.
  ///
  /// @param user null: it asks for none
  /// @param from the sender's address
  public record Smtp(
      String host,
      int port,
      Security security,
      @Nullable String user,
      @Nullable String password,
      String from) {
    public Smtp {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("alerts.smtp.port must be 1 to 65535, but is " + port);
      }
      if (from.indexOf('@') < 1 || from.chars().anyMatch(Character::isISOControl)) {
        throw new IllegalArgumentException("alerts.smtp.from must be an address");
      }
    }

    @Override
    public String toString() {
      return "Smtp[" + host + ":" + port + "]";
    }
  }
}
