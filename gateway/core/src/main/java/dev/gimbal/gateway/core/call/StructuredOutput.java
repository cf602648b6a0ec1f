package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.platform.json.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schema for the answers of a model that holds to none: it is asked for in words, each answer is
/// checked, and a wrong one goes back with what is wrong with it, a bounded number of times. Tool
/// calls, refusals and answers that were cut off are left alone. In OpenAI's chat dialect. For one
/// call and one thread at a time.
final class StructuredOutput {
  /// Calls for one answer.
  static final int TRIES = 3;

  private static final String FORMAT = "response_format";

  private final ObjectNode call;
  private final OutputSchema schema;
  private final long[] spent = new long[2];
  private boolean counted = true;
  private int tries;

  /// What is to be done now.
  sealed interface Verdict {
    /// @param answer as the caller gets it, with the tokens of every try
    record Done(ObjectNode answer) implements Verdict {}

    /// @param call to be sent
    record Again(ObjectNode call) implements Verdict {}

    record Failed(String why) implements Verdict {}
  }

  private StructuredOutput(ObjectNode call, OutputSchema schema) {
    this.call = call;
    this.schema = schema;
  }

  /// Null if the call asks for no schema.
  ///
  /// @param call whole, in the target's words; it is not changed
  /// @throws GatewayException `FIELD_INVALID` naming what cannot be done
  static @Nullable StructuredOutput of(JsonNode call) {
    JsonNode format = call.path(FORMAT);
    if (!format.path("type").asText().equals("json_schema")) {
      return null;
    }
    JsonNode declared = format.path("json_schema").path("schema");
    if (!declared.isObject()) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, FORMAT, "json_schema.schema must be an object");
    }
    if (call.path("n").asInt(1) > 1) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "n", "must be 1 with a schema for this model");
    }
    if (!call.path("messages").isArray() || !(call instanceof ObjectNode object)) {
      throw new GatewayException(GatewayError.FIELD_INVALID, "messages", "must be a list");
    }
    return new StructuredOutput(object.deepCopy(), OutputSchema.of(declared)).asking(declared);
  }

  private StructuredOutput asking(JsonNode declared) {
    call.putObject(FORMAT).put("type", "json_object");
    call.remove(List.of("stream", "stream_options"));
    String words =
        "Answer with one JSON value that fits the JSON Schema below, and with nothing else: no"
            + " words around it, no code fence. JSON Schema:\n"
            + declared;
    // Behind the caller's own instructions: what stands first may be in the provider's cache.
    ArrayNode messages = (ArrayNode) call.get("messages");
    int at = 0;
    while (at < messages.size() && isInstruction(messages.get(at))) {
      at++;
    }
    messages.insertObject(at).put("role", "system").put("content", words);
    return this;
  }

  private static boolean isInstruction(JsonNode message) {
    String role = message.path("role").asText();
    return role.equals("system") || role.equals("developer");
  }

  /// What is sent first.
  ObjectNode first() {
    return call;
  }

  /// What an answer of status 200 means.
  Verdict judge(JsonNode answer) {
    tries++;
    count(answer.path("usage"));
    JsonNode choice = answer.path("choices").path(0);
    JsonNode message = choice.path("message");
    if (!(answer instanceof ObjectNode whole) || !message.isObject()) {
      return new Verdict.Failed("is none of its dialect");
    }
    boolean leave =
        !message.path("tool_calls").isEmpty()
            || message.path("refusal").isTextual()
            || !message.path("content").isTextual()
            || cutOff(choice.path("finish_reason").asText());
    if (leave) {
      return new Verdict.Done(counted(whole));
    }
    String said = message.path("content").textValue();
    String json = jsonIn(said);
    List<String> faults = faults(json);
    if (faults.isEmpty()) {
      ((ObjectNode) message).put("content", json);
      return new Verdict.Done(counted(whole));
    }
    if (tries == TRIES) {
      return new Verdict.Failed(
          "does not fit the schema after " + TRIES + " tries: " + String.join("; ", faults));
    }
    return new Verdict.Again(repair(said, faults));
  }

  private static boolean cutOff(String reason) {
    return reason.equals("length") || reason.equals("content_filter");
  }

  private List<String> faults(String json) {
    try {
      return schema.faults(Json.tree(json));
    } catch (JsonProcessingException e) {
      return List.of("it is no JSON: " + e.getOriginalMessage());
    }
  }

  /// The JSON in a text: within a code fence, or from the first bracket to the last.
  static String jsonIn(String text) {
    String bare = text.strip();
    if (bare.startsWith("```") && bare.endsWith("```") && bare.length() > 6) {
      int line = bare.indexOf('\n');
      bare = line < 0 ? bare : bare.substring(line + 1, bare.length() - 3).strip();
    }
    int object = bare.indexOf('{');
    int array = bare.indexOf('[');
    int from = object < 0 ? array : array < 0 ? object : Math.min(object, array);
    int to = Math.max(bare.lastIndexOf('}'), bare.lastIndexOf(']'));
    return from >= 0 && to > from ? bare.substring(from, to + 1) : bare;
  }

  private ObjectNode repair(String said, List<String> faults) {
    ObjectNode again = call.deepCopy();
    ArrayNode messages = (ArrayNode) again.get("messages");
    messages.addObject().put("role", "assistant").put("content", said);
    messages
        .addObject()
        .put("role", "user")
        .put(
            "content",
            "This does not fit the JSON Schema: "
                + String.join("; ", faults)
                + ". Answer again with the JSON value alone.");
    return again;
  }

  private void count(JsonNode usage) {
    counted &= usage.path("prompt_tokens").isNumber() && usage.path("completion_tokens").isNumber();
    spent[0] += usage.path("prompt_tokens").asLong();
    spent[1] += usage.path("completion_tokens").asLong();
  }

  /// What the tries so far used, as the target said; null if it did not say it of each.
  Dispatch.@Nullable Tries spent() {
    return counted ? new Dispatch.Tries(spent[0], spent[1], false) : null;
  }

  /// Every try is paid for. If one was not counted, nobody knows the sum.
  private ObjectNode counted(ObjectNode answer) {
    if (tries == 1) {
      return answer;
    }
    if (!counted) {
      answer.remove("usage");
      return answer;
    }
    answer
        .putObject("usage")
        .put("prompt_tokens", spent[0])
        .put("completion_tokens", spent[1])
        .put("total_tokens", spent[0] + spent[1]);
    return answer;
  }
}
