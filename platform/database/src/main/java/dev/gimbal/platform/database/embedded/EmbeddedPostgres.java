package dev.gimbal.platform.database.embedded;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The PostgreSQL that we carry, running on a data directory. It is a child process that outlives
/// a `kill -9` of ours and is adopted by the next start; [#close] stops it and waits. If it ends
/// without being asked to, it is started again on the same port.
///
/// Layout of the directory: `lock`, `postgres-VERSION/` (programs), `postgres/` (data),
/// `postgres.password`, `postgres.log`.
public final class EmbeddedPostgres implements AutoCloseable {
  /// The login that owns everything.
  static final String LOGIN = "gimbal";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);
  private static final Duration STOPPING = Duration.ofSeconds(60);
  private static final Duration LOOKING = Duration.ofMillis(250);

  private final DataLock lock;
  private final Path data;
  private final Endpoint endpoint;
  private final CountDownLatch closing = new CountDownLatch(1);

  /// Guarded by this, as is every start and stop of it.
  private @Nullable Process child;

  private EmbeddedPostgres(DataLock lock, Path data, Endpoint endpoint, @Nullable Process child) {
    this.lock = lock;
    this.data = data;
    this.endpoint = endpoint;
    this.child = child;
  }

  /// Where it listens and who may enter.
  ///
  /// @param port on the loopback address
  public record Endpoint(int port, String user, String password) {

    /// The JDBC address of one of its databases.
    public String url(String database) {
      return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    @Override
    public String toString() {
      return "Endpoint[port=" + port + ", user=" + user + ", password=***]";
    }
  }

  /// Starts the server on a directory, or takes over the one that an earlier process left running
  /// there. The first start unpacks the programs and initialises the data.
  ///
  /// @throws DatabaseException `DATABASE_LOCKED` if another Gimbal uses the directory,
  ///     `DATABASE_VERSION_UNSUPPORTED` if its data is of another major version, `DATABASE_FULL`,
  ///     `DATABASE_UNAVAILABLE` with what to do about it
  public static EmbeddedPostgres start(Path directory) {
    makeDirectory(directory);
    DataLock lock = DataLock.take(directory);
    boolean started = false;
    try {
      Path home = directory.toRealPath();
      Binaries.sweep(home);
      Cluster cluster = Cluster.in(home, Binaries.unpackedBelow(home), Launcher.surviving(home));
      EmbeddedPostgres server = run(lock, cluster);
      Thread.ofVirtual().name("database-watch").start(() -> server.watch(cluster));
      started = true;
      return server;
    } catch (IOException e) {
      throw Failure.of("cannot use the data directory " + directory, e);
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  /// Starts a server for tests: without fsync, its programs from a cache that processes share. It
  /// and `directory` go when this process ends, however it does.
  public static EmbeddedPostgres disposable(Path directory, Path cache) {
    makeDirectory(cache);
    makeDirectory(directory);
    DataLock lock = DataLock.take(directory);
    boolean started = false;
    try {
      Path home = directory.toRealPath();
      Cluster cluster =
          Cluster.in(home, Binaries.unpackedBelow(cache.toRealPath()), Launcher.dying(home));
      EmbeddedPostgres server = run(lock, cluster);
      started = true;
      return server;
    } catch (IOException e) {
      throw Failure.of("cannot use the directory " + directory, e);
    } finally {
      if (!started) {
        lock.close();
      }
    }
  }

  private static EmbeddedPostgres run(DataLock lock, Cluster cluster) throws IOException {
    cluster.refuseOtherVersions();
    cluster.initialise();
    Optional<Postmaster> adopted = cluster.adopt();
    if (adopted.isPresent()) {
      return new EmbeddedPostgres(
          lock, cluster.data(), cluster.endpoint(adopted.get().port()), null);
    }
    Cluster.Running running = cluster.start();
    return new EmbeddedPostgres(
        lock, cluster.data(), cluster.endpoint(running.port()), running.process());
  }

  private void watch(Cluster cluster) {
    try {
      while (!closing.await(LOOKING.toMillis(), TimeUnit.MILLISECONDS)) {
        if (Postmaster.on(data).isEmpty()) {
          revive(cluster);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void revive(Cluster cluster) {
    if (closing.getCount() == 0) {
      return;
    }
    try {
      if (cluster.adopt().isEmpty()) {
        LOG.warn("PostgreSQL ended without being asked to, starting it again");
        child = cluster.start(endpoint.port()).process();
      }
    } catch (IOException | DatabaseException e) {
      LOG.error("PostgreSQL ended and cannot be started again yet", e);
    }
  }

  /// Where it listens.
  public Endpoint endpoint() {
    return endpoint;
  }

  /// The process id of its main process, if it runs.
  public Optional<Long> pid() {
    return Postmaster.on(data).map(Postmaster::pid);
  }

  /// Names of settings, with the values that a running server must show.
  public static java.util.Map<String, String> durableSettings() {
    return Settings.DURABLE;
  }

  @Override
  public void close() {
    closing.countDown();
    stop();
  }

  private synchronized void stop() {
    // Stopping waits; who was interrupted has to stop it all the same.
    boolean interrupted = Thread.interrupted();
    try {
      Postmaster.on(data).ifPresent(postmaster -> postmaster.stop(data, STOPPING));
      if (child != null) {
        child.getOutputStream().close();
        child.waitFor();
      }
    } catch (IOException e) {
      throw Failure.of("cannot stop PostgreSQL", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatabaseException(
          DatabaseError.DATABASE_UNAVAILABLE, "interrupted while PostgreSQL was stopping", e);
    } finally {
      lock.close();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Others may pass through it, to files that are theirs, but not list it: as root the server
  /// runs under another user id.
  private static void makeDirectory(Path directory) {
    try {
      if (!Files.exists(directory)) {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
      }
    } catch (IOException e) {
      throw Failure.of("cannot make the data directory " + directory, e);
    }
  }
}
