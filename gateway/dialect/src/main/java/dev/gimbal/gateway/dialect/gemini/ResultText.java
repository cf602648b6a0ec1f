package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;

/// What a tool said, as the object of a `functionResponse`: `output` and `error` hold what it put
/// out and why it failed, any other object is the output itself.
///
/// @param text empty if it said nothing
record ResultText(String text, boolean failed) {

  static ResultText read(JsonNode response) {
    if (response.isEmpty()) {
      return new ResultText("", false);
    }
    if (response.size() == 1 && response.has("output")) {
      return new ResultText(plain(response.path("output")), false);
    }
    if (response.size() == 1 && response.has("error")) {
      return new ResultText(plain(response.path("error")), true);
    }
    return new ResultText(Json.write(response), false);
  }

  private static String plain(JsonNode value) {
    return value.isTextual() ? value.textValue() : Json.write(value);
  }

  ObjectNode write() {
    if (failed) {
      return Nodes.object().put("error", text);
    }
    if (text.isEmpty()) {
      return Nodes.object();
    }
    if (text.startsWith("{")) {
      ObjectNode object = Nodes.parseObject(text);
      if (object != null && read(object).equals(this)) {
        return object;
      }
    }
    return Nodes.object().put("output", text);
  }
}
