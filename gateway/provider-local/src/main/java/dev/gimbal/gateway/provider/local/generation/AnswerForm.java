package dev.gimbal.gateway.provider.local.generation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.provider.local.child.GenerationResult;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;

/// An answer in OpenAI's form, whole or as events.
///
/// @param created seconds since 1970
record AnswerForm(boolean chat, String id, long created, String model) {
  private static final String DONE = "data: [DONE]\n\n";

  /// The whole answer.
  Buffer whole(String text, GenerationResult result) {
    ObjectNode answer = frame("");
    ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
    if (chat) {
      choice.putObject("message").put("role", "assistant").put("content", text);
    } else {
      choice.put("text", text);
    }
    choice.putNull("logprobs").put("finish_reason", reason(result));
    usage(answer, result);
    return Buffer.buffer(Json.bytes(answer));
  }

  /// What a stream of a chat begins with; nothing for other streams.
  Buffer first() {
    if (!chat) {
      return Buffer.buffer();
    }
    ObjectNode event = frame(".chunk");
    ObjectNode choice = event.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta").put("role", "assistant").put("content", "");
    choice.putNull("finish_reason");
    return event(event);
  }

  /// A piece of a stream.
  Buffer piece(String text) {
    ObjectNode event = frame(".chunk");
    ObjectNode choice = event.putArray("choices").addObject().put("index", 0);
    if (chat) {
      choice.putObject("delta").put("content", text);
    } else {
      choice.put("text", text);
    }
    choice.putNull("finish_reason");
    return event(event);
  }

  /// How a stream ends.
  Buffer last(GenerationResult result, boolean includeUsage) {
    ObjectNode event = frame(".chunk");
    ObjectNode choice = event.putArray("choices").addObject().put("index", 0);
    if (chat) {
      choice.putObject("delta");
    } else {
      choice.put("text", "");
    }
    choice.put("finish_reason", reason(result));
    Buffer end = event(event);
    if (includeUsage) {
      ObjectNode usage = frame(".chunk");
      usage.putArray("choices");
      usage(usage, result);
      end.appendBuffer(event(usage));
    }
    return end.appendString(DONE);
  }

  private static String reason(GenerationResult result) {
    return result.full() ? "length" : "stop";
  }

  private ObjectNode frame(String suffix) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", id)
        .put("object", chat ? "chat.completion" + suffix : "text_completion")
        .put("created", created)
        .put("model", model);
  }

  private static void usage(ObjectNode answer, GenerationResult result) {
    answer
        .putObject("usage")
        .put("prompt_tokens", result.promptTokens())
        .put("completion_tokens", result.completionTokens())
        .put("total_tokens", result.promptTokens() + result.completionTokens());
  }

  private static Buffer event(ObjectNode json) {
    return Buffer.buffer("data: ").appendBytes(Json.bytes(json)).appendString("\n\n");
  }
}
