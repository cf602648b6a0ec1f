package dev.gimbal.server;

import dev.gimbal.access.core.Access;
import dev.gimbal.access.core.AccessConfig;
import dev.gimbal.access.core.AccessModule;
import dev.gimbal.evaluation.feedback.FeedbackModule;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.GatewayModule;
import dev.gimbal.gateway.core.GatewayRoom;
import dev.gimbal.gateway.injection.InjectionClassifier;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.fake.FakeConfig;
import dev.gimbal.gateway.provider.fake.FakeModule;
import dev.gimbal.gateway.provider.local.LocalModule;
import dev.gimbal.knowledge.api.DocumentParser;
import dev.gimbal.knowledge.core.KnowledgeDependencies;
import dev.gimbal.knowledge.core.KnowledgeModule;
import dev.gimbal.knowledge.core.KnowledgeRoom;
import dev.gimbal.knowledge.core.chunking.ChunkingConfig;
import dev.gimbal.knowledge.core.chunking.ChunkingModule;
import dev.gimbal.knowledge.core.index.IndexConfig;
import dev.gimbal.knowledge.core.index.IndexModule;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.engine.parser.ParserModule;
import dev.gimbal.observability.core.Observability;
import dev.gimbal.observability.core.ObservabilityModule;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.http.Assets;
import dev.gimbal.platform.http.EventLoops;
import dev.gimbal.platform.http.HttpConfig;
import dev.gimbal.platform.http.HttpModule;
import dev.gimbal.platform.http.HttpServer;
import dev.gimbal.platform.http.PortReservation;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.jobs.Jobs;
import dev.gimbal.platform.jobs.JobsConfig;
import dev.gimbal.platform.jobs.JobsModule;
import dev.gimbal.release.api.Applications;
import dev.gimbal.server.cli.DataDirectory;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One server on one data directory: every room, wired from top to bottom and closed in reverse.
final class Server implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);

  private final Duration drainTime;
  private final Deque<AutoCloseable> open;
  private final Stopping stopping;

  /// What has to know that the end has begun.
  ///
  /// @param draining set then; readiness says so
  private record Stopping(AtomicBoolean draining, HttpServer http, Jobs jobs, Database database) {}

  private Server(Duration drainTime, Deque<AutoCloseable> open, Stopping stopping) {
    this.drainTime = drainTime;
    this.open = open;
    this.stopping = stopping;
  }

  /// Starts every room; what was started is closed again if one fails.
  static Server start(GimbalConfig config, Path data, Map<String, String> environment, Clock clock)
      throws IOException {
    Deque<AutoCloseable> open = new ArrayDeque<>();
    boolean started = false;
    try {
      Server server = wire(config, data, environment, clock, open);
      started = true;
      return server;
    } finally {
      if (!started) {
        // Who asks a start to stop interrupts it, and closing waits for the database to end.
        boolean interrupted = Thread.interrupted();
        closeAll(open);
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  @SuppressWarnings("checkstyle:MethodLength") // the wiring reads from top to bottom
  private static Server wire(
      GimbalConfig config,
      Path data,
      Map<String, String> environment,
      Clock clock,
      Deque<AutoCloseable> open)
      throws IOException {
    Ids ids = new TimeOrderedIds(clock);
    PortReservation port = PortReservation.take(config.server());
    open.push(port);
    HttpConfig address = address(config.server(), port, data);
    Database database = DatabaseModule.open(Settings.database(config.database(), data), ids);
    open.push(database);
    EventLoops loops = EventLoops.start(config.server().eventLoops());
    open.push(loops);
    Vertx vertx = loops.vertx();

    Access access =
        AccessModule.create(AccessConfig.DEFAULT, database, clock, ids, new SecureRandom());
    open.push(access);
    access.start();
    Observability observability =
        ObservabilityModule.create(
            Settings.observability(config.evidence(), data), database, clock, ids);
    Exports.open(config, data, observability, open);
    open.push(observability);
    observability.start();
    loops.watch(new LoopMetrics(observability.metrics()), LoopMetrics.EVERY);
    Jobs jobs = JobsModule.create(database, clock, ids, JobsConfig.DEFAULT);
    open.push(jobs);
    if (config.database().url() == null) {
      // The lock on the data directory says that every other server on it is dead.
      JobsModule.takeOver(database, clock);
    }

    AtomicReference<Applications> applications = new AtomicReference<>();
    GatewayRoom gatewayRoom =
        GatewayModule.create(
            Settings.gateway(config),
            new GatewayModule.Surroundings(
                vertx,
                database,
                observability.ledger(),
                access.audit(),
                applications::get,
                access.authenticator(),
                clock,
                ids,
                config.database().url() == null,
                observability.metrics(),
                data.resolve("leases")),
            new GatewayModule.Vendors(
                VendorFactories.create(vertx),
                inProcess(config, clock),
                List.of(InjectionClassifier.direct(), InjectionClassifier.indirect()),
                Keyring.master(data, environment.get("GIMBAL_MASTER_KEY"))));
    open.push(gatewayRoom);
    observability.listen(gatewayRoom.listener());
    Gateway gateway = gatewayRoom.gateway();

    DocumentParser parser = ParserModule.create(Settings.parser(config.knowledge()));
    open.push(parser);
    PassageIndex index = IndexModule.create(IndexConfig.DEFAULT, data.resolve("index"));
    open.push(index);
    KnowledgeRoom knowledge =
        KnowledgeModule.create(
            Settings.knowledge(config.knowledge()),
            new KnowledgeDependencies(
                database,
                jobs,
                gateway,
                parser,
                ChunkingModule.create(ChunkingConfig.DEFAULT),
                index,
                observability.tracing(),
                access.audit(),
                clock,
                ids,
                data.resolve("blobs"),
                publicUrl(address)),
            StagePause.ofProperty());
    open.push(knowledge);
    applications.set(knowledge.applications());
    knowledge.start();
    jobs.start();
    Housekeeping housekeeping =
        Housekeeping.of(config.retention(), database, jobs, knowledge::tidy, clock);
    open.push(housekeeping);
    housekeeping.start();

    List<Route> routes = new ArrayList<>();
    routes.addAll(access.routes());
    routes.addAll(observability.routes());
    routes.addAll(gatewayRoom.routes());
    routes.addAll(knowledge.routes());
    routes.addAll(FeedbackModule.create(database, clock, ids));
    AtomicBoolean draining = new AtomicBoolean();
    BooleanSupplier ready = () -> !draining.get() && knowledge.ready();
    routes.addAll(new StatusRoutes(database, observability, gateway, ready, data, clock).routes());
    routes.addAll(new DemonstrationRoutes(knowledge).routes());
    HttpServer http =
        HttpModule.create(
            address,
            vertx,
            new HttpModule.Content(
                access.authenticator(),
                access.idempotency(),
                routes,
                gatewayRoom.mounts(),
                Assets.of(Server.class.getClassLoader(), "console")),
            ids);
    open.push(http);
    keepFirstKey(access, data);
    http.start();
    port.close();
    open.push(RunningFile.write(data, localUrl(address), databasePort(database)));
    return new Server(config.drainTime(), open, new Stopping(draining, http, jobs, database));
  }

  static List<Provider> inProcess(GimbalConfig config, Clock clock) {
    List<Provider> providers = new ArrayList<>();
    providers.add(LocalModule.create(Settings.local(config), clock));
    if (config.gateway().scriptedModels()) {
      providers.add(FakeModule.create(FakeConfig.DEFAULT));
    }
    return providers;
  }

  /// Citations carry the server's address before it listens, so its port is known first.
  static HttpConfig address(HttpConfig config, PortReservation port, Path data) {
    HttpConfig kept =
        config.uploadDirectory() != null ? config : config.uploadingTo(data.resolve("uploads"));
    return kept.listeningOn(kept.host(), port.port());
  }

  static int databasePort(Database database) {
    return database.asOwner(handle -> handle.createQuery("SHOW port").mapTo(Integer.class).one());
  }

  private static String publicUrl(HttpConfig config) {
    String configured = config.publicUrl();
    if (configured != null) {
      return configured.endsWith("/")
          ? configured.substring(0, configured.length() - 1)
          : configured;
    }
    return localUrl(config);
  }

  static String localUrl(HttpConfig config) {
    String host =
        switch (config.host()) {
          case "0.0.0.0", "::" -> "127.0.0.1";
          default -> config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        };
    String scheme = config.tls() == null ? "http://" : "https://";
    return scheme + host + ":" + config.port() + config.basePath();
  }

  static void keepFirstKey(Access access, Path data) {
    access.ensureFirstTenant(
        key -> {
          try {
            Keyring.write(data.resolve(DataDirectory.KEY_FILE), key + "\n");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public String publicUrl() {
    return stopping.http().publicUrl();
  }

  /// Every route, for the test that walks all of them.
  List<Route> routes() {
    return stopping.http().routes();
  }

  /// Takes no new work, lets running work end within the time to drain, then closes everything.
  @Override
  public void close() {
    long end = System.nanoTime() + drainTime.toNanos();
    stopping.draining().set(true);
    stopping.jobs().quiesce();
    if (!stopping.http().drain(drainTime)) {
      LOG.warn("{} requests did not end within {}", stopping.http().activeRequests(), drainTime);
    }
    stopping.database().hurry();
    stopping.jobs().drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    closeAll(open);
  }

  static void closeAll(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.error("{} did not close cleanly", next.getClass().getSimpleName(), e);
      }
    }
  }
}
