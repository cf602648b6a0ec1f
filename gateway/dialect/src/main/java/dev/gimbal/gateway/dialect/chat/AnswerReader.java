package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a whole answer: its choices. What a provider adds of its own is passed over.
final class AnswerReader {
  private AnswerReader() {}

  static ModelAnswer read(JsonNode body) {
    JsonNode error = body.get("error");
    if (error != null && !error.isNull()) {
      throw new DialectException("error", Errors.inBand(body).message());
    }
    JsonNode choices = Nodes.list(body, "choices");
    String id = Nodes.text(body, "id");
    List<ModelAnswer.Choice> answers = new ArrayList<>();
    for (JsonNode choice : ordered(choices)) {
      answers.add(choice(choice, answers.size(), id));
    }
    if (answers.isEmpty()) {
      throw new DialectException("choices", "must hold an answer");
    }
    String model = Nodes.text(body, "model");
    ModelAnswer.Choice first = answers.removeFirst();
    return new ModelAnswer(
        id,
        model == null ? "" : model,
        Nodes.whole(body, "created"),
        first.parts(),
        first.stop(),
        answers,
        Usage.read(Nodes.object(body, "usage")));
  }

  /// A choice without an `index` is the first one, as in a stream.
  private static List<JsonNode> ordered(@Nullable JsonNode choices) {
    List<JsonNode> all = new ArrayList<>();
    if (choices != null) {
      choices.forEach(all::add);
    }
    all.sort(Comparator.comparingLong(choice -> choice.path("index").asLong()));
    return all;
  }

  private static ModelAnswer.Choice choice(JsonNode choice, int number, @Nullable String id) {
    JsonNode message = Nodes.object(choice, "message");
    if (message == null) {
      throw new DialectException("choices", "must hold an answer");
    }
    List<Part> parts = parts(message, number, Messages.idOf(id, number));
    JsonNode logprobs = Nodes.list(Nodes.object(choice, "logprobs"), "content");
    if (logprobs != null) {
      tell(TokenLogprob.read(logprobs), parts);
    }
    boolean calls = parts.stream().anyMatch(Part.ToolCall.class::isInstance);
    boolean refused = parts.stream().anyMatch(Part.Refusal.class::isInstance);
    return new ModelAnswer.Choice(parts, Stops.read(choice, calls, refused));
  }

  /// They are those of the text.
  private static void tell(List<TokenLogprob> logprobs, List<Part> parts) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Part.Text text) {
        parts.set(i, new Part.Text(text.text(), text.cache(), logprobs));
        return;
      }
    }
  }

  private static List<Part> parts(JsonNode message, int number, @Nullable String id) {
    Fields fields = Fields.of(message, "choices[" + number + "].message");
    List<Part> parts = new ArrayList<>(Thoughts.read(fields, new ArrayList<>()));
    parts.addAll(new ContentReader(new ArrayList<>()).read(fields, false));
    String refusal = Nodes.text(message, "refusal");
    if (refusal != null) {
      parts.add(new Part.Refusal(refusal));
    }
    parts.addAll(ContentReader.images(fields));
    int position = 0;
    for (JsonNode call : fields.list("tool_calls")) {
      parts.add(call(call, Messages.id(id, position++)));
    }
    return parts;
  }

  private static Part call(JsonNode call, String fallback) {
    JsonNode function = Nodes.object(call, "function");
    String name = Nodes.text(function, "name");
    if (name == null) {
      throw new DialectException("choices[].message.tool_calls", "must name a function");
    }
    String id = Nodes.text(call, "id");
    String arguments = arguments(function == null ? null : function.get("arguments"));
    return new Part.ToolCall(id == null ? fallback : id, name, arguments, signature(call), null);
  }

  /// Some servers send an object instead of its text.
  private static String arguments(@Nullable JsonNode arguments) {
    if (arguments == null || arguments.isNull()) {
      return "{}";
    }
    String text = arguments.isTextual() ? arguments.textValue() : arguments.toString();
    return text.isEmpty() ? "{}" : text;
  }

  static @Nullable String signature(JsonNode call) {
    JsonNode extra = Nodes.object(call, "extra_content");
    return Nodes.text(Nodes.object(extra, "google"), "thought_signature");
  }
}
