package dev.gimbal.server;

import dev.gimbal.access.api.Rights;
import dev.gimbal.access.core.Access;
import dev.gimbal.access.core.AccessConfig;
import dev.gimbal.access.core.AccessModule;
import dev.gimbal.access.core.FixedKeys;
import dev.gimbal.gateway.core.GatewayModule;
import dev.gimbal.gateway.core.GatewayRoom;
import dev.gimbal.gateway.core.LocalGateway;
import dev.gimbal.gateway.core.routes.GatewayFile;
import dev.gimbal.gateway.injection.InjectionClassifier;
import dev.gimbal.observability.core.ContentPolicy;
import dev.gimbal.observability.core.LocalEvidence;
import dev.gimbal.observability.core.Observability;
import dev.gimbal.observability.core.ObservabilityModule;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.http.Assets;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.EventLoops;
import dev.gimbal.platform.http.HttpConfig;
import dev.gimbal.platform.http.HttpModule;
import dev.gimbal.platform.http.HttpServer;
import dev.gimbal.platform.http.IdempotencyStore;
import dev.gimbal.platform.http.PortReservation;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.release.api.Applications;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
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
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway without the other rooms: on a database, or declared by a file and without one. The
/// same rooms as in [Server], wired from top to bottom and closed in reverse.
final class GatewayServer implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
  private static final String BESIDE = "gateway.yaml";
  private static final List<String> OTHER_ROOMS =
      List.of(
          "/",
          "/api/collections",
          "/api/connectors",
          "/api/conversations",
          "/api/jobs",
          "/api/feedback",
          "/api/demonstration");
  private static final List<String> NEED_A_DATABASE =
      List.of(
          "/api/traces",
          "/api/sessions",
          "/api/costs",
          "/api/surge",
          "/api/tenants",
          "/api/roles",
          "/api/audit",
          "/api/cache");

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final GimbalConfig config;
  private final Path data;
  private final Clock clock;
  private final Ids ids;
  private final AtomicBoolean draining = new AtomicBoolean();
  private final PortReservation port;
  private final HttpConfig address;
  private final EventLoops loops;
  private @Nullable HttpServer http;
  private @Nullable FollowedFile file;

  private GatewayServer(GimbalConfig config, Path data, Clock clock) throws IOException {
    this.config = config;
    this.data = data;
    this.clock = clock;
    this.ids = new TimeOrderedIds(clock);
    this.port = PortReservation.take(config.server());
    open.push(port);
    this.address = Server.address(config.server(), port, data);
    this.loops = EventLoops.start(config.server().eventLoops());
    open.push(loops);
  }

  /// Starts it; what was started is closed again if something fails.
  static GatewayServer start(
      GimbalConfig config, Path data, Map<String, String> environment, Clock clock)
      throws IOException {
    Path declared = config.gateway().file();
    Path beside = data.resolve(BESIDE);
    Path file = declared != null ? declared : Files.exists(beside) ? beside : null;
    GatewayServer server = new GatewayServer(config, data, clock);
    boolean started = false;
    try {
      if (file == null) {
        server.onDatabase(environment.get("GIMBAL_MASTER_KEY"));
      } else {
        server.declaredBy(file.toAbsolutePath());
      }
      started = true;
      return server;
    } finally {
      if (!started) {
        boolean interrupted = Thread.interrupted();
        Server.closeAll(server.open);
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private void onDatabase(@Nullable String masterKey) throws IOException {
    Database database = DatabaseModule.open(Settings.database(config.database(), data), ids);
    open.push(database);
    Access access =
        AccessModule.create(AccessConfig.DEFAULT, database, clock, ids, new SecureRandom());
    open.push(access);
    access.start();
    Observability observability =
        ObservabilityModule.create(
            Settings.observability(config.evidence(), data), database, clock, ids);
    begin(observability);
    GatewayRoom room =
        GatewayModule.create(
            Settings.gateway(config),
            new GatewayModule.Surroundings(
                loops.vertx(),
                database,
                observability.ledger(),
                access.audit(),
                () -> Applications.NONE,
                access.authenticator(),
                clock,
                ids,
                config.database().url() == null,
                observability.metrics(),
                data.resolve("leases")),
            vendors(Keyring.master(data, masterKey)));
    open.push(room);
    observability.listen(room.listener());
    Housekeeping housekeeping = Housekeeping.ofChanges(config.retention(), database, clock);
    open.push(housekeeping);
    housekeeping.start();
    List<Route> routes = new ArrayList<>();
    routes.addAll(access.routes());
    routes.addAll(observability.routes());
    routes.addAll(room.routes());
    routes.addAll(status(database, observability, room));
    Server.keepFirstKey(access, data);
    listen(
        new HttpModule.Content(
            access.authenticator(),
            access.idempotency(),
            routes,
            room.mounts(),
            Assets.NONE,
            new HttpModule.Absent(
                OTHER_ROOMS, "This server runs the gateway alone (--only gateway).")),
        Server.databasePort(database));
  }

  private void declaredBy(Path declaration) throws IOException {
    FixedKeys keys = new FixedKeys(clock);
    LocalEvidence evidence =
        ObservabilityModule.withoutDatabase(
            Settings.aloneJournal(config.evidence(), data),
            Settings.aloneKept(config.evidence()),
            ContentPolicy.valueOf(config.evidence().content().name()),
            clock,
            ids);
    Observability observability = evidence.observability();
    begin(observability);
    LocalGateway gateway =
        LocalGateway.create(
            Settings.gatewayAlone(config),
            new LocalGateway.Surroundings(
                loops.vertx(),
                observability.ledger(),
                evidence.spent(),
                keys,
                clock,
                ids,
                observability.metrics(),
                declaration.toString()),
            vendors(Keyring.nothingSealed()));
    open.push(gateway);
    observability.listen(gateway.room().listener());
    FollowedFile followed =
        FollowedFile.start(declaration, text -> take(gateway.read(text), gateway, keys), clock);
    file = followed;
    open.push(followed);
    observability
        .metrics()
        .gauge("gimbal.gateway.file.refused", () -> followed.state().refused() == null ? 0 : 1);
    List<Route> routes = new ArrayList<>();
    routes.addAll(observability.routes());
    routes.addAll(gateway.room().routes());
    routes.addAll(status(null, observability, gateway.room()));
    routes.add(
        Route.get("/api/gateway-file")
            .summary("The file that declares this gateway, and what is wrong with it")
            .right(Rights.STATUS_READ)
            .answers(200, FollowedFile.State.class)
            .handle(request -> Response.ok(followed.state())));
    List<String> absent = new ArrayList<>(OTHER_ROOMS);
    absent.addAll(NEED_A_DATABASE);
    listen(
        new HttpModule.Content(
            keys,
            NOTHING_REPEATED,
            routes,
            gateway.room().mounts(),
            Assets.NONE,
            new HttpModule.Absent(
                absent,
                "This server runs the gateway alone and without a database (--only gateway).")),
        0);
  }

  private static void take(GatewayFile declared, LocalGateway gateway, FixedKeys keys) {
    gateway.declare(declared);
    keys.swap(
        declared.keys().stream()
            .map(key -> new FixedKeys.Key(key.principal(), key.hash(), key.expiresAt()))
            .toList());
  }

  private void begin(Observability observability) throws IOException {
    Exports.open(config, data, observability, open);
    open.push(observability);
    observability.start();
    loops.watch(new LoopMetrics(observability.metrics()), LoopMetrics.EVERY);
  }

  private GatewayModule.Vendors vendors(SecretKey secrets) {
    return new GatewayModule.Vendors(
        VendorFactories.create(loops.vertx()),
        Server.inProcess(config, clock),
        List.of(InjectionClassifier.direct(), InjectionClassifier.indirect()),
        secrets);
  }

  private List<Route> status(
      @Nullable Database database, Observability observability, GatewayRoom room) {
    return new StatusRoutes(
            database, observability, room.gateway(), () -> !draining.get(), data, clock)
        .routes();
  }

  private void listen(HttpModule.Content content, int databasePort) throws IOException {
    HttpServer made = HttpModule.create(address, loops.vertx(), content, ids);
    http = made;
    open.push(made);
    made.start();
    port.close();
    open.push(RunningFile.write(data, Server.localUrl(address), databasePort));
  }

  /// From now on SIGHUP reads the file again instead of ending the server; without a file nothing
  /// changes.
  void onHangup() {
    FollowedFile followed = file;
    if (followed == null) {
      return;
    }
    try {
      Signals.handle("HUP", signal -> followed.readAgain());
    } catch (ReflectiveOperationException e) {
      LOG.warn("SIGHUP does not read {} again: {}", followed.state().file(), e.getMessage());
    }
  }

  /// What is said once it listens.
  String greeting(Path directory) {
    FollowedFile followed = file;
    return followed == null
        ? "\nThe gateway is ready at %s\nThe administrator's key lies in %s\n"
            .formatted(publicUrl(), directory.resolve(DataDirectory.KEY_FILE))
        : "\nThe gateway is ready at %s, declared by %s, without a database\n"
            .formatted(publicUrl(), followed.state().file());
  }

  @Override
  public String publicUrl() {
    HttpServer listening = http;
    return listening == null ? Server.localUrl(address) : listening.publicUrl();
  }

  @Override
  public void close() {
    draining.set(true);
    Duration most = config.drainTime();
    HttpServer listening = http;
    if (listening != null && !listening.drain(most)) {
      LOG.warn("{} requests did not end within {}", listening.activeRequests(), most);
    }
    Server.closeAll(open);
  }

  /// Nothing here is created by a request.
  private static final IdempotencyStore NOTHING_REPEATED =
      new IdempotencyStore() {
        @Override
        public Begun begin(Caller caller, String route, String key, byte[] bodyHash) {
          return new Begun.First();
        }

        @Override
        public void finish(Caller caller, String route, String key, Answer answer) {}

        @Override
        public void abandon(Caller caller, String route, String key) {}
      };
}
