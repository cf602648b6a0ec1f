package dev.gimbal.platform.database.testing;

import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

/// A new, empty [Database] on a real PostgreSQL that all tests of this JVM share. Close it to drop
/// it; the server goes with the JVM, even one that is killed.
///
/// ```java
/// try (TestDatabase database = TestDatabase.fresh()) {
///   database.migrate("access");
/// }
/// ```
public final class TestDatabase implements Database {
  private static final int CONNECTIONS = 10;
  private static final Duration CONNECTION_WAIT = Duration.ofSeconds(20);
  private static final Duration STATEMENT_LIMIT = Duration.ofSeconds(60);

  private final SharedServer server;
  private final String name;
  private final Database database;

  private TestDatabase(SharedServer server, String name, Database database) {
    this.server = server;
    this.name = name;
    this.database = database;
  }

  /// A new database with platform's own schema and nothing else. Takes a tenth of a second; the
  /// first of a JVM some seconds.
  public static TestDatabase fresh() {
    SharedServer server = SharedServer.running();
    String name = server.create();
    return new TestDatabase(server, name, connect(server, name));
  }

  /// Another [Database] on the same data, as a second node has it. Close it before this one.
  public Database secondNode() {
    return connect(server, name);
  }

  /// How a program of its own reaches this database.
  public DatabaseConfig config() {
    return config(server, name);
  }

  private static Database connect(SharedServer server, String name) {
    return DatabaseModule.open(config(server, name), server.ids());
  }

  private static DatabaseConfig config(SharedServer server, String name) {
    return new DatabaseConfig(server.login(name), CONNECTIONS, CONNECTION_WAIT, STATEMENT_LIMIT);
  }

  @Override
  public <T> T inTransaction(TenantId tenant, Work<T> work) {
    return database.inTransaction(tenant, work);
  }

  @Override
  public <T> T asOwner(OwnerWork<T> work) {
    return database.asOwner(work);
  }

  @Override
  public void migrate(String room) {
    database.migrate(room);
  }

  @Override
  public void migrate(String room, String version) {
    database.migrate(room, version);
  }

  @Override
  public ChangeBatch changesAfter(ChangeCursor cursor, int limit) {
    return database.changesAfter(cursor, limit);
  }

  @Override
  public ChangeCursor changesEnd() {
    return database.changesEnd();
  }

  @Override
  public int trimChanges(Instant before) {
    return database.trimChanges(before);
  }

  @Override
  public AutoCloseable onChanges(Runnable wake) {
    return database.onChanges(wake);
  }

  @Override
  public DataSource ownerSource() {
    return database.ownerSource();
  }

  @Override
  public void close() {
    database.close();
    server.drop(name);
  }
}
