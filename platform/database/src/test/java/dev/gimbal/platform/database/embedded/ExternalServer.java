package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A PostgreSQL 15 of the machine's own, the oldest that we promise to work with, with a login that
/// is no superuser. Where the machine has none, whoever asks is skipped, and fails under CI.
public final class ExternalServer {
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
  private static final AtomicInteger CREATED = new AtomicInteger();

  private final int port;

  private ExternalServer(int port) {
    this.port = port;
  }

  private static final class Holder {
    private static final ExternalServer SERVER = start();
  }

  /// The one of this JVM, which ends with it.
  public static ExternalServer running() {
    boolean there = Files.exists(PROGRAMS.resolve("postgres"));
    if ("true".equals(System.getenv("CI"))) {
      assertThat(there).as("PostgreSQL 15 in " + PROGRAMS).isTrue();
    }
    assumeTrue(there, "no PostgreSQL 15 in " + PROGRAMS);
    return Holder.SERVER;
  }

  /// A new empty database.
  public Database fresh() {
    String name = "external_" + CREATED.incrementAndGet();
    execute("CREATE DATABASE " + name + " OWNER outsider");
    return DatabaseModule.open(
        DatabaseConfig.external(
            "jdbc:postgresql://127.0.0.1:" + port + "/" + name, "outsider", "outside"),
        new TimeOrderedIds(Clock.systemUTC()));
  }

  private static ExternalServer start() {
    try {
      Path home = Files.createTempDirectory("gimbal-external");
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
      Path data = Files.createDirectory(home.resolve("postgres"));
      Account account = Account.toRun(PROGRAMS.resolve("postgres"), home, data);
      account.own(data);
      run(
          account.command(
              List.of(
                  PROGRAMS.resolve("initdb").toString(),
                  "--auth=trust",
                  "--no-sync",
                  "--username=administrator",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--pgdata=" + data)));
      int port = freePort();
      List<String> command =
          new ArrayList<>(List.of(PROGRAMS.resolve("postgres").toString(), "-D", data.toString()));
      for (String setting :
          List.of(
              "port=" + port,
              "listen_addresses=127.0.0.1",
              "unix_socket_directories=",
              "shared_buffers=32MB")) {
        command.addAll(List.of("-c", setting));
      }
      Launcher.dying(home).launch(account.command(command));
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (Postmaster.on(data).filter(Postmaster::ready).isEmpty()) {
        assertThat(System.nanoTime()).isLessThan(end);
        Postmaster.pause();
      }
      ExternalServer server = new ExternalServer(port);
      server.execute("CREATE ROLE outsider LOGIN CREATEROLE PASSWORD 'outside'");
      return server;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("the external PostgreSQL does not start", e);
    }
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private void execute(String sql) {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "administrator", "");
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
