package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Spring AI against the packaged server: models, tools that it calls itself at a provider of
/// Anthropic's dialect, embeddings.
class SpringClientEndToEndIT {
  private static final String CALL =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"tool_use",
       "id":"toolu_1","name":"clock","input":{"zone":"Lyon"}}],"stop_reason":"tool_use",
       "usage":{"input_tokens":9,"output_tokens":4}}""";
  private static final String ANSWER =
      """
      {"id":"msg_2","type":"message","role":"assistant","model":"m","content":[{"type":"text",
       "text":"It is nine."}],"stop_reason":"end_turn",
       "usage":{"input_tokens":9,"output_tokens":5}}""";
  private static final List<JsonNode> RECEIVED = new CopyOnWriteArrayList<>();

  @TempDir static Path data;
  private static HttpServer upstream;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.createContext("/v1/messages", SpringClientEndToEndIT::answer);
    upstream.start();
    server = PackagedServer.start(data, Map.of("GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true"));
    Map<String, String> provider =
        Map.of(
            "name", "tooled",
            "dialect", "anthropic",
            "base_url", "http://127.0.0.1:" + upstream.getAddress().getPort() + "/v1",
            "credential", "sk-scripted");
    assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
    upstream.stop(0);
  }

  /// A tool first, the answer when its result is there; as a stream where that is asked for.
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode call = Json.MAPPER.readTree(exchange.getRequestBody());
      RECEIVED.add(call);
      boolean told = call.toString().contains("tool_result");
      boolean stream = call.path("stream").asBoolean();
      String said = stream ? events(told) : told ? ANSWER : CALL;
      byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
      String type = stream ? "text/event-stream" : "application/json";
      exchange.getResponseHeaders().set("content-type", type);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static String events(boolean told) {
    String block =
        told
            ? "{\"type\":\"text\",\"text\":\"\"}"
            : "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{}}";
    String[] pieces =
        told
            ? new String[] {
              "\"text_delta\",\"text\":\"It is \"", "\"text_delta\",\"text\":\"nine.\""
            }
            : new String[] {
              "\"input_json_delta\",\"partial_json\":\"{\\\"zone\\\":\"",
              "\"input_json_delta\",\"partial_json\":\"\\\"Lyon\\\"}\""
            };
    String reason = told ? "end_turn" : "tool_use";
    StringBuilder events = new StringBuilder();
    event(
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_3\",\"type\":\"message\",\"role\":"
            + "\"assistant\",\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":9,"
            + "\"output_tokens\":1}}}",
        events);
    event("{\"type\":\"content_block_start\",\"index\":0,\"content_block\":" + block + "}", events);
    for (String piece : pieces) {
      event(
          "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":" + piece + "}}",
          events);
    }
    event("{\"type\":\"content_block_stop\",\"index\":0}", events);
    event(
        "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
            + reason
            + "\"},\"usage\":{\"output_tokens\":5}}",
        events);
    event("{\"type\":\"message_stop\"}", events);
    return events.toString();
  }

  private static void event(String data, StringBuilder to) {
    String type = data.substring("{\"type\":\"".length(), data.indexOf('"', 9));
    to.append("event: ").append(type).append("\ndata: ").append(data).append("\n\n");
  }

  @Test
  void shouldServeSpringAi() throws Exception {
    JsonNode seen = SpringClients.run(server.url(), server.key());

    JsonNode chat = seen.path("chat");
    assertThat(chat.path("text").asText()).endsWith("you said: hello from Spring AI");
    assertThat(chat.path("finish").asText()).isEqualTo("STOP");
    assertAlike(chat);
    JsonNode tools = seen.path("tools");
    assertThat(tools.path("text").asText()).isEqualTo("It is nine.");
    assertAlike(tools);
    assertThat(seen.path("told").asInt()).isEqualTo(2);
    assertThat(RECEIVED).hasSize(4);
    JsonNode last = RECEIVED.getLast();
    assertThat(last.at("/tools/0/name").asText()).isEqualTo("clock");
    assertThat(last.at("/messages/1/content/0/input/zone").asText()).isEqualTo("Lyon");
    assertThat(last.at("/messages/2/content/0/tool_use_id").asText()).isEqualTo("toolu_1");
    assertThat(last.at("/messages/2/content/0").toString()).contains("Lyon: nine");
    assertThat(seen.path("vectors").asInt()).isEqualTo(2);
    assertThat(seen.path("unknown").asText()).contains("404").contains("model_unknown");
  }

  private static void assertAlike(JsonNode seen) {
    assertThat(seen.path("stream")).isEqualTo(seen.path("text"));
    assertThat(seen.path("pieces").asInt()).isGreaterThan(1);
    assertThat(seen.path("output").asInt()).isPositive();
    assertThat(seen.path("stream_output").asInt()).isPositive();
  }
}
