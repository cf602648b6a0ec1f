package dev.gimbal.platform.database;

import java.nio.file.Path;
import java.time.Duration;

/// Which PostgreSQL to use and how much of it.
///
/// @param server the embedded one or your own
/// @param connections most connections at a time, 2 to 500
/// @param connectionWait how long to wait for a free connection, 10 ms to 1 minute
/// @param statementLimit how long one statement may run, 100 ms to 1 hour; migrations and backups
///     have no limit
public record DatabaseConfig(
    Server server, int connections, Duration connectionWait, Duration statementLimit) {
  private static final int CONNECTIONS = 20;
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(10);
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(60);

  public DatabaseConfig {
    if (connections < 2 || connections > 500) {
      throw new IllegalArgumentException(
          "database.connections must be 2 to 500, but is " + connections);
    }
    within(
        "database.connection-wait", connectionWait, Duration.ofMillis(10), Duration.ofMinutes(1));
    within("database.statement-limit", statementLimit, Duration.ofMillis(100), Duration.ofHours(1));
  }

  /// The embedded PostgreSQL with its data below a directory, and defaults for the rest.
  public static DatabaseConfig embedded(Path directory) {
    return of(new Server.Embedded(directory));
  }

  /// A PostgreSQL of your own, and defaults for the rest.
  public static DatabaseConfig external(String url, String user, String password) {
    return of(new Server.External(url, user, password));
  }

  /// A server and defaults for the rest.
  public static DatabaseConfig of(Server server) {
    return new DatabaseConfig(server, CONNECTIONS, CONNECTION_WAIT, STATEMENT_LIMIT);
  }

  private static void within(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }

  /// Where the database is.
  public sealed interface Server {

    /// A PostgreSQL that we carry and run ourselves.
    ///
    /// @param directory where its programs, data, password and lock lie; made if it is not there
    record Embedded(Path directory) implements Server {}

    /// A PostgreSQL that somebody else runs, version 15 or newer.
    ///
    /// @param url `jdbc:postgresql://HOST:PORT/DATABASE`
    /// @param user a login that owns the database and may create roles, or was granted `gimbal_app`
    /// @param password of the login; never printed
    record External(String url, String user, String password) implements Server, Login {
      public External {
        if (!url.startsWith("jdbc:postgresql:")) {
          throw new IllegalArgumentException(
              "database.url must start with jdbc:postgresql:, but it starts with "
                  + url.substring(0, Math.min(url.length(), 16)));
        }
        if (url.contains("password=")) {
          throw new IllegalArgumentException(
              "database.url must not hold a password; set database.password instead");
        }
      }

      @Override
      public String toString() {
        return "External[url=" + url + ", user=" + user + ", password=***]";
      }
    }

    /// A database for tests, whose loss harms nobody: whether it is durable is not checked.
    record Disposable(String url, String user, String password) implements Server, Login {
      @Override
      public String toString() {
        return "Disposable[url=" + url + ", user=" + user + ", password=***]";
      }
    }
  }

  /// Where a database is and who enters it.
  public interface Login {
    /// `jdbc:postgresql://...`
    String url();

    /// Who enters.
    String user();

    /// Never printed.
    String password();
  }
}
