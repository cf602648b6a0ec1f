package dev.gimbal.observability.core.redaction;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import dev.gimbal.platform.text.sensitive.Sensitive;
import dev.gimbal.platform.text.sensitive.Text;
import java.util.stream.StreamSupport;

/// JSON with labels in its texts, its names and those of its numbers that are no quantities. JSON
/// inside a text (the arguments of a tool) is looked at as JSON, for an escape could hide a
/// pattern. What holds text in another form goes: token ids, log probabilities, encoded files.
final class JsonRedaction {
  private static final int DEEPEST_TEXT = 3;
  private static final int SHORTEST_NUMBER = 11;
  private static final int SHORTEST_FILE = 256;
  private static final String DATA = "[data]";
  private static final String TOKENS = "[tokens]";
  private static final String LOG_PROBABILITIES = "logprobs";

  private JsonRedaction() {}

  static JsonNode of(JsonNode node) {
    return of("", node, 0);
  }

  private static JsonNode of(String name, JsonNode node, int inTexts) {
    if (name.equals(LOG_PROBABILITIES) && node.isContainerNode()) {
      return TextNode.valueOf(TOKENS);
    }
    if (node instanceof ObjectNode object) {
      return object(object, inTexts);
    }
    if (node instanceof ArrayNode array) {
      return array(name, array, inTexts);
    }
    if (node.isTextual()) {
      return TextNode.valueOf(text(name, node.textValue(), inTexts));
    }
    return node.isIntegralNumber() ? number(name, node) : node;
  }

  private static JsonNode object(ObjectNode object, int inTexts) {
    ObjectNode made = JsonNodeFactory.instance.objectNode();
    object
        .properties()
        .forEach(
            field -> {
              String name = Redaction.labelled(field.getKey());
              String unique = made.has(name) ? name + " " + made.size() : name;
              made.set(unique, of(field.getKey(), field.getValue(), inTexts));
            });
    return made;
  }

  private static JsonNode array(String name, ArrayNode array, int inTexts) {
    boolean integers =
        StreamSupport.stream(array.spliterator(), false).allMatch(JsonNode::isIntegralNumber);
    if (!array.isEmpty() && integers) {
      return TextNode.valueOf(TOKENS);
    }
    ArrayNode made = JsonNodeFactory.instance.arrayNode(array.size());
    array.forEach(element -> made.add(of(name, element, inTexts)));
    return made;
  }

  private static JsonNode number(String name, JsonNode number) {
    String digits = number.asText();
    if (digits.length() < SHORTEST_NUMBER && !Sensitive.namesPassword(name)) {
      return number;
    }
    String left = text(name, digits, DEEPEST_TEXT);
    return left.equals(digits) ? number : TextNode.valueOf(left);
  }

  private static String text(String name, String value, int inTexts) {
    if (Sensitive.secret(name, value)) {
      return Entity.SECRET.label();
    }
    if (value.startsWith("data:") || encoded(value)) {
      return DATA;
    }
    if (inTexts < DEEPEST_TEXT && (value.startsWith("{") || value.startsWith("["))) {
      try {
        return Json.write(of(name, Json.tree(value), inTexts + 1));
      } catch (JsonProcessingException e) {
        return plain(name, value);
      }
    }
    return plain(name, value);
  }

  /// The name of a field says as much as a word in front.
  private static String plain(String name, String value) {
    String said = Sensitive.namesTelephone(name) ? "phone: " : "";
    return Redaction.labelled(said + value).substring(said.length());
  }

  /// A file as text: one long word of base 64.
  private static boolean encoded(String value) {
    return value.length() >= SHORTEST_FILE
        && value
            .chars()
            .allMatch(c -> Text.word((char) c) || c == '+' || c == '/' || c == '=' || c == '-');
  }
}
