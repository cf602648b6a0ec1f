package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The event loops under everything at once: processor time is asked of the server itself, so that
/// other work on this machine does not count.
class EventLoopEndToEndIT {
  private static final int STREAMS = 500;
  private static final long UPLOAD_BYTES = 200_000_000;
  private static final String LONGEST_SECONDS = "0.02";

  @TempDir static Path data;
  private static final Vertx VERTX = Vertx.vertx();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static ScenarioUpstream upstream;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    upstream = ScenarioUpstream.start(VERTX);
    server = PackagedServer.start(data, Map.of("GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true"));
    Map<String, String> provider =
        Map.of(
            "name", "scenario",
            "dialect", "openai",
            "base_url", upstream.baseUrl(),
            "credential", "sk-any");
    assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() throws Exception {
    HTTP.close();
    server.close();
    upstream.close();
    VERTX.close().await(20, TimeUnit.SECONDS);
  }

  @Test
  void shouldHoldNoLoopForLongUnderALargeUploadAnIngestionAndManyStreams() throws Exception {
    // Classes load and code warms up once in the life of a server; that is nobody's handler.
    load(20, 1_000_000, 4, "slow-1");
    Map<String, Double> before = metrics();

    load(STREAMS, UPLOAD_BYTES, 24, "slow-300");

    Map<String, Double> after = metrics();
    System.out.println(seen(after));
    double held = grown(before, after, "gimbal_loop_held_seconds_count");
    double within = grown(before, after, "gimbal_loop_held_seconds_bucket", LONGEST_SECONDS);
    assertThat(held - within)
        .as("stretches over 20 ms of processor time; %s", seen(after))
        .isZero();
    for (int loop = 0; loop < Runtime.getRuntime().availableProcessors(); loop++) {
      assertThat(after)
          .hasEntrySatisfying(
              "gimbal_loop_lag_seconds_count{loop=\"%d\"}".formatted(loop),
              count -> assertThat(count).isPositive());
    }
  }

  private static void load(int streams, long bytes, int documents, String model) throws Exception {
    List<CompletableFuture<HttpResponse<String>>> running = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      running.add(HTTP.sendAsync(stream(model), BodyHandlers.ofString()));
    }
    JsonNode ingested = server.upload("default", documents(documents, bytes)).body();
    CompletableFuture<HttpResponse<String>> upload =
        HTTP.sendAsync(upload(bytes), BodyHandlers.ofString());

    assertThat(get(upload).statusCode()).as(get(upload).body()).isEqualTo(202);
    JsonNode job = server.ended(ingested.path("job").asText());
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("succeeded");
    for (CompletableFuture<HttpResponse<String>> one : running) {
      assertThat(get(one).body()).contains("token19").contains("[DONE]");
    }
    server.ended(Json.tree(get(upload).body()).path("job").asText());
  }

  private static HttpResponse<String> get(CompletableFuture<HttpResponse<String>> one)
      throws Exception {
    try {
      return one.get(2, TimeUnit.MINUTES);
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within two minutes", e);
    }
  }

  private static HttpRequest stream(String model) {
    return request("/v1/chat/completions")
        .header("content-type", "application/json")
        .POST(
            BodyPublishers.ofByteArray(
                Json.bytes(
                    Map.of(
                        "model",
                        "scenario/" + model,
                        "stream",
                        true,
                        "messages",
                        List.of(Map.of("role", "user", "content", "Tell me slowly."))))))
        .build();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server.url() + path))
        .timeout(Duration.ofMinutes(2))
        .header("authorization", "Bearer " + server.key());
  }

  private static Map<String, String> documents(int count, long seed) {
    Random random = new Random(seed);
    Map<String, String> documents = new HashMap<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("# Rules\n\n");
      for (int line = 0; line < 24; line++) {
        String who = Long.toString(random.nextLong(), 36);
        text.append("The warehouse in ").append(who).append(" takes deliveries from ");
        text.append(random.nextInt(24)).append(" o'clock on and keeps its papers for a year. ");
        text.append(line % 8 == 7 ? "\n\n## Part %d\n\n".formatted(line) : "");
      }
      documents.put("rules-%d-%d.md".formatted(seed, i), text.toString());
    }
    return documents;
  }

  /// One file of noise, which no parser takes: it is the way in that is tried.
  private static HttpRequest upload(long bytes) {
    String boundary = "test-boundary-51c8";
    String head =
        "--%s\r\ncontent-disposition: form-data; name=\"file\"; filename=\"noise-%d.bin\"\r\n\r\n"
            .formatted(boundary, bytes);
    return request("/api/collections/default/documents")
        .header("content-type", "multipart/form-data; boundary=" + boundary)
        .POST(
            BodyPublishers.concat(
                BodyPublishers.ofString(head),
                BodyPublishers.ofInputStream(() -> new Noise(bytes)),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")))
        .build();
  }

  /// Bytes that are made as they are read.
  private static final class Noise extends InputStream {
    private final Random random = new Random(7);
    private final byte[] block = new byte[1 << 16];
    private long left;

    Noise(long bytes) {
      left = bytes;
      random.nextBytes(block);
    }

    @Override
    public int read() {
      return left-- > 0 ? random.nextInt(256) : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (left <= 0) {
        return -1;
      }
      int count = (int) Math.min(left, Math.min(length, block.length));
      System.arraycopy(block, 0, into, offset, count);
      left -= count;
      return count;
    }
  }

  private static Map<String, Double> metrics() throws Exception {
    Map<String, Double> values = new HashMap<>();
    server
        .get("/metrics")
        .body()
        .asText()
        .lines()
        .filter(line -> line.startsWith("gimbal_loop"))
        .forEach(
            line -> {
              int space = line.lastIndexOf(' ');
              values.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            });
    return values;
  }

  private static double grown(Map<String, Double> before, Map<String, Double> after, String name) {
    return grown(before, after, name, "");
  }

  private static double grown(
      Map<String, Double> before, Map<String, Double> after, String name, String bound) {
    return sum(after, name, bound) - sum(before, name, bound);
  }

  private static double sum(Map<String, Double> values, String name, String bound) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(name + "{"))
        .filter(entry -> bound.isEmpty() || entry.getKey().contains("le=\"" + bound + "\""))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  private static String seen(Map<String, Double> values) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("gimbal_loop_held"))
        .map(Object::toString)
        .sorted()
        .toList()
        .toString();
  }
}
