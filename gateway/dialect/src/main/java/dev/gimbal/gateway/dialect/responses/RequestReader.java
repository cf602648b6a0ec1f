package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.ModelRequest.Reasoning;
import dev.gimbal.gateway.dialect.ModelRequest.Sampling;
import dev.gimbal.gateway.dialect.ModelRequest.Turn;
import dev.gimbal.gateway.dialect.OutputForm;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import dev.gimbal.gateway.dialect.Tool;
import dev.gimbal.gateway.dialect.ToolUse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads one call. For one use.
final class RequestReader {
  private static final String ENCRYPTED = "reasoning.encrypted_content";

  private final List<Leftover> leftovers = new ArrayList<>();

  ModelRequest read(JsonNode body) {
    Fields fields = Fields.of(body, "", leftovers);
    String model = fields.required("model");
    List<Part> system = new ArrayList<>();
    String instructions = fields.text("instructions");
    if (instructions != null) {
      system.add(new Part.Text(instructions));
    }
    List<Turn> turns = new InputReader(leftovers, system).read(fields.take("input"));
    ToolReader toolReader = new ToolReader(leftovers);
    List<Tool> tools = toolReader.tools(fields);
    ToolUse use = toolReader.use(fields);
    Sampling sampling = sampling(fields);
    Reasoning reasoning = reasoning(fields.object("reasoning"));
    OutputForm form = form(fields.object("text"));
    boolean stream = Boolean.TRUE.equals(fields.flag("stream"));
    String caller = caller(fields);
    leave(fields);
    // A stream of this dialect counts its tokens without being asked.
    return new ModelRequest(
        model, system, turns, tools, use, sampling, reasoning, form, stream, stream, caller,
        leftovers);
  }

  private static Sampling sampling(Fields fields) {
    return new Sampling(
        fields.count("max_output_tokens"),
        fields.number("temperature"),
        fields.number("top_p"),
        null,
        List.of(),
        null,
        null,
        null,
        null,
        logprobs(fields));
  }

  /// Either of the two fields asks for them.
  private static @Nullable Long logprobs(Fields fields) {
    JsonNode said = fields.take("top_logprobs");
    if (said != null && !said.isIntegralNumber()) {
      throw new DialectException("top_logprobs", "must be a whole number");
    }
    long top = TokenLogprob.top(said == null ? null : said.longValue(), "top_logprobs");
    boolean included = false;
    for (JsonNode what : fields.list("include")) {
      included |= Nodes.LOGPROBS.equals(what.asText());
    }
    return included || top > 0 ? top : null;
  }

  private @Nullable Reasoning reasoning(@Nullable Fields fields) {
    if (fields == null) {
      return null;
    }
    fields.harmless("summary", "generate_summary");
    usual(fields, "context", "auto");
    usual(fields, "mode", "standard");
    String effort = fields.text("effort");
    fields.done();
    if (effort == null) {
      return null;
    }
    return switch (effort) {
      case "none", "minimal", "low", "medium", "high" -> new Reasoning(effort, null);
      case "xhigh", "max" -> {
        leftovers.add(new Leftover(fields.path("effort"), true));
        yield new Reasoning("high", null);
      }
      default ->
          throw new DialectException(
              fields.path("effort"), "must be none, minimal, low, medium, high, xhigh or max");
    };
  }

  /// Takes a field that changes the answer unless it has its usual value.
  private static void usual(Fields fields, String name, String value) {
    JsonNode given = fields.take(name);
    if (given != null && !value.equals(given.textValue())) {
      fields.harmful(name);
    }
  }

  private OutputForm form(@Nullable Fields text) {
    if (text == null) {
      return OutputForm.TEXT;
    }
    // How many words: the answer is right with more of them.
    text.harmless("verbosity");
    Fields format = text.object("format");
    text.done();
    if (format == null) {
      return OutputForm.TEXT;
    }
    String type = format.required("type");
    OutputForm form =
        switch (type) {
          case "text" -> OutputForm.TEXT;
          case "json_object" -> new OutputForm.AnyJson();
          case "json_schema" -> schema(format);
          default ->
              throw new DialectException(
                  format.path("type"), "must be text, json_object or json_schema");
        };
    format.done();
    return form;
  }

  private static OutputForm schema(Fields format) {
    JsonNode schema = format.take("schema");
    if (schema == null || !schema.isObject()) {
      throw new DialectException(format.path("schema"), "must be an object");
    }
    return new OutputForm.Schema(
        format.text("name"), format.text("description"), schema, format.flag("strict"));
  }

  private static @Nullable String caller(Fields fields) {
    String caller = fields.text("safety_identifier");
    if (caller == null) {
      return fields.text("user");
    }
    fields.harmless("user");
    return caller;
  }

  private void leave(Fields fields) {
    fields.harmless(
        "metadata",
        "service_tier",
        "prompt_cache_key",
        "prompt_cache_options",
        "prompt_cache_retention",
        "stream_options",
        "truncation",
        // Counts the vendor's own tools only.
        "max_tool_calls");
    // What is not asked for is no loss.
    if (Boolean.TRUE.equals(fields.flag("store"))) {
      fields.harmless("store");
    }
    if (Boolean.TRUE.equals(fields.flag("background"))) {
      fields.harmful("background");
    }
    include(fields);
    fields.done();
  }

  /// Encrypted thoughts are in an answer wherever the provider has them. The other things to
  /// include belong to the vendor's own tools.
  private void include(Fields fields) {
    JsonNode list = fields.list("include");
    for (int i = 0; i < list.size(); i++) {
      String what = list.get(i).asText();
      if (!ENCRYPTED.equals(what) && !Nodes.LOGPROBS.equals(what)) {
        leftovers.add(new Leftover("include[" + i + "]", true));
      }
    }
  }
}
