package dev.gimbal.server;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.observability.core.Observability;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Whether the server is well: for people, for the command line and for probes.
final class StatusRoutes {
  private final @Nullable Database database;
  private final Observability observability;
  private final Gateway gateway;
  private final BooleanSupplier ready;
  private final Path data;
  private final Clock clock;
  private final Instant started;

  /// @param database null: there is none
  StatusRoutes(
      @Nullable Database database,
      Observability observability,
      Gateway gateway,
      BooleanSupplier ready,
      Path data,
      Clock clock) {
    this.database = database;
    this.observability = observability;
    this.gateway = gateway;
    this.ready = ready;
    this.data = data;
    this.clock = clock;
    this.started = clock.instant();
  }

  /// How the server is.
  record Status(
      String version,
      long uptimeSeconds,
      boolean ready,
      @Nullable DatabaseStatus database,
      LedgerStatus ledger,
      MemoryStatus memory,
      DiskStatus disk,
      List<String> models) {
    Status {
      models = List.copyOf(models);
    }
  }

  /// @param version of the PostgreSQL server
  record DatabaseStatus(String version, boolean answering) {}

  /// @param refusing why calls are refused; absent if they are not
  record LedgerStatus(
      @Nullable String refusing, long journalBytes, int queued, long dropped, long lagMs) {}

  record MemoryStatus(long usedBytes, long mostBytes) {}

  record DiskStatus(long freeBytes, long totalBytes) {}

  private record Probe(String status) {}

  List<Route> routes() {
    return List.of(
        Route.get("/api/status")
            .summary("How the server is")
            .right(Rights.STATUS_READ)
            .answers(200, Status.class)
            .handle(this::status),
        Route.get("/health/live")
            .summary("Whether the process answers")
            .open()
            .answers(200, Probe.class)
            .handle(request -> Response.ok(new Probe("live"))),
        Route.get("/health/ready")
            .summary("Whether the server can do its work")
            .open()
            .answers(200, Probe.class)
            .handle(this::readiness));
  }

  private Response readiness(Request request) {
    boolean well =
        ready.getAsBoolean() && observability.state().refusing() == null && databaseAnswers();
    return Response.json(well ? 200 : 503, new Probe(well ? "ready" : "not ready"));
  }

  private Response status(Request request) throws IOException {
    Observability.State ledger = observability.state();
    FileStore disk = Files.getFileStore(data);
    Runtime runtime = Runtime.getRuntime();
    return Response.ok(
        new Status(
            Version.text(),
            Duration.between(started, clock.instant()).toSeconds(),
            ready.getAsBoolean() && ledger.refusing() == null,
            database(),
            new LedgerStatus(
                ledger.refusing(),
                ledger.journalBytes(),
                ledger.queued(),
                ledger.dropped(),
                ledger.lag().toMillis()),
            new MemoryStatus(runtime.totalMemory() - runtime.freeMemory(), runtime.maxMemory()),
            new DiskStatus(disk.getUsableSpace(), disk.getTotalSpace()),
            gateway.models(Principal.of(request.caller())).stream().map(Model::name).toList()));
  }

  private boolean databaseAnswers() {
    DatabaseStatus status = database();
    return status == null || status.answering();
  }

  private @Nullable DatabaseStatus database() {
    Database asked = database;
    if (asked == null) {
      return null;
    }
    try {
      String version =
          asked.asOwner(
              handle -> handle.createQuery("SHOW server_version").mapTo(String.class).one());
      return new DatabaseStatus(version, true);
    } catch (dev.gimbal.platform.database.DatabaseException e) {
      return new DatabaseStatus("unknown", false);
    }
  }
}
