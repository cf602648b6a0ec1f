package dev.gimbal.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.gimbal.platform.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.BiConsumer;

/// Talks to a server over HTTP. For one thread at a time.
final class ApiClient implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofMinutes(10);

  private final URI server;
  private final String key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /// @param server as in `http://127.0.0.1:8080`
  ApiClient(URI server, String key) {
    this.server = server;
    this.key = key;
  }

  URI server() {
    return server;
  }

  /// `text` as one segment of a path or as a query value.
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  JsonNode get(String path) throws FailedException {
    return json(request(path).GET().build());
  }

  JsonNode delete(String path) throws FailedException {
    return json(request(path).DELETE().build());
  }

  JsonNode post(String path, Object body) throws FailedException {
    return post(path, "application/json", BodyPublishers.ofByteArray(Json.bytes(body)));
  }

  JsonNode post(String path, String contentType, BodyPublisher body) throws FailedException {
    return json(request(path).header("content-type", contentType).POST(body).build());
  }

  /// Makes the collection of this name unless it is there.
  ///
  /// @return whether it was made
  boolean ensureCollection(String name) throws FailedException {
    try {
      get("/api/collections/" + encoded(name));
      return false;
    } catch (FailedException e) {
      if (e.status() != 404) {
        throw e;
      }
    }
    post("/api/collections", Map.of("name", name));
    return true;
  }

  /// Reads an event stream to its end and hands over each event's name and data.
  void events(String path, Object body, BiConsumer<String, JsonNode> onEvent)
      throws FailedException {
    events(
        request(path)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
            .build(),
        onEvent);
  }

  /// The same for a stream that is read with GET.
  void events(String path, BiConsumer<String, JsonNode> onEvent) throws FailedException {
    events(request(path).GET().build(), onEvent);
  }

  private void events(HttpRequest request, BiConsumer<String, JsonNode> onEvent)
      throws FailedException {
    HttpResponse<InputStream> answer = send(request, BodyHandlers.ofInputStream());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        throw problem(answer.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
      readEvents(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)), onEvent);
    } catch (IOException e) {
      throw new FailedException(Exit.UNREACHABLE, "the server broke off: " + e.getMessage());
    }
  }

  private static void readEvents(BufferedReader lines, BiConsumer<String, JsonNode> onEvent)
      throws IOException, FailedException {
    String event = "message";
    StringBuilder data = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty()) {
        if (!data.isEmpty()) {
          onEvent.accept(event, parse(data.toString()));
        }
        event = "message";
        data.setLength(0);
      } else if (line.startsWith("event:")) {
        event = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data.append(line.substring(5).strip());
      }
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path))
        .timeout(ANSWER)
        .header("authorization", "Bearer " + key);
  }

  private JsonNode json(HttpRequest request) throws FailedException {
    HttpResponse<String> answer = send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    if (answer.statusCode() >= 300) {
      throw problem(answer.statusCode(), answer.body());
    }
    return answer.body().isEmpty() ? MissingNode.getInstance() : parse(answer.body());
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws FailedException {
    try {
      return http.send(request, handler);
    } catch (HttpTimeoutException e) {
      throw new FailedException(Exit.UNREACHABLE, server + " did not answer in time");
    } catch (ConnectException e) {
      throw new FailedException(
          Exit.UNREACHABLE, "no server at " + server + "; start one with: ./gimbal up");
    } catch (IOException e) {
      throw new FailedException(Exit.UNREACHABLE, server + " broke off: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(Exit.FAILED, "interrupted");
    }
  }

  private static JsonNode parse(String text) throws FailedException {
    try {
      return Json.tree(text);
    } catch (JsonProcessingException e) {
      throw new FailedException(Exit.FAILED, "the server's answer is not JSON");
    }
  }

  /// An error answer in either of the shapes that the server has.
  static FailedException problem(int status, String body) {
    try {
      JsonNode tree = Json.tree(body);
      JsonNode dialect = tree.path("error");
      String message = tree.path("detail").asText(dialect.path("message").asText(body));
      String code = tree.path("code").asText(dialect.path("code").asText("http_" + status));
      return new FailedException(Exit.FAILED, message, status, code);
    } catch (JsonProcessingException e) {
      return new FailedException(Exit.FAILED, "status " + status + ": " + body, status, "http");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
