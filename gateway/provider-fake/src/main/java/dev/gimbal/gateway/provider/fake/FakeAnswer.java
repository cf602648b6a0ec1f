package dev.gimbal.gateway.provider.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A script's answer in OpenAI's form: one piece, or the events of a stream.
record FakeAnswer(List<Buffer> pieces) {
  /// Sizes are pretended: four characters a token.
  private static final int CHARACTERS_A_TOKEN = 4;

  private static final Pattern WORD = Pattern.compile("\\S+\\s*|\\s+");

  static FakeAnswer to(UpstreamRequest call, String said) throws IOException {
    Script script =
        List.of(Script.values()).stream()
            .filter(s -> s.model().equals(call.model()))
            .findFirst()
            .orElseThrow();
    Form form = new Form(call, script.answer(said), said);
    return new FakeAnswer(call.stream() ? form.events(includeUsage(call)) : form.whole());
  }

  private static boolean includeUsage(UpstreamRequest call) throws IOException {
    JsonNode body = Json.MAPPER.readTree(call.body().getBytes());
    return body.path("stream_options").path("include_usage").asBoolean();
  }

  private record Form(UpstreamRequest call, String text, String said) {

    List<Buffer> whole() {
      ObjectNode answer = frame("");
      ObjectNode choice = answer.putArray("choices").addObject().put("index", 0);
      if (chat()) {
        choice.putObject("message").put("role", "assistant").put("content", text);
      } else {
        choice.put("text", text);
      }
      choice.put("finish_reason", "stop");
      usage(answer);
      return List.of(Buffer.buffer(Json.bytes(answer)));
    }

    List<Buffer> events(boolean includeUsage) {
      List<Buffer> events = new ArrayList<>();
      Matcher words = WORD.matcher(text);
      while (words.find()) {
        ObjectNode event = frame(".chunk");
        said(event.putArray("choices").addObject(), words.group()).putNull("finish_reason");
        events.add(event(event));
      }
      ObjectNode last = frame(".chunk");
      said(last.putArray("choices").addObject(), "").put("finish_reason", "stop");
      events.add(event(last));
      if (includeUsage) {
        ObjectNode usage = frame(".chunk");
        usage.putArray("choices");
        usage(usage);
        events.add(event(usage));
      }
      events.add(Buffer.buffer("data: [DONE]\n\n"));
      return events;
    }

    private boolean chat() {
      return call.endpoint() == Endpoint.CHAT_COMPLETIONS;
    }

    private ObjectNode said(ObjectNode choice, String piece) {
      choice.put("index", 0);
      if (chat()) {
        choice.putObject("delta").put("content", piece);
      } else {
        choice.put("text", piece);
      }
      return choice;
    }

    private ObjectNode frame(String suffix) {
      return Json.MAPPER
          .createObjectNode()
          .put("id", "scripted")
          .put("object", chat() ? "chat.completion" + suffix : "text_completion")
          .put("created", 0)
          .put("model", "fake/" + call.model());
    }

    private void usage(ObjectNode answer) {
      int input = tokens(said);
      int output = tokens(text);
      answer
          .putObject("usage")
          .put("prompt_tokens", input)
          .put("completion_tokens", output)
          .put("total_tokens", input + output);
    }

    private static int tokens(String text) {
      return (text.length() + CHARACTERS_A_TOKEN - 1) / CHARACTERS_A_TOKEN;
    }

    private static Buffer event(ObjectNode json) {
      return Buffer.buffer("data: ").appendBytes(Json.bytes(json)).appendString("\n\n");
    }
  }
}
