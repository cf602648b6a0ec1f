package dev.gimbal.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;

/// What a model's name makes an upstream do; a number in it stands behind a dash.
///
/// - `plain`, `no-usage`, `no-done`, `gzip`: a good answer, `stream-anyway` as a stream unasked
/// - `delay-MS`, `slow-MS` (20 tokens, that far apart), `huge-KIB`
/// - `mute`: never answers; `silent`: two tokens, then nothing
/// - `cut`: the connection breaks off in the middle; `broken`: not JSON
/// - `inband`, `inband-late`: an error under status 200, as the first event or the third
/// - `status-N`: an error in OpenAI's shape, `html-N` as a page; 429 and 503 say `Retry-After: 7`
/// - `whole-MS`: no stream, whether asked for or not, after that time
/// - `late-MS`: an error 429 after that time, in several lines, as OpenAI writes its errors
/// - `old`: refuses `stream_options`
///
/// A path that ends in `/messages` is answered in Anthropic's dialect ([MessagesScenario]), one of
/// Gemini's in its own ([GeminiScenario]).
final class Scenario {
  static final String MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"plain\",\"object\":\"model\"},"
          + "{\"id\":\"text-embed\",\"object\":\"model\"}]}";
  private static final int TOKENS = 20;
  private static final String JSON = "application/json";
  private static final String USAGE =
      "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":20,\"total_tokens\":32,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":4}}";
  private static final String ERROR =
      "{\"error\":{\"message\":\"scripted\",\"type\":\"server_error\",\"param\":null,\"code\":\"x\"}}";

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final JsonNode body;
  private final Received call;
  private final String name;
  private final int number;

  Scenario(Vertx vertx, HttpServerRequest request, JsonNode body, Received call) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.body = body;
    this.call = call;
    ScenarioName named = ScenarioName.of(call.model());
    this.name = named.text();
    this.number = named.number();
  }

  void play() {
    ScenarioName named = new ScenarioName(name, number);
    if (call.path().contains("enerateContent")) {
      new GeminiScenario(vertx, request, call, named).play();
      return;
    }
    if (call.path().endsWith("/messages")) {
      new MessagesScenario(vertx, request, body, call, named).play();
      return;
    }
    boolean stream = body.path("stream").asBoolean() || name.equals("stream-anyway");
    switch (name) {
      case "mute" -> {}
      case "status", "html" -> error();
      case "delay" -> vertx.setTimer(number, id -> answer(stream));
      case "whole" -> vertx.setTimer(number, id -> answer(false));
      case "late" ->
          vertx.setTimer(
              number, id -> refuse(429, ERROR.replace("{", "{\n  ").replace(",", ",\r\n")));
      case "old" -> {
        if (body.has("stream_options")) {
          refuse(400, ERROR.replace("scripted", "unknown field stream_options"));
        } else {
          answer(stream);
        }
      }
      default -> answer(stream);
    }
  }

  private void answer(boolean stream) {
    if (call.path().endsWith("/embeddings")) {
      embeddings();
    } else if (stream) {
      response.setChunked(true).putHeader("content-type", "text/event-stream");
      event(0);
    } else {
      whole();
    }
  }

  private void error() {
    if (number == 429 || number == 503) {
      response.putHeader("retry-after", "7");
    }
    if (name.equals("html")) {
      response.setStatusCode(number).putHeader("content-type", "text/html").end("<h1>no</h1>");
    } else {
      refuse(number, ERROR);
    }
  }

  private void refuse(int status, String error) {
    response.setStatusCode(status).putHeader("content-type", JSON).end(error);
  }

  private void whole() {
    String text = name.equals("huge") ? "x".repeat(number << 10) : "Hello from the scenario.";
    String json =
        "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"scenario\","
            + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
            + text
            + "\"},\"finish_reason\":\"stop\"}]"
            + (name.equals("no-usage") ? "" : "," + USAGE)
            + ", \"x_unknown\" : [1.0,2]}";
    response.putHeader("content-type", JSON);
    switch (name) {
      case "cut" -> {
        response.putHeader("content-length", "100000").write(json);
        vertx.setTimer(20, id -> request.connection().close());
      }
      case "broken" -> response.end(json.substring(0, json.length() - 5));
      case "inband" -> response.end(ERROR);
      case "gzip" -> response.putHeader("content-encoding", "gzip").end(zipped(json));
      default -> response.end(json);
    }
  }

  private void embeddings() {
    StringBuilder json = new StringBuilder("{\"object\":\"list\",\"data\":[");
    int texts = body.path("input").isArray() ? body.path("input").size() : 1;
    boolean base64 = body.path("encoding_format").asText().equals("base64");
    for (int i = 0; i < texts; i++) {
      String vector = base64 ? "\"AABAQAAAgEA=\"" : "[3.0,4.0]";
      json.append(i == 0 ? "" : ",")
          .append("{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":" + vector + "}");
    }
    json.append("],\"model\":\"m\",\"usage\":{\"prompt_tokens\":5,\"total_tokens\":5}}");
    response.putHeader("content-type", JSON).end(json.toString());
  }

  /// Sends one event and sees to the next.
  private void event(int index) {
    if (response.closed()) {
      return;
    }
    switch (name) {
      case "silent" -> {
        if (index == 2) {
          return;
        }
      }
      case "cut" -> {
        if (index == 3) {
          response.write("data: {\"id\":\"c1\",\"cho");
          vertx.setTimer(20, id -> request.connection().close());
          return;
        }
      }
      case "broken" -> {
        if (index == 2) {
          response.end("data: {\"id\":\n\ndata: [DONE]\n\n");
          return;
        }
      }
      case "inband", "inband-late" -> {
        if (index == (name.equals("inband") ? 0 : 2)) {
          response.end("data: " + ERROR + "\n\n");
          return;
        }
      }
      default -> {}
    }
    if (index == TOKENS) {
      last();
      return;
    }
    call.sent().incrementAndGet();
    response
        .write(token(index))
        .onSuccess(
            v -> {
              if (name.equals("slow")) {
                vertx.setTimer(number, id -> event(index + 1));
              } else {
                event(index + 1);
              }
            });
  }

  private String token(int index) {
    String text = name.equals("huge") ? "x".repeat(number << 10) : "token" + index + " ";
    return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,"
        + "\"delta\":{\"content\":\""
        + text
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  private void last() {
    StringBuilder end = new StringBuilder();
    end.append(
        "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,");
    end.append("\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    boolean asked = body.path("stream_options").path("include_usage").asBoolean();
    if (asked && !name.equals("no-usage")) {
      end.append("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"choices\":[],");
      end.append(USAGE).append("}\n\n");
    }
    if (!name.equals("no-done")) {
      end.append("data: [DONE]\n\n");
    }
    response.end(end.toString());
  }

  private static Buffer zipped(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(bytes)) {
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(bytes.toByteArray());
  }
}
