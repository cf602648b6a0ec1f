package dev.gimbal.platform.database.testing;

import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.database.embedded.EmbeddedPostgres;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/// The one PostgreSQL of this JVM's tests, started when the first test wants it.
final class SharedServer {
  private static final String TEMPLATE = "gimbal_template";

  private final EmbeddedPostgres.Endpoint endpoint;
  private final Ids ids = new TimeOrderedIds(Clock.systemUTC());
  private final AtomicInteger created = new AtomicInteger();

  private SharedServer(EmbeddedPostgres.Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// Initialised by the first to ask, as the JDK does with classes.
  private static final class Holder {
    private static final SharedServer SERVER = start();
  }

  static SharedServer running() {
    return Holder.SERVER;
  }

  private static SharedServer start() {
    Path cache =
        Path.of(
            System.getProperty("java.io.tmpdir"), "gimbal-test-" + System.getProperty("user.name"));
    Path directory = cache.resolve("run-" + ProcessHandle.current().pid());
    EmbeddedPostgres server = EmbeddedPostgres.disposable(directory, cache);
    SharedServer shared = new SharedServer(server.endpoint());
    shared.makeTemplate();
    return shared;
  }

  private void makeTemplate() {
    execute("CREATE DATABASE " + TEMPLATE);
    DatabaseModule.open(DatabaseConfig.of(login(TEMPLATE)), ids).close();
  }

  /// A new database's name.
  String create() {
    String name = "test_" + created.incrementAndGet();
    execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE + " STRATEGY file_copy");
    return name;
  }

  void drop(String name) {
    execute("DROP DATABASE " + name + " WITH (FORCE)");
  }

  DatabaseConfig.Server.Disposable login(String database) {
    return new DatabaseConfig.Server.Disposable(
        endpoint.url(database), endpoint.user(), endpoint.password());
  }

  Ids ids() {
    return ids;
  }

  private void execute(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                endpoint.url("postgres"), endpoint.user(), endpoint.password());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("the test server refused: " + sql, e);
    }
  }
}
