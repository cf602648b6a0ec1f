package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.StreamWriter;
import org.jspecify.annotations.Nullable;

/// Anthropic's Messages. A dialect without names for schemas, without a time of an answer and with
/// one stop for a refusal and a filter. Thread-safe.
public final class MessagesDialect implements Dialect {
  /// Tokens of output where a call gives no limit, which this dialect requires: what every model of
  /// the vendor since Claude 3 can write. Thinking that has a budget comes on top.
  public static final long DEFAULT_MAX_TOKENS = 4_096;

  @Override
  public String name() {
    return "anthropic-messages";
  }

  @Override
  public @Nullable String field(Feature feature) {
    return switch (feature) {
      case MAX_TOKENS -> "max_tokens";
      case TEMPERATURE -> "temperature";
      case TOP_P -> "top_p";
      case TOP_K -> "top_k";
      case STOP -> "stop_sequences";
      case SEED, PRESENCE_PENALTY, FREQUENCY_PENALTY, CANDIDATES, LOGPROBS -> null;
      case AUDIO, VIDEO, JSON_OBJECT -> null;
      case IMAGE_ADDRESS, IMAGE_INLINE, FILE -> "messages[].content[].source";
      case FILE_NAME -> "messages[].content[].title";
      case MEDIA_DETAIL, MADE_MEDIA -> null;
      case STORED_FILE -> "messages[].content[].source.file_id";
      case TOOLS -> "tools";
      case TOOL_CHOICE -> "tool_choice";
      case PARALLEL_TOOLS -> "tool_choice.disable_parallel_tool_use";
      case TOOL_STRICT -> "tools[].strict";
      case TOOL_RESULT_MEDIA -> "messages[].content[].content";
      case TOOL_RESULT_FAILED -> "messages[].content[].is_error";
      case JSON_SCHEMA -> "output_config.format";
      case REASONING_EFFORT -> "output_config.effort";
      case REASONING_BUDGET -> "thinking.budget_tokens";
      case REASONING_REPLAY -> "messages[].content[].signature";
      case CACHE_MARK -> "cache_control";
      case CALLER -> "metadata.user_id";
      case SYSTEM_AMID_TURNS -> "messages[].role";
    };
  }

  /// A picture in a model's turn can be read, and the vendor takes none.
  @Override
  public @Nullable String callerField(Feature feature) {
    return feature == Feature.MADE_MEDIA ? "messages[].content[].source" : field(feature);
  }

  @Override
  public ModelRequest readRequest(JsonNode body) {
    return new RequestReader(body).read();
  }

  @Override
  public ObjectNode writeRequest(ModelRequest request, Losses losses) {
    return new RequestWriter(request, losses).write();
  }

  @Override
  public ModelAnswer readAnswer(JsonNode body) {
    return Answers.read(body);
  }

  @Override
  public ObjectNode writeAnswer(ModelAnswer answer) {
    return Answers.write(answer);
  }

  @Override
  public StreamReader streamReader() {
    return new MessagesStreamReader();
  }

  @Override
  public StreamWriter streamWriter(StreamForm form) {
    return new MessagesStreamWriter(form);
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
