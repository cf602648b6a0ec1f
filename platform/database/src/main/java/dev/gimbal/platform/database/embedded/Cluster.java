package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One data directory of PostgreSQL and the steps of its life. Its caller holds the lock.
final class Cluster {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /// Recovery after a crash replays at most `max_wal_size`.
  private static final Duration STARTING = Duration.ofMinutes(3);

  private static final Duration STOPPING = Duration.ofSeconds(30);

  /// Between choosing a free port and listening on it somebody else may take it.
  private static final int PORTS_TRIED = 5;

  private static final long LONGEST_LOG = 10L << 20;

  private final Path home;
  private final Path programs;
  private final Path data;
  private final Launcher launcher;
  private final Account account;
  private final String password;

  private Cluster(Path home, Path programs, Launcher launcher, Account account, String password) {
    this.home = home;
    this.programs = programs;
    this.data = home.resolve("postgres");
    this.launcher = launcher;
    this.account = account;
    this.password = password;
  }

  /// A running server of ours.
  record Running(Process process, int port) {}

  static Cluster in(Path home, Path programs, Launcher launcher) throws IOException {
    Account account =
        Account.toRun(programs.resolve("bin/postgres"), home, home.resolve("postgres"));
    return new Cluster(home, programs, launcher, account, password(home));
  }

  Path data() {
    return data;
  }

  EmbeddedPostgres.Endpoint endpoint(int port) {
    return new EmbeddedPostgres.Endpoint(port, EmbeddedPostgres.LOGIN, password);
  }

  void refuseOtherVersions() throws IOException {
    Path file = data.resolve("PG_VERSION");
    if (!Files.exists(file)) {
      return;
    }
    String version = Files.readString(file).strip();
    if (!version.equals(Integer.toString(Binaries.MAJOR))) {
      throw new DatabaseException(
          DatabaseError.DATABASE_VERSION_UNSUPPORTED,
          "The data in "
              + home
              + " is of PostgreSQL "
              + version
              + ", and this Gimbal carries PostgreSQL "
              + Binaries.MAJOR
              + "; back it up with the Gimbal that wrote it and restore the backup here.",
          null);
    }
  }

  /// Makes the data if there is none. It is made beside its place and moved there whole.
  void initialise() throws IOException {
    if (Files.exists(data)) {
      return;
    }
    Path fresh = home.resolve("postgres.new");
    Trees.delete(fresh);
    Path secret = home.resolve("postgres.password.new");
    Files.deleteIfExists(secret);
    secretFile(secret, password);
    account.own(secret);
    Files.createDirectory(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    account.own(fresh);
    try {
      initdb(fresh, secret);
    } finally {
      Files.deleteIfExists(secret);
    }
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void initdb(Path fresh, Path secret) throws IOException {
    List<String> command =
        account.command(
            List.of(
                programs.resolve("bin/initdb").toString(),
                "--pgdata=" + fresh,
                "--username=" + EmbeddedPostgres.LOGIN,
                "--pwfile=" + secret,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                // Sorts by code point on every machine, whatever locales it has.
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-instructions",
                launcher.pipe() ? "--no-sync" : "--sync-method=fsync"));
    Process initdb = new ProcessBuilder(command).redirectErrorStream(true).start();
    initdb.getOutputStream().close();
    String said = new String(initdb.getInputStream().readAllBytes(), UTF_8);
    try {
      if (initdb.waitFor() != 0) {
        throw Failure.saying("cannot initialise the database: " + essence(said), null);
      }
    } catch (InterruptedException e) {
      initdb.destroyForcibly();
      Thread.currentThread().interrupt();
      throw Failure.saying("interrupted while the database was being initialised", e);
    }
  }

  /// The line of what a program of PostgreSQL said that tells why it gave up.
  private static String essence(String said) {
    return said.lines()
        .filter(line -> line.contains("FATAL") || line.contains("error:"))
        .findFirst()
        .orElseGet(() -> said.lines().reduce("", (a, b) -> b))
        .strip();
  }

  /// The server that an earlier process of ours left running, if it runs as one of ours would now.
  /// One that does not is stopped.
  Optional<Postmaster> adopt() throws IOException {
    Optional<Postmaster> found = Postmaster.on(data);
    if (found.isEmpty()) {
      clearRemains();
      return Optional.empty();
    }
    if (runsAsOursWould(found.get())) {
      Postmaster ready = awaitReady(found.get().pid(), () -> true);
      LOG.info("took over PostgreSQL that an earlier process left, process {}", ready.pid());
      return Optional.of(ready);
    }
    LOG.info("stopping PostgreSQL that an earlier process left, process {}", found.get().pid());
    found.get().stop(data, STOPPING);
    return Optional.empty();
  }

  private boolean runsAsOursWould(Postmaster server) throws IOException {
    Path program = Path.of("/proc", Long.toString(server.pid()), "exe").toRealPath();
    return program.equals(programs.resolve("bin/postgres").toRealPath())
        && Files.readString(data.resolve("postgresql.conf")).equals(Settings.text(false))
        && Files.readString(data.resolve("pg_hba.conf")).equals(Settings.ACCESS);
  }

  /// A dead main process may leave others that are about to end, and a pid file whose number may
  /// belong to another program by now: PostgreSQL would take that one for its own and not start.
  private void clearRemains() throws IOException {
    if (!Postmaster.gone(data, Duration.ofSeconds(5))) {
      Postmaster.processesOn(data).forEach(pid -> Postmaster.signal("QUIT", pid));
      if (!Postmaster.gone(data, STOPPING)) {
        throw new DatabaseException(
            DatabaseError.DATABASE_LOCKED,
            "Processes " + Postmaster.processesOn(data) + " still work on " + data,
            null);
      }
    }
    Files.deleteIfExists(data.resolve("postmaster.pid"));
  }

  Running start() throws IOException {
    return start(0);
  }

  /// @param wanted the port that clients know; 0: any
  Running start(int wanted) throws IOException {
    Files.writeString(data.resolve("postgresql.conf"), Settings.text(launcher.pipe()));
    Files.writeString(data.resolve("pg_hba.conf"), Settings.ACCESS);
    for (int attempt = 1; ; attempt++) {
      shortenLog();
      long logged = Files.size(launcher.log());
      int port = wanted == 0 ? freePort() : wanted;
      Process process = launcher.launch(serverCommand(port));
      try {
        awaitReady(0, process::isAlive);
        return new Running(process, port);
      } catch (DatabaseException e) {
        process.getOutputStream().close();
        end(process);
        String said = logAfter(logged);
        if (attempt < PORTS_TRIED && said.contains("could not bind")) {
          continue;
        }
        throw Failure.saying(
            "PostgreSQL does not start: "
                + (said.contains("FATAL") ? essence(said) : e.getMessage())
                + " (see "
                + launcher.log()
                + ")",
            e);
      }
    }
  }

  /// A server that was given up, because it takes too long or we were interrupted, must not stay.
  private void end(Process process) {
    boolean interrupted = Thread.interrupted();
    try {
      if (process.isAlive()) {
        new Postmaster(process.pid(), 0, false).stop(data, STOPPING);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<String> serverCommand(int port) {
    return account.command(
        List.of(
            programs.resolve("bin/postgres").toString(),
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port)));
  }

  /// @param pid of the process that must be the server; 0: any
  private Postmaster awaitReady(long pid, java.util.function.BooleanSupplier alive) {
    long end = System.nanoTime() + STARTING.toNanos();
    while (System.nanoTime() < end) {
      Optional<Postmaster> server = Postmaster.on(data);
      if (server.isPresent() && server.get().ready()) {
        return server.get();
      }
      if (!alive.getAsBoolean() || (pid != 0 && server.isEmpty())) {
        throw Failure.saying("PostgreSQL ended while starting", null);
      }
      Postmaster.pause();
    }
    throw Failure.saying(
        "PostgreSQL was not ready after " + STARTING + ", see " + launcher.log(), null);
  }

  private void shortenLog() throws IOException {
    if (!Files.exists(launcher.log())) {
      secretFile(launcher.log(), "");
    } else if (Files.size(launcher.log()) > LONGEST_LOG) {
      Files.move(
          launcher.log(),
          launcher.log().resolveSibling("postgres.log.1"),
          StandardCopyOption.REPLACE_EXISTING);
      secretFile(launcher.log(), "");
    }
  }

  private String logAfter(long start) throws IOException {
    byte[] log = Files.readAllBytes(launcher.log());
    return new String(log, (int) start, log.length - (int) start, UTF_8);
  }

  private static String password(Path home) throws IOException {
    Path file = home.resolve("postgres.password");
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      Path fresh = home.resolve("postgres.password.tmp");
      Files.deleteIfExists(fresh);
      secretFile(fresh, HexFormat.of().formatHex(random));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  private static void secretFile(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
