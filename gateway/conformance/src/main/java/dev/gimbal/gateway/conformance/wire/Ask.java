package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client wants to know, in no wire's words.
///
/// @param past calls that a model made in one turn, with their results; empty: a first question
/// @param tool whether the tool `clock` is offered
/// @param schema of the answer; null: free text
/// @param usage whether the client wants a stream to tell the usage, where it can choose
public record Ask(
    String model,
    boolean stream,
    String question,
    @Nullable String system,
    List<Past> past,
    boolean tool,
    @Nullable JsonNode schema,
    boolean usage) {

  /// A tool call that was made and answered.
  public record Past(String id, String arguments, String result) {}

  /// A plain question.
  public static Ask plain(String model, boolean stream) {
    return new Ask(model, stream, "Say hello", null, List.of(), false, null, false);
  }

  public Ask asking(String words) {
    return new Ask(model, stream, words, system, past, tool, schema, usage);
  }

  public Ask told(String words) {
    return new Ask(model, stream, question, words, past, tool, schema, usage);
  }

  public Ask after(List<Past> calls) {
    return new Ask(model, stream, question, system, calls, tool, schema, usage);
  }

  public Ask withTool() {
    return new Ask(model, stream, question, system, past, true, schema, usage);
  }

  public Ask shaped(JsonNode form) {
    return new Ask(model, stream, question, system, past, tool, form, usage);
  }

  public Ask wantingUsage() {
    return new Ask(model, stream, question, system, past, tool, schema, true);
  }

  /// The parameters of the tool `clock`; the order of the keys is not the alphabet's.
  public static JsonNode clock() {
    return Tree.of(
        "type",
        "object",
        "properties",
        Tree.of(
            "zone",
            Tree.of("type", "string", "description", "an IANA name"),
            "at",
            Tree.of("type", "string"),
            "many",
            Tree.of("type", "integer")),
        "required",
        List.of("zone"));
  }
}
