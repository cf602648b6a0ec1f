package dev.gimbal.platform.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gimbal.platform.database.embedded.EmbeddedPostgres;
import dev.gimbal.platform.ids.Ids;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/// Opens a [Database].
public final class DatabaseModule {
  private static final int OLDEST = 15;
  private static final Duration IDLE = Duration.ofMinutes(1);

  private DatabaseModule() {}

  /// Starts or reaches the server, checks that it keeps what it acknowledges, and brings our own
  /// schema up to date. Closing the database stops the server if it is the embedded one.
  ///
  /// @param ids names this process's connections, so that an operator can tell nodes apart
  /// @throws DatabaseException with what to do about it, whatever is in the way
  public static Database open(DatabaseConfig config, Ids ids) {
    return switch (config.server()) {
      case DatabaseConfig.Server.Embedded embedded -> openEmbedded(config, embedded, ids);
      case DatabaseConfig.Server.External external -> connect(config, external, ids, null);
      case DatabaseConfig.Server.Disposable disposable -> connect(config, disposable, ids, null);
    };
  }

  private static Database openEmbedded(
      DatabaseConfig config, DatabaseConfig.Server.Embedded embedded, Ids ids) {
    EmbeddedPostgres server = EmbeddedPostgres.start(embedded.directory());
    boolean opened = false;
    try {
      EmbeddedPostgres.Endpoint endpoint = server.endpoint();
      Database database =
          connect(
              config,
              new DatabaseConfig.Server.External(
                  endpoint.url("postgres"), endpoint.user(), endpoint.password()),
              ids,
              new Own(embedded.directory(), server));
      opened = true;
      return database;
    } finally {
      if (!opened) {
        server.close();
      }
    }
  }

  /// The embedded server, which goes with the database.
  private record Own(Path directory, AutoCloseable server) {}

  private static Database connect(
      DatabaseConfig config, DatabaseConfig.Login login, Ids ids, @Nullable Own own) {
    String name = "gimbal " + ids.next();
    PGSimpleDataSource direct = source(login, name);
    check(direct, !(login instanceof DatabaseConfig.Server.Disposable));
    PGSimpleDataSource limited = source(login, name);
    limited.setOptions(
        "-c statement_timeout="
            + config.statementLimit().toMillis()
            + " -c idle_in_transaction_session_timeout="
            + config.statementLimit().multipliedBy(2).toMillis());
    HikariDataSource pool = pool(config, limited);
    boolean opened = false;
    try {
      Jdbi jdbi = jdbi(pool);
      Migrations migrations =
          new Migrations(login, properties(name), jdbi, own == null ? null : own.directory());
      migrations.migrate(Migrations.OWN);
      Database database =
          new PostgresDatabase(
              pool,
              jdbi,
              migrations,
              new ChangeListener(direct),
              new ChangeNotifier(direct),
              own == null ? () -> {} : own.server());
      opened = true;
      return database;
    } finally {
      if (!opened) {
        pool.close();
      }
    }
  }

  private static PGSimpleDataSource source(DatabaseConfig.Login login, String name) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(login.url());
    source.setUser(login.user());
    source.setPassword(login.password());
    try {
      for (Map.Entry<String, String> property : properties(name).entrySet()) {
        source.setProperty(property.getKey(), property.getValue());
      }
    } catch (SQLException e) {
      throw Failures.translateOrWrap(e);
    }
    return source;
  }

  /// Of every connection.
  private static Map<String, String> properties(String name) {
    return Map.of(
        PGProperty.APPLICATION_NAME.getName(),
        name,
        PGProperty.CONNECT_TIMEOUT.getName(),
        "10",
        PGProperty.TCP_KEEP_ALIVE.getName(),
        "true");
  }

  private static HikariDataSource pool(DatabaseConfig config, PGSimpleDataSource source) {
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setDataSource(source);
    pool.setMaximumPoolSize(config.connections());
    pool.setMinimumIdle(1);
    pool.setIdleTimeout(IDLE.toMillis());
    pool.setConnectionTimeout(Math.max(250, config.connectionWait().toMillis()));
    pool.setAutoCommit(true);
    return new HikariDataSource(pool);
  }

  private static Jdbi jdbi(HikariDataSource pool) {
    return Jdbi.create(pool)
        .registerArrayType(UUID.class, "uuid")
        .registerArrayType(String.class, "text")
        .registerArrayType(Long.class, "bigint")
        .registerArrayType(long.class, "bigint")
        .registerArrayType(Integer.class, "integer")
        .registerArrayType(int.class, "integer")
        .registerArrayType(Float.class, "real")
        .registerArrayType(float.class, "real");
  }

  private static void check(PGSimpleDataSource source, boolean durable) {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      int major = Integer.parseInt(show(statement, "server_version_num")) / 10_000;
      if (major < OLDEST) {
        throw new DatabaseException(
            DatabaseError.DATABASE_VERSION_UNSUPPORTED,
            "The database is PostgreSQL " + major + "; Gimbal needs " + OLDEST + " or newer.",
            null);
      }
      if (durable) {
        for (Map.Entry<String, String> setting : EmbeddedPostgres.durableSettings().entrySet()) {
          String value = show(statement, setting.getKey());
          if (!safe(setting.getKey(), value)) {
            throw new DatabaseException(
                DatabaseError.DATABASE_SETTING_UNSAFE,
                "The database runs with "
                    + setting.getKey()
                    + " = "
                    + value
                    + ", which loses acknowledged data in a crash; set it to "
                    + setting.getValue()
                    + ".",
                null);
          }
        }
      }
    } catch (SQLException e) {
      throw new DatabaseException(
          DatabaseError.DATABASE_UNAVAILABLE,
          "The database "
              + source.getServerNames()[0]
              + ":"
              + source.getPortNumbers()[0]
              + "/"
              + source.getDatabaseName()
              + " cannot be used: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  /// An external server may wait for more than its own disk.
  private static boolean safe(String setting, String value) {
    return value.equals("on")
        || (setting.equals("synchronous_commit")
            && (value.equals("remote_apply")
                || value.equals("remote_write")
                || value.equals("local")));
  }

  private static String show(Statement statement, String setting) throws SQLException {
    try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
      row.next();
      return row.getString(1);
    }
  }
}
