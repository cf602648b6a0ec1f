package dev.gimbal.server;

import dev.gimbal.platform.config.ConfigLoader;
import dev.gimbal.platform.errors.FileFailure;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.server.cli.DataDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "up", description = "Starts the server and serves until Ctrl-C or SIGTERM.")
final class UpVerb implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(UpVerb.class);
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  /// What closing may take after the time to drain.
  private static final Duration CLOSING = Duration.ofSeconds(15);

  @Option(names = "--data", paramLabel = "DIR", description = "where everything is kept")
  @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "default: DATA/gimbal.yaml")
  @Nullable Path config;

  @Option(
      names = "--only",
      paramLabel = "gateway",
      description = "runs the gateway and no other room; with a gateway file without a database")
  @Nullable String only;

  @Option(
      names = "--gateway-file",
      paramLabel = "FILE",
      description = "with --only gateway: what declares it; default: DATA/gateway.yaml")
  @Nullable Path gatewayFile;

  @Option(names = "--detach", description = "serves in the background; ./gimbal down ends it")
  boolean detach;

  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
  private final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  @Override
  public Integer call() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    if (only != null && !only.equals("gateway")) {
      err.println("gimbal: --only takes gateway, but is " + only);
      return WRONG_USAGE;
    }
    if (gatewayFile != null) {
      environment.put("GIMBAL_GATEWAY_FILE", gatewayFile.toAbsolutePath().toString());
    }
    Path directory = DataDirectory.resolve(data, environment);
    try {
      Files.createDirectories(directory);
      if (detach) {
        return Detached.start(directory, more(), out, err);
      }
      return serve(directory, environment);
    } catch (GimbalException e) {
      LOG.debug("cannot start", e);
      err.println("gimbal: " + e.getMessage());
      return FAILED;
    } catch (IOException e) {
      err.println("gimbal: cannot use " + directory + ": " + FileFailure.reason(e));
      return FAILED;
    } catch (UncheckedIOException e) {
      err.println(
          "gimbal: cannot use "
              + directory
              + ": "
              + FileFailure.reason(Objects.requireNonNull(e.getCause())));
      return FAILED;
    }
  }

  private int serve(Path directory, Map<String, String> environment) throws IOException {
    GimbalConfig settings = ConfigLoader.load(GimbalConfig.class, file(directory), environment);
    System.setProperty("ENGINE_CACHE_DIR", directory.resolve("native").toString());
    System.setProperty("ai.djl.offline", "true");
    Ending ending = Ending.onSignal(settings.drainTime().plus(CLOSING));
    try {
      RunningServer server = server(settings, directory, environment);
      ending.runs(server);
      if (server instanceof GatewayServer gateway) {
        gateway.onHangup();
        out.println(gateway.greeting(directory));
      } else {
        greet(server, directory);
      }
    } catch (IOException | RuntimeException e) {
      if (!ending.asked()) {
        throw e;
      }
      LOG.debug("stopped while starting", e);
      err.println("gimbal: stopped before it was ready");
      return FAILED;
    } finally {
      ending.over();
    }
    try {
      new CountDownLatch(1).await(); // the end comes by a signal
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private RunningServer server(
      GimbalConfig settings, Path directory, Map<String, String> environment) throws IOException {
    Clock clock = Clock.systemUTC();
    if (only != null) {
      return GatewayServer.start(settings, directory, environment, clock);
    }
    if (settings.gateway().file() != null) {
      throw new IllegalArgumentException("gateway.file goes with --only gateway");
    }
    return Server.start(settings, directory, environment, clock);
  }

  /// What is said to the server in the background as well.
  private List<String> more() {
    List<String> more = new ArrayList<>();
    if (config != null) {
      more.addAll(List.of("--config", config.toString()));
    }
    if (only != null) {
      more.addAll(List.of("--only", only));
    }
    if (gatewayFile != null) {
      more.addAll(List.of("--gateway-file", gatewayFile.toString()));
    }
    return more;
  }

  private @Nullable Path file(Path directory) {
    Path beside = directory.resolve("gimbal.yaml");
    return config != null ? config : Files.exists(beside) ? beside : null;
  }

  private void greet(RunningServer server, Path directory) {
    out.printf(
        """

        Gimbal is ready at %1$s
        The administrator's key lies in %2$s

        Three things to try:
          ./gimbal ingest docs                                   put a folder of documents in
          ./gimbal ask "What happens when the disk is full?"     ask, in English or Chinese
          open %1$s and sign in with the key

        """,
        server.publicUrl(), directory.resolve(DataDirectory.KEY_FILE));
  }
}
