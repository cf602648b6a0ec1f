package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Hint;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.StreamWriter;
import org.jspecify.annotations.Nullable;

/// OpenAI's Responses: items instead of messages, typed events instead of chunks. What refers to
/// state that the vendor keeps (`previous_response_id`, `conversation`, an `item_reference`) and
/// tools that the vendor runs cannot be said in another dialect. Thread-safe.
public final class ResponsesDialect implements Dialect {
  private final ObjectNode echo;

  public ResponsesDialect() {
    this(Echo.NONE);
  }

  private ResponsesDialect(ObjectNode echo) {
    this.echo = echo;
  }

  /// The dialect of the caller of one call: its answers repeat the call's own fields.
  public static ResponsesDialect answering(JsonNode call) {
    return new ResponsesDialect(Echo.of(call));
  }

  @Override
  public String name() {
    return "openai-responses";
  }

  @Override
  public @Nullable String field(Feature feature) {
    return switch (feature) {
      case MAX_TOKENS -> "max_output_tokens";
      case TEMPERATURE -> "temperature";
      case TOP_P -> "top_p";
      case LOGPROBS -> "top_logprobs";
      case IMAGE_ADDRESS, IMAGE_INLINE -> "input[].content[].image_url";
      case FILE -> "input[].content[].file_data";
      case FILE_NAME -> "input[].content[].filename";
      case MEDIA_DETAIL -> "input[].content[].detail";
      case STORED_FILE -> "input[].content[].file_id";
      case TOOLS -> "tools";
      case TOOL_CHOICE -> "tool_choice";
      case PARALLEL_TOOLS -> "parallel_tool_calls";
      case TOOL_STRICT -> "tools[].strict";
      case TOOL_RESULT_MEDIA -> "input[].output";
      case JSON_OBJECT, JSON_SCHEMA -> "text.format";
      case REASONING_EFFORT, REASONING_BUDGET -> "reasoning.effort";
      case REASONING_REPLAY -> "input[].encrypted_content";
      case CALLER -> "user";
      case SYSTEM_AMID_TURNS -> "input[].role";
      // The vendor refuses a call with a field that it does not know. Its own marks for caches
      // (`prompt_cache_breakpoint`) are known by its newest models only.
      case TOP_K,
          STOP,
          SEED,
          PRESENCE_PENALTY,
          FREQUENCY_PENALTY,
          CANDIDATES,
          AUDIO,
          VIDEO,
          MADE_MEDIA,
          TOOL_RESULT_FAILED,
          CACHE_MARK ->
          null;
    };
  }

  /// A picture that a model made can be read; the vendor wants its own id with it.
  @Override
  public @Nullable String callerField(Feature feature) {
    return feature == Feature.MADE_MEDIA ? "input[].result" : field(feature);
  }

  @Override
  public String field(Hint hint) {
    return hint == Hint.VERBOSITY ? "text.verbosity" : hint.field();
  }

  @Override
  public ModelRequest readRequest(JsonNode body) {
    return new RequestReader().read(body);
  }

  @Override
  public ObjectNode writeRequest(ModelRequest request, Losses losses) {
    return new RequestWriter(losses).write(request);
  }

  @Override
  public ModelAnswer readAnswer(JsonNode body) {
    return AnswerReader.read(body);
  }

  @Override
  public ObjectNode writeAnswer(ModelAnswer answer) {
    return AnswerWriter.write(answer, echo);
  }

  @Override
  public StreamReader streamReader() {
    return new EventReader();
  }

  @Override
  public StreamWriter streamWriter(StreamForm form) {
    return new EventWriter(form, echo);
  }

  @Override
  public ModelError readError(int status, @Nullable JsonNode body) {
    return Errors.read(status, body);
  }

  @Override
  public ObjectNode writeError(ModelError error) {
    return Errors.write(error);
  }
}
