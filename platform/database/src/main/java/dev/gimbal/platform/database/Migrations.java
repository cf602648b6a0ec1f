package dev.gimbal.platform.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/// Brings schemas up to date with Flyway. Flyway takes some 100 ms a room to find that nothing is
/// to be done; a hash over the room's migrations, kept beside the schemas, finds it in one.
final class Migrations {
  /// Ours, below all rooms.
  static final String OWN = "gimbal";

  private final DatabaseConfig.Login login;
  private final Map<String, String> properties;
  private final Jdbi jdbi;
  private final @Nullable Path home;

  /// @param login without a limit on statements. Flyway connects by the address as it was given:
  ///     it looks for secrets in addresses with patterns that backtrack, and over the one of a
  ///     `PGSimpleDataSource`, which lists every setting there is, they take half a second a room
  /// @param properties of its connections
  /// @param home the directory of data that nobody else uses: what a newer Gimbal wrote there is
  ///     refused. Null where nodes share a database, the older of which go on during an upgrade
  Migrations(
      DatabaseConfig.Login login, Map<String, String> properties, Jdbi jdbi, @Nullable Path home) {
    this.login = login;
    this.home = home;
    this.properties = properties;
    this.jdbi = jdbi;
  }

  void migrate(String room) {
    Map<String, byte[]> scripts = scripts(room);
    if (scripts.isEmpty()) {
      throw new IllegalArgumentException("there are no migrations in db/" + room);
    }
    String hash = hash(scripts);
    if (hash.equals(migrated(room).orElse(""))) {
      return;
    }
    try {
      Flyway flyway = flyway(room).load();
      if (home != null) {
        refuseNewer(room, home, flyway);
      }
      flyway.migrate();
    } catch (FlywayException e) {
      throw Failures.translate(e);
    }
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    """
                    INSERT INTO gimbal.migrated (room, migrations) VALUES (:room, :hash)
                    ON CONFLICT (room) DO UPDATE SET migrations = :hash
                    """)
                .bind("room", room)
                .bind("hash", hash)
                .execute());
  }

  private static void refuseNewer(String room, Path home, Flyway flyway) {
    for (MigrationInfo applied : flyway.info().applied()) {
      if (applied.getState() == MigrationState.FUTURE_SUCCESS) {
        throw new DatabaseException(
            DatabaseError.DATABASE_VERSION_UNSUPPORTED,
            "The data in "
                + home
                + " was written by a newer Gimbal ("
                + room
                + " is at version "
                + applied.getVersion()
                + "); start that one, or restore a backup from before the upgrade.",
            null);
      }
    }
  }

  /// One version and no further; the room's own [#migrate(String)] goes on from there.
  void migrate(String room, String version) {
    if (scripts(room).keySet().stream().noneMatch(name -> name.startsWith("V" + version + "__"))) {
      throw new DatabaseException(
          DatabaseError.DATABASE_VERSION_UNSUPPORTED,
          "This Gimbal does not know version "
              + version
              + " of "
              + room
              + "; use the one that the backup was made with, or a newer one.",
          null);
    }
    try {
      flyway(room).target(version).load().migrate();
    } catch (FlywayException e) {
      throw Failures.translate(e);
    }
  }

  private org.flywaydb.core.api.configuration.FluentConfiguration flyway(String room) {
    return Flyway.configure()
        .dataSource(login.url(), login.user(), login.password())
        .jdbcProperties(properties)
        .schemas(room)
        .defaultSchema(room)
        .createSchemas(true)
        .table("migration_history")
        .locations("classpath:db/" + room)
        .loggers("slf4j");
  }

  private Optional<String> migrated(String room) {
    return jdbi.withHandle(
        handle -> {
          boolean ours =
              handle
                  .createQuery("SELECT to_regclass('gimbal.migrated') IS NOT NULL")
                  .mapTo(Boolean.class)
                  .one();
          return ours
              ? handle
                  .createQuery("SELECT migrations FROM gimbal.migrated WHERE room = :room")
                  .bind("room", room)
                  .mapTo(String.class)
                  .findOne()
              : Optional.empty();
        });
  }

  private static String hash(Map<String, byte[]> scripts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      scripts.forEach(
          (name, content) -> {
            digest.update((name + "\0" + content.length + "\0").getBytes(UTF_8));
            digest.update(content);
          });
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static Map<String, byte[]> scripts(String room) {
    Map<String, byte[]> scripts = new TreeMap<>();
    try {
      for (URL folder :
          Collections.list(Migrations.class.getClassLoader().getResources("db/" + room))) {
        if (folder.getProtocol().equals("jar")) {
          fromJar(folder, "db/" + room + "/", scripts);
        } else {
          fromFolder(Path.of(URI.create(folder.toString())), scripts);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the migrations in db/" + room, e);
    }
    return scripts;
  }

  private static void fromFolder(Path folder, Map<String, byte[]> scripts) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".sql")).toList()) {
        scripts.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
  }

  private static void fromJar(URL folder, String prefix, Map<String, byte[]> scripts)
      throws IOException {
    JarURLConnection connection = (JarURLConnection) folder.openConnection();
    connection.setUseCaches(false);
    try (var jar = connection.getJarFile()) {
      for (var entry : Collections.list(jar.entries())) {
        if (entry.getName().startsWith(prefix) && entry.getName().endsWith(".sql")) {
          try (InputStream content = jar.getInputStream(entry)) {
            scripts.put(entry.getName().substring(prefix.length()), content.readAllBytes());
          }
        }
      }
    }
  }
}
