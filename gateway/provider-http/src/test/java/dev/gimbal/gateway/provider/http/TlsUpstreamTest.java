package dev.gimbal.gateway.provider.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which upstreams are believed to be who they say. The certificate is for `up.example.org` alone.
class TlsUpstreamTest {
  private static final String PASSWORD = "changeit";
  private static final String STORE = "javax.net.ssl.trustStore";
  private static final String STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

  @TempDir private Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private int port;

  @BeforeEach
  void serve() throws Exception {
    Path store = directory.resolve("keys.p12");
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                tool,
                "-genkeypair",
                "-alias",
                "one",
                "-keyalg",
                "EC",
                "-dname",
                "CN=up",
                "-ext",
                "san=dns:up.example.org",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    String said = new String(made.getInputStream().readAllBytes(), UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
    HttpServer server =
        vertx
            .createHttpServer(
                new HttpServerOptions()
                    .setSsl(true)
                    .setSni(true)
                    .setKeyCertOptions(
                        new PfxOptions().setPath(store.toString()).setPassword(PASSWORD)))
            .requestHandler(
                request -> {
                  asked.add(request.authority() + " " + request.connection().indicatedServerName());
                  request.response().end("{}");
                })
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
    port = server.actualPort();
    System.setProperty(STORE, store.toString());
    System.setProperty(STORE_PASSWORD, PASSWORD);
  }

  @AfterEach
  void close() {
    System.clearProperty(STORE);
    System.clearProperty(STORE_PASSWORD);
    vertx.close().toCompletionStage().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private Calls calls(String host) {
    return new Calls(Calls.config(4, 4, Duration.ofSeconds(20)), "https://" + host + ":" + port);
  }

  @Test
  void shouldCallWhoHasACertificateThatIsTrustedForItsName() throws Exception {
    try (Calls calls = calls("up.example.org")) {
      assertThat(calls.call().body()).isEqualTo("{}");
      assertThat(calls.call().body()).isEqualTo("{}");
    }
    String seen = "up.example.org:" + port + " up.example.org";
    assertThat(asked).containsExactly(seen, seen);
  }

  @Test
  void shouldSendNothingToWhoHasACertificateForAnotherName() throws Exception {
    try (Calls calls = calls("other.example.org")) {
      assertThat(calls.call().over()).isEqualTo("upstream_failed: The provider cannot be reached.");
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldSendNothingToWhoHasACertificateThatNobodyTrusts() throws Exception {
    System.clearProperty(STORE);
    System.clearProperty(STORE_PASSWORD);
    try (Calls calls = calls("up.example.org")) {
      assertThat(calls.call().over()).isEqualTo("upstream_failed: The provider cannot be reached.");
    }
    assertThat(asked).isEmpty();
  }
}
