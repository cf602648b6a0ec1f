package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads one call.
final class RequestReader {
  /// They change what the call costs, where it is kept or how soon it is answered, not the answer.
  private static final Set<String> HARMLESS =
      Set.of(
          "metadata",
          "store",
          "service_tier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "prediction",
          // How many words: the answer is right with more of them.
          "verbosity",
          "usage");

  private final Fields call;
  private final List<Leftover> leftovers = new ArrayList<>();

  RequestReader(JsonNode body) {
    call = Fields.of(body, "");
  }

  ModelRequest read() {
    MessageReader messages = new MessageReader(call, leftovers);
    messages.read();
    ToolReader tools = new ToolReader(call, leftovers);
    ModelRequest.Sampling sampling = sampling();
    String caller = caller();
    boolean streamUsage = streamUsage();
    // what is left over is known last
    return new ModelRequest(
        call.requiredText("model"),
        messages.system(),
        messages.turns(),
        tools.tools(),
        tools.use(),
        sampling,
        reasoning(),
        form(),
        Boolean.TRUE.equals(call.flag("stream")),
        streamUsage,
        caller,
        left());
  }

  private List<Leftover> left() {
    // Empty, it asks for a search just as well.
    if (call.take("web_search_options") != null) {
      leftovers.add(new Leftover("web_search_options", false));
    }
    harmlessIf("modalities", "[\"text\"]");
    call.leave(leftovers, HARMLESS);
    return leftovers;
  }

  /// What asks for what is done anyway.
  private void harmlessIf(String field, String value) {
    JsonNode said = call.take(field);
    if (said != null) {
      leftovers.add(new Leftover(field, said.toString().equals(value)));
    }
  }

  private ModelRequest.Sampling sampling() {
    Long candidates = call.positive("n");
    return new ModelRequest.Sampling(
        maxTokens(),
        call.number("temperature"),
        call.number("top_p"),
        call.whole("top_k"),
        stop(),
        call.whole("seed"),
        call.number("presence_penalty"),
        call.number("frequency_penalty"),
        candidates == null || candidates == 1 ? null : candidates,
        logprobs());
  }

  private @Nullable Long logprobs() {
    Boolean asked = call.flag("logprobs");
    long top = TokenLogprob.top(call.whole("top_logprobs"), "top_logprobs");
    if (top > 0 && !Boolean.TRUE.equals(asked)) {
      throw new DialectException("top_logprobs", "must not stand without logprobs");
    }
    return Boolean.TRUE.equals(asked) ? top : null;
  }

  private @Nullable Long maxTokens() {
    Long old = call.positive("max_tokens");
    Long now = call.positive("max_completion_tokens");
    if (old != null && now != null && !old.equals(now)) {
      throw new DialectException("max_tokens", "must not differ from max_completion_tokens");
    }
    return now == null ? old : now;
  }

  private List<String> stop() {
    JsonNode stop = call.take("stop");
    if (stop == null) {
      return List.of();
    }
    if (stop.isTextual()) {
      return List.of(stop.textValue());
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : call.list("stop")) {
      if (!text.isTextual()) {
        throw new DialectException("stop[" + texts.size() + "]", "must be text");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private @Nullable String caller() {
    String user = call.text("user");
    String safety = call.text("safety_identifier");
    if (user != null && safety != null) {
      leftovers.add(new Leftover("safety_identifier", true));
    }
    return user == null ? safety : user;
  }

  private boolean streamUsage() {
    Fields options = call.object("stream_options");
    if (options == null) {
      return false;
    }
    boolean usage = Boolean.TRUE.equals(options.flag("include_usage"));
    // padding against whoever counts bytes on the wire
    options.leave(leftovers, Set.of("include_obfuscation"));
    return usage;
  }

  private ModelRequest.@Nullable Reasoning reasoning() {
    String effort = call.text("reasoning_effort");
    Fields wide = call.object("reasoning");
    if (wide == null) {
      return effort == null ? null : effort("reasoning_effort", effort);
    }
    String inner = wide.text("effort");
    Long budget = wide.whole("max_tokens");
    Boolean enabled = wide.flag("enabled");
    wide.leave(leftovers, Set.of("exclude", "summary"));
    if (used(effort, inner, budget) > 1) {
      throw new DialectException("reasoning", "must say how much in one way only");
    }
    if (budget != null) {
      return new ModelRequest.Reasoning(null, atLeastZero(budget));
    }
    if (effort != null || inner != null) {
      return inner == null
          ? effort("reasoning_effort", Objects.requireNonNull(effort))
          : effort("reasoning.effort", inner);
    }
    // asked to think, and not how much: OpenRouter's own way is medium
    return enabled == null ? null : new ModelRequest.Reasoning(enabled ? "medium" : "none", null);
  }

  private static int used(@Nullable Object... ways) {
    int used = 0;
    for (Object way : ways) {
      used += way == null ? 0 : 1;
    }
    return used;
  }

  private static long atLeastZero(long budget) {
    if (budget < 0) {
      throw new DialectException("reasoning.max_tokens", "must not be negative");
    }
    return budget;
  }

  private ModelRequest.Reasoning effort(String field, String effort) {
    return switch (effort) {
      case "none", "minimal", "low", "medium", "high" -> new ModelRequest.Reasoning(effort, null);
      case "xhigh", "max" -> {
        // the most that every dialect has a word for
        leftovers.add(new Leftover(field, true));
        yield new ModelRequest.Reasoning("high", null);
      }
      default ->
          throw new DialectException(field, "must be none, minimal, low, medium, high or xhigh");
    };
  }

  private OutputForm form() {
    Fields format = call.object("response_format");
    if (format == null) {
      return OutputForm.TEXT;
    }
    String type = format.requiredText("type");
    OutputForm form =
        switch (type) {
          case "text" -> OutputForm.TEXT;
          case "json_object" -> new OutputForm.AnyJson();
          case "json_schema" -> schema(format.requiredObject("json_schema"));
          default -> {
            leftovers.add(new Leftover("response_format.type", false));
            yield OutputForm.TEXT;
          }
        };
    format.leave(leftovers, Set.of());
    return form;
  }

  private OutputForm schema(Fields named) {
    JsonNode schema = named.take("schema");
    if (schema == null || !schema.isObject()) {
      throw new DialectException(named.path("schema"), "must be an object");
    }
    OutputForm form =
        new OutputForm.Schema(
            named.text("name"), named.text("description"), schema, named.flag("strict"));
    named.leave(leftovers, Set.of());
    return form;
  }
}
