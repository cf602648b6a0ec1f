package dev.gimbal.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// The distribution's server on a data directory, in a process of its own.
final class PackagedServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path data;
  private final Process process;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private String url = "";
  private String key = "";

  private PackagedServer(Path data, Process process) {
    this.data = data;
    this.process = process;
  }

  record Answer(int status, JsonNode body) {}

  /// Starts it and waits until it serves.
  ///
  /// @param settings as environment, `GIMBAL_…`
  static PackagedServer start(Path data, Map<String, String> settings) throws Exception {
    return start(data, settings, List.of());
  }

  /// Starts the gateway alone, declared by the file in its data directory.
  ///
  /// @param withKey that the file declares
  static PackagedServer startAlone(Path data, String withKey, Map<String, String> settings)
      throws Exception {
    Files.writeString(data.resolve("admin.key"), withKey);
    return start(data, settings, List.of("--only", "gateway"));
  }

  /// Starts the gateway alone on a database of its own.
  static PackagedServer startGateway(Path data, Map<String, String> settings) throws Exception {
    return start(data, settings, List.of("--only", "gateway"));
  }

  private static PackagedServer start(Path data, Map<String, String> settings, List<String> more)
      throws Exception {
    Files.createDirectories(data);
    Files.deleteIfExists(data.resolve("server.json"));
    Path log = data.resolve("test.log");
    ProcessBuilder builder =
        new ProcessBuilder(command(up(data, more)))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().put("GIMBAL_SERVER_PORT", "0");
    builder.environment().putAll(settings);
    boolean declared = Files.exists(data.resolve("gateway.yaml"));
    if (!declared) {
      UnpackedPrograms.lend(data);
    }
    PackagedServer server = new PackagedServer(data, builder.start());
    server.awaitReady(log);
    if (!declared) {
      UnpackedPrograms.keep(data);
    }
    return server;
  }

  private static String[] up(Path data, List<String> more) {
    List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
    arguments.addAll(more);
    return arguments.toArray(String[]::new);
  }

  /// The command that runs a verb of the distribution.
  static List<String> command(String... arguments) {
    Path dist = Path.of("target/dist").toAbsolutePath();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx768m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=jdk.incubator.vector",
                "-Dgimbal.home=" + dist,
                "-cp",
                dist.resolve("lib") + "/*",
                "dev.gimbal.server.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  private void awaitReady(Path log) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new AssertionError("the server ended: " + Files.readString(log));
      }
      Path file = data.resolve("server.json");
      if (Files.exists(file)) {
        url = Json.tree(Files.readString(file)).path("url").asText();
        key = Files.readString(data.resolve("admin.key")).strip();
        return;
      }
    }
    kill();
    throw new AssertionError("the server was not ready in time: " + Files.readString(log));
  }

  String url() {
    return url;
  }

  String key() {
    return key;
  }

  Path data() {
    return data;
  }

  Process process() {
    return process;
  }

  Answer get(String path) throws Exception {
    return send(key, "GET", path, null);
  }

  Answer post(String path, Object body) throws Exception {
    return send(key, "POST", path, body);
  }

  Answer send(String withKey, String method, String path, Object body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofMinutes(2))
            .header("authorization", "Bearer " + withKey);
    if (body == null) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request
          .header("content-type", "application/json")
          .method(method, BodyPublishers.ofByteArray(Json.bytes(body)));
    }
    return answer(http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8)));
  }

  /// Puts texts in as files; the answer is the upload's.
  Answer upload(String collection, Map<String, String> files) throws Exception {
    Map<String, byte[]> bytes = new HashMap<>();
    files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return uploadBytes(collection, bytes);
  }

  /// The same with another key.
  Answer uploadAs(String withKey, String collection, Map<String, String> files) throws Exception {
    Map<String, byte[]> bytes = new HashMap<>();
    files.forEach((name, text) -> bytes.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return uploadBytes(withKey, collection, bytes);
  }

  Answer uploadBytes(String collection, Map<String, byte[]> files) throws Exception {
    return uploadBytes(key, collection, files);
  }

  private Answer uploadBytes(String withKey, String collection, Map<String, byte[]> files)
      throws Exception {
    String boundary = "test-boundary-7f3a";
    List<HttpRequest.BodyPublisher> parts = new ArrayList<>();
    files.forEach(
        (name, bytes) -> {
          parts.add(
              BodyPublishers.ofString(
                  "--%s\r\ncontent-disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n"
                      .formatted(boundary, name)));
          parts.add(BodyPublishers.ofByteArray(bytes));
          parts.add(BodyPublishers.ofString("\r\n"));
        });
    parts.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/api/collections/" + collection + "/documents"))
            .timeout(Duration.ofMinutes(2))
            .header("authorization", "Bearer " + withKey)
            .header("content-type", "multipart/form-data; boundary=" + boundary)
            .POST(BodyPublishers.concat(parts.toArray(HttpRequest.BodyPublisher[]::new)))
            .build();
    return answer(http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)));
  }

  /// Waits until a job ended and answers how.
  JsonNode ended(String job) throws Exception {
    return await(
        "/api/jobs/" + job,
        state ->
            List.of("succeeded", "failed", "cancelled").contains(state.path("state").asText()));
  }

  /// Asks until the answer fits.
  JsonNode await(String path, Predicate<JsonNode> enough) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode last = Json.MAPPER.createObjectNode();
    while (System.nanoTime() < deadline) {
      last = get(path).body();
      if (enough.test(last)) {
        return last;
      }
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new AssertionError(path + " never came to it: " + last);
  }

  private static Answer answer(HttpResponse<String> response) throws IOException {
    String body = response.body();
    boolean json = response.headers().firstValue("content-type").orElse("").contains("json");
    return new Answer(
        response.statusCode(),
        json ? Json.tree(body) : Json.MAPPER.getNodeFactory().textNode(body));
  }

  /// `kill -9`: of this process alone, its database stays.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Stops it as an operator does.
  @Override
  public void close() {
    http.close();
    process.destroy();
    boolean stopped = false;
    try {
      stopped = process.waitFor(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!stopped) {
      process.destroyForcibly();
      throw new AssertionError("the server did not stop within a minute of SIGTERM");
    }
  }
}
