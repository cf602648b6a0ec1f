package dev.gimbal.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// A chat model that answers what a script says, as a provider of OpenAI's dialect. Thread-safe.
final class ScriptedUpstream implements AutoCloseable {
  private final HttpServer server;
  private final List<JsonNode> received = new CopyOnWriteArrayList<>();

  /// What it says: a status other than 200 makes `text` the message of an error.
  record Reply(int status, String text) {
    static Reply say(String text) {
      return new Reply(200, text);
    }
  }

  private ScriptedUpstream(HttpServer server) {
    this.server = server;
  }

  /// @param script from the call's body
  static ScriptedUpstream start(Function<JsonNode, Reply> script) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ScriptedUpstream upstream = new ScriptedUpstream(server);
    server.createContext(
        "/v1/chat/completions",
        exchange -> {
          JsonNode call = Json.MAPPER.readTree(exchange.getRequestBody());
          upstream.received.add(call);
          answer(exchange, script.apply(call));
        });
    server.start();
    return upstream;
  }

  /// What the user said last.
  static String said(JsonNode call) {
    JsonNode messages = call.path("messages");
    return messages.path(messages.size() - 1).path("content").asText();
  }

  /// The calls so far whose first words of the user were these.
  List<JsonNode> received(String prompt) {
    return received.stream()
        .filter(
            call ->
                call.path("messages").findValuesAsText("content").stream().anyMatch(prompt::equals))
        .toList();
  }

  String baseUrl() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
  }

  private static void answer(HttpExchange exchange, Reply reply) {
    Map<String, Object> body =
        reply.status() == 200
            ? Map.of(
                "id",
                "c1",
                "object",
                "chat.completion",
                "created",
                1,
                "model",
                "script",
                "choices",
                List.of(
                    Map.of(
                        "index",
                        0,
                        "message",
                        Map.of("role", "assistant", "content", reply.text()),
                        "finish_reason",
                        "stop")),
                "usage",
                Map.of("prompt_tokens", 7, "completion_tokens", 5, "total_tokens", 12))
            : Map.of("error", Map.of("message", reply.text(), "type", "scripted"));
    byte[] bytes = Json.bytes(body);
    try (exchange) {
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(reply.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
