package dev.gimbal.platform.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS with a certificate of our own making.
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir private Path directory;

  record Echo(String text) {}

  @Test
  void shouldSpeakHttp2WhereTheClientOffersItAndHttp1Otherwise() throws Exception {
    KeyStore keys = makeCertificate("one");
    try (TestServer server = TestServer.of(tls("one", "one"), echo());
        HttpClient newer = client(keys, HttpClient.Version.HTTP_2);
        HttpClient older = client(keys, HttpClient.Version.HTTP_1_1)) {
      HttpResponse<String> second = post(newer, server);
      HttpResponse<String> first = post(older, server);

      assertThat(second.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
      assertThat(second.statusCode()).isEqualTo(200);
      assertThat(second.body()).isEqualTo(first.body()).contains("secret text");
      assertThat(server.server().publicUrl()).startsWith("https://");
    }
  }

  @Test
  void shouldAnswerNothingInPlainText() throws Exception {
    makeCertificate("one");
    try (TestServer server = TestServer.of(tls("one", "one"), echo())) {
      String answer = server.exchange("GET /api/echo HTTP/1.1\r\nhost: x\r\n\r\n");

      assertThat(answer).doesNotContain("HTTP/1.1");
    }
  }

  @Test
  void shouldNotBeTakenForAServerThatTheClientTrusts() throws Exception {
    makeCertificate("one");
    KeyStore other = makeCertificate("other");
    try (TestServer server = TestServer.of(tls("one", "one"), echo());
        HttpClient client = client(other, HttpClient.Version.HTTP_2)) {
      assertThat(catchThrowableOfType(SSLHandshakeException.class, () -> post(client, server)))
          .isNotNull();
    }
  }

  @Test
  void shouldSayInOneLineWhichFileOfACertificateIsMissingOrWrong() throws Exception {
    makeCertificate("one");
    makeCertificate("other");
    Files.writeString(directory.resolve("junk.pem"), "no certificate");
    Map<HttpConfig, String> wrong =
        Map.of(
            tls("none", "one"), "none.pem",
            tls("one", "none"), "none.key",
            tls("junk", "one"), "junk.pem",
            tls("one", "other"), "other.key");

    wrong.forEach(
        (config, named) -> {
          HttpException refused =
              catchThrowableOfType(HttpException.class, () -> TestServer.of(config, echo()));
          assertThat(refused).as(named).isNotNull();
          assertThat(refused.getMessage()).contains("server.tls").contains(named);
          assertThat(refused.getMessage()).doesNotContain("\n").doesNotContain("PRIVATE");
        });
  }

  private static Route echo() {
    return Route.post("/api/echo")
        .summary("Says it again")
        .open()
        .body(Echo.class)
        .answers(200, Echo.class)
        .handle(request -> Response.ok(request.body(Echo.class)));
  }

  private HttpConfig tls(String certificate, String key) {
    return HttpConfig.DEFAULT.securedBy(
        new HttpConfig.Tls(
            directory.resolve(certificate + ".pem"), directory.resolve(key + ".key")));
  }

  private static HttpResponse<String> post(HttpClient client, TestServer server)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + "/api/echo"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"secret text\"}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpClient client(KeyStore trusted, HttpClient.Version version) throws Exception {
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().version(version).sslContext(context).build();
  }

  /// Writes NAME.pem and NAME.key and answers a store that trusts it.
  private KeyStore makeCertificate(String name) throws Exception {
    Path store = directory.resolve(name + ".p12");
    String tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process made =
        new ProcessBuilder(
                tool,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                new String(PASSWORD),
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    String said = new String(made.getInputStream().readAllBytes(), UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    pem(name + ".pem", "CERTIFICATE", keys.getCertificate(name).getEncoded());
    pem(name + ".key", "PRIVATE KEY", keys.getKey(name, PASSWORD).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(name, keys.getCertificate(name));
    return trusted;
  }

  private void pem(String file, String what, byte[] encoded) throws IOException {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
    Files.writeString(
        directory.resolve(file),
        "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(what, lines));
  }
}
