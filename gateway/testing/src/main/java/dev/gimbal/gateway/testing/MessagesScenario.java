package dev.gimbal.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/// The same in Anthropic's dialect: `plain`, `tools`, `thinks`, `slow-MS`, `silent`, `cut`,
/// `inband`, `inband-late`, `no-stop` (a stream without `message_stop`), `status-N`,
/// `stream-anyway`, `whole` and `mute` do what they do in [Scenario].
final class MessagesScenario {
  static final String THOUGHT =
      "{\"type\":\"thinking\",\"thinking\":\"Let me see.\",\"signature\":\"c2lnbmVk\"}";
  private static final String JSON = "application/json";
  private static final int TOKENS = 20;
  private static final String ERROR =
      "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"scripted\"}}";
  private static final String USAGE =
      "{\"input_tokens\":8,\"cache_read_input_tokens\":4,\"cache_creation_input_tokens\":3,"
          + "\"output_tokens\":20}";

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final JsonNode body;
  private final Received call;
  private final String name;
  private final int number;

  MessagesScenario(
      Vertx vertx, HttpServerRequest request, JsonNode body, Received call, ScenarioName name) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.body = body;
    this.call = call;
    this.name = name.text();
    this.number = name.number();
  }

  void play() {
    boolean stream = body.path("stream").asBoolean() || name.equals("stream-anyway");
    if (name.equals("mute")) {
      return;
    }
    if (name.equals("status")) {
      if (number == 429) {
        response.putHeader("retry-after", "7");
      }
      response.setStatusCode(number).putHeader("content-type", JSON).end(ERROR);
    } else if (stream && !name.equals("whole")) {
      response.setChunked(true).putHeader("content-type", "text/event-stream");
      begin();
    } else {
      response.putHeader("content-type", JSON).end(name.equals("inband") ? ERROR : whole());
    }
  }

  private String whole() {
    String content =
        switch (name) {
          case "tools" ->
              "{\"type\":\"text\",\"text\":\"I look.\"},{\"type\":\"tool_use\",\"id\":\"toolu_1\","
                  + "\"name\":\"clock\",\"input\":{\"zone\": \"Lyon\",\"at\":\"now\"}}";
          case "thinks" -> THOUGHT + ",{\"type\":\"text\",\"text\":\"Seen.\"}";
          default -> "{\"type\":\"text\",\"text\":\"Hello from the scenario.\"}";
        };
    return "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"scenario\","
        + "\"content\":["
        + content
        + "],\"stop_reason\":\""
        + stop()
        + "\",\"stop_sequence\":null,\"usage\":"
        + USAGE
        + ", \"x_unknown\" : [1.0,2]}";
  }

  private String stop() {
    return name.equals("tools") ? "tool_use" : "end_turn";
  }

  private void begin() {
    if (name.equals("inband")) {
      response.end(event("error", ERROR));
      return;
    }
    String start =
        "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\","
            + "\"role\":\"assistant\",\"model\":\"scenario\",\"content\":[],\"stop_reason\":null,"
            + "\"stop_sequence\":null,\"usage\":{\"input_tokens\":8,\"cache_read_input_tokens\":4,"
            + "\"cache_creation_input_tokens\":3,\"output_tokens\":1}}}";
    response.write(
        event("message_start", start)
            + event(
                "content_block_start",
                "{\"type\":\"content_block_start\",\"index\":0,"
                    + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}")
            + event("ping", "{\"type\":\"ping\"}"));
    next(0);
  }

  private void next(int index) {
    if (response.closed()) {
      return;
    }
    boolean early = index == 2;
    if (early && name.equals("silent")) {
      return;
    }
    if (early && name.equals("cut")) {
      response.write("event: content_block_delta\ndata: {\"type\":\"content_bl");
      vertx.setTimer(20, id -> request.connection().close());
      return;
    }
    if (early && name.equals("inband-late")) {
      response.end(event("error", ERROR));
      return;
    }
    if (index == TOKENS) {
      last();
      return;
    }
    call.sent().incrementAndGet();
    String delta =
        "{\"type\":\"content_block_delta\",\"index\":0,"
            + "\"delta\":{\"type\":\"text_delta\",\"text\":\"token"
            + index
            + " \"}}";
    response
        .write(event("content_block_delta", delta))
        .onSuccess(
            v -> {
              if (name.equals("slow")) {
                vertx.setTimer(number, id -> next(index + 1));
              } else {
                next(index + 1);
              }
            });
  }

  private void last() {
    StringBuilder end =
        new StringBuilder(
            event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":0}"));
    if (name.equals("tools")) {
      end.append(tool());
    }
    end.append(
        event(
            "message_delta",
            "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\""
                + stop()
                + "\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":20}}"));
    if (!name.equals("no-stop")) {
      end.append(event("message_stop", "{\"type\":\"message_stop\"}"));
    }
    response.end(end.toString());
  }

  private static String tool() {
    return event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\","
                + "\"id\":\"toolu_1\",\"name\":\"clock\",\"input\":{}}}")
        + event(
            "content_block_delta",
            "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{"
                + "\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"zone\\\": \\\"Ly\"}}")
        + event(
            "content_block_delta",
            "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{"
                + "\"type\":\"input_json_delta\",\"partial_json\":\"on\\\"}\"}}")
        + event("content_block_stop", "{\"type\":\"content_block_stop\",\"index\":1}");
  }

  private static String event(String name, String data) {
    return "event: " + name + "\ndata: " + data + "\n\n";
  }
}
