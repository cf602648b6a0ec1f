package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page's files, mounts, origins, base path.
class PageTest {
  private static final Route ALIVE =
      Route.get("/health/live")
          .open()
          .handle(
              request ->
                  Response.ok(Map.of("secure", request.secure(), "client", request.client())));
  private static final Mount ECHO =
      new Mount(
          "/v1/",
          request ->
              request
                  .response()
                  .putHeader("x-mount", "yes")
                  .end(request.method() + " " + request.path()));

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = open(HttpConfig.DEFAULT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static TestServer open(HttpConfig config) {
    return TestServer.of(
        config, List.of(ALIVE), List.of(ECHO), Assets.of(PageTest.class.getClassLoader(), "page"));
  }

  private static HttpConfig config(String basePath, List<String> proxies, List<String> origins) {
    return new HttpConfig(
        "127.0.0.1", 0, null, basePath, null, proxies, origins, null, 2, HttpLimits.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/library/my.docs/doc_1", "/ask", "/traces?x=1"})
  void shouldServeThePageForEveryPathOfIt(String path) {
    HttpResponse<String> answer =
        server.send(server.request(path).header("accept", "text/html,*/*").build());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("<title>page</title>");
    assertThat(answer.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(answer.headers().firstValue("cache-control")).contains("no-cache");
    assertThat(answer.headers().firstValue("x-content-type-options")).contains("nosniff");
    assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
        .contains("default-src 'self'", "img-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe-eval", "script-src 'unsafe", "*");
  }

  @Test
  void shouldLetBrowsersKeepFilesWhoseNameHasAHash() {
    HttpResponse<String> answer = server.get("/assets/index-Bx81kPqL.js");

    assertThat(answer.headers().firstValue("cache-control").orElse("")).contains("immutable");
    assertThat(answer.headers().firstValue("content-type"))
        .contains("text/javascript; charset=utf-8");
  }

  @Test
  void shouldSayThatAFileHasNotChanged() {
    String tag = server.get("/").headers().firstValue("etag").orElse("");

    HttpResponse<String> answer =
        server.send(server.request("/").header("if-none-match", tag).build());

    assertThat(answer.statusCode()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void shouldSendGzipOnlyToThoseWhoTakeIt() {
    HttpResponse<String> plain = server.get("/assets/index-Bx81kPqL.js");
    HttpResponse<String> zipped =
        server.send(
            server.request("/assets/index-Bx81kPqL.js").header("accept-encoding", "gzip").build());

    assertThat(plain.headers().firstValue("content-encoding")).isEmpty();
    assertThat(zipped.headers().firstValue("content-encoding")).contains("gzip");
    assertThat(zipped.headers().firstValueAsLong("content-length").orElse(0))
        .isLessThan(plain.body().length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../logback-test.xml",
        "/%2e%2e/logback-test.xml",
        "/assets/..%2f..%2flogback-test.xml",
        "/assets/%2e%2e%2f%2e%2e%2flogback-test.xml",
        "//etc/passwd",
        "/assets/",
        "/assets",
        "/.hidden",
        "/assets%00.js",
        "/..%5clogback-test.xml",
        "/no-such.js"
      })
  void shouldServeNothingOutsideTheFolder(String path) throws IOException {
    String answer =
        server.exchange("GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 404 ").doesNotContain("<root", "hidden");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/nothing", "/api", "/v1beta/x", "/health/nothing"})
  void shouldNotServeThePageWherePrograms(String path) {
    HttpResponse<String> answer =
        server.send(server.request(path).header("accept", "text/html").build());

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
  }

  @Test
  void shouldHandAMountItsRequests() {
    HttpResponse<String> answer = server.get("/v1/models");

    assertThat(answer.body()).isEqualTo("GET /v1/models");
    assertThat(answer.headers().firstValue("x-request-id").orElse("")).startsWith("req_");
  }

  @Test
  void shouldServeEverythingBelowTheBasePath() {
    try (TestServer based = open(config("/gimbal", List.of(), List.of()))) {
      assertThat(based.get("/gimbal/health/live").statusCode()).isEqualTo(200);
      assertThat(based.get("/gimbal/v1/models").body()).isEqualTo("GET /v1/models");
      assertThat(based.get("/health/live").statusCode()).isEqualTo(404);
      assertThat(based.get("/gimbal/").body()).contains("<base href=\"/gimbal/\"");
      HttpResponse<String> bare = based.get("/gimbal");
      assertThat(bare.statusCode()).isEqualTo(308);
      assertThat(bare.headers().firstValue("location")).contains("/gimbal/");
      assertThat(based.server().publicUrl()).endsWith(":" + based.port() + "/gimbal");
    }
  }

  @Test
  void shouldLetPagesOfConfiguredOriginsCallRoutesAndMounts() {
    try (TestServer open = open(config("", List.of(), List.of("https://app.example.com")))) {
      HttpResponse<String> preflight = preflight(open, "https://app.example.com");
      HttpResponse<String> foreign = preflight(open, "https://evil.example.com");
      HttpResponse<String> call =
          open.send(open.request("/v1/models").header("origin", "https://app.example.com").build());
      HttpResponse<String> foreignCall =
          open.send(
              open.request("/v1/models").header("origin", "https://evil.example.com").build());

      assertThat(preflight.statusCode()).isEqualTo(204);
      assertThat(preflight.headers().firstValue("access-control-allow-origin"))
          .contains("https://app.example.com");
      assertThat(preflight.headers().firstValue("access-control-allow-headers"))
          .contains("authorization, x-stainless-os");
      assertThat(preflight.headers().firstValue("access-control-allow-credentials")).isEmpty();
      assertThat(foreign.headers().firstValue("access-control-allow-origin")).isEmpty();
      assertThat(call.headers().firstValue("access-control-allow-origin"))
          .contains("https://app.example.com");
      assertThat(foreignCall.headers().firstValue("access-control-allow-origin")).isEmpty();
    }
  }

  @Test
  void shouldBelieveForwardedHeadersOfTrustedProxiesOnly() {
    try (TestServer behind = open(config("", List.of("127.0.0.0/8"), List.of()))) {
      HttpResponse<String> trusted = forwarded(behind);
      HttpResponse<String> untrusted = forwarded(server);

      assertThat(trusted.body()).contains("\"secure\":true", "\"client\":\"203.0.113.9\"");
      assertThat(untrusted.body()).contains("\"secure\":false", "\"client\":\"127.0.0.1\"");
    }
  }

  private static HttpResponse<String> forwarded(TestServer to) {
    return to.send(
        to.request("/health/live")
            .header("x-forwarded-for", "198.51.100.1, 203.0.113.9, 127.0.0.5")
            .header("x-forwarded-proto", "https")
            .build());
  }

  private static HttpResponse<String> preflight(TestServer to, String origin) {
    return to.send(
        to.request("/v1/chat/completions")
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization, x-stainless-os")
            .build());
  }
}
