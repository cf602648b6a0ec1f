package dev.gimbal.gateway.testing;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/// The same in Gemini's dialect: `plain`, `tools`, `slow-MS`, `cut`, `inband`, `inband-late`,
/// `status-N` and `mute` do what they do in [Scenario].
final class GeminiScenario {
  private static final String JSON = "application/json";
  private static final int TOKENS = 20;
  private static final String ERROR =
      "{\"error\":{\"code\":429,\"message\":\"scripted\",\"status\":\"RESOURCE_EXHAUSTED\"}}";
  private static final String USAGE =
      "\"usageMetadata\":{\"promptTokenCount\":12,\"cachedContentTokenCount\":4,"
          + "\"candidatesTokenCount\":15,\"thoughtsTokenCount\":5,\"totalTokenCount\":32},"
          + "\"modelVersion\":\"scenario\",\"responseId\":\"g1\"";
  private static final String CALL =
      "{\"functionCall\":{\"name\":\"clock\",\"args\":{\"zone\":\"Lyon\"}},"
          + "\"thoughtSignature\":\"c2lnbmVk\"}";

  private final Vertx vertx;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Received call;
  private final String name;
  private final int number;

  GeminiScenario(Vertx vertx, HttpServerRequest request, Received call, ScenarioName name) {
    this.vertx = vertx;
    this.request = request;
    this.response = request.response();
    this.call = call;
    this.name = name.text();
    this.number = name.number();
  }

  void play() {
    if (name.equals("mute")) {
      return;
    }
    if (name.equals("status")) {
      response.setStatusCode(number).putHeader("content-type", JSON).end(ERROR);
    } else if (name.equals("inband") && !call.path().endsWith(":streamGenerateContent")) {
      response.putHeader("content-type", JSON).end(ERROR);
    } else if (call.path().endsWith(":streamGenerateContent")) {
      response.setChunked(true).putHeader("content-type", "text/event-stream");
      next(0);
    } else {
      String parts = "{\"text\":\"Hello from the scenario.\"}" + (tools() ? "," + CALL : "");
      response
          .putHeader("content-type", JSON)
          .end(
              "{\"candidates\":[" + candidate(parts, true) + "]," + USAGE + ", \"x_new\" : [1.0]}");
    }
  }

  private boolean tools() {
    return name.equals("tools");
  }

  private static String candidate(String parts, boolean last) {
    return "{\"content\":{\"role\":\"model\",\"parts\":["
        + parts
        + "]}"
        + (last ? ",\"finishReason\":\"STOP\"" : "")
        + ",\"index\":0}";
  }

  private void next(int index) {
    if (response.closed()) {
      return;
    }
    if (index == 2 && name.equals("cut")) {
      response.write("data: {\"candi");
      vertx.setTimer(20, id -> request.connection().close());
      return;
    }
    if ((index == 0 && name.equals("inband")) || (index == 2 && name.equals("inband-late"))) {
      response.end("data: " + ERROR + "\n\n");
      return;
    }
    if (index == TOKENS) {
      String parts = tools() ? CALL : "{\"text\":\"\"}";
      response.end("data: {\"candidates\":[" + candidate(parts, true) + "]," + USAGE + "}\n\n");
      return;
    }
    call.sent().incrementAndGet();
    String parts = "{\"text\":\"token" + index + " \"}";
    response
        .write("data: {\"candidates\":[" + candidate(parts, false) + "]}\n\n")
        .onSuccess(
            v -> {
              if (name.equals("slow")) {
                vertx.setTimer(number, id -> next(index + 1));
              } else {
                next(index + 1);
              }
            });
  }
}
