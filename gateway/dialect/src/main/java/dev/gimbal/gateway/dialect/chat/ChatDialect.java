package dev.gimbal.gateway.dialect.chat;

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

/// OpenAI's chat completions. It reads what any server of this dialect has added to them, and
/// writes what the target knows. Thread-safe.
///
/// The dialect has one text, one refusal and one list of calls in a message: thinking comes first,
/// calls last, whatever their order was.
public final class ChatDialect implements Dialect {
  private final ChatTarget target;

  /// For callers, and for upstreams of which nothing is known.
  public ChatDialect() {
    this(ChatTarget.COMPATIBLE);
  }

  public ChatDialect(ChatTarget target) {
    this.target = target;
  }

  @Override
  public String name() {
    return "openai-chat";
  }

  @Override
  public @Nullable String field(Feature feature) {
    boolean unknown = ChatTarget.KNOWN.contains(feature) && !target.knows(feature);
    return unknown || feature == Feature.MADE_MEDIA ? null : callerField(feature);
  }

  @Override
  public @Nullable String callerField(Feature feature) {
    return switch (feature) {
      case MAX_TOKENS -> target.outputLimit();
      case TEMPERATURE -> "temperature";
      case TOP_P -> "top_p";
      case TOP_K -> "top_k";
      case STOP -> "stop";
      case SEED -> "seed";
      case PRESENCE_PENALTY -> "presence_penalty";
      case FREQUENCY_PENALTY -> "frequency_penalty";
      case CANDIDATES -> "n";
      case LOGPROBS -> "logprobs";
      case IMAGE_ADDRESS, IMAGE_INLINE -> "messages[].content[].image_url";
      case AUDIO -> "messages[].content[].input_audio";
      case VIDEO -> "messages[].content[].video_url";
      case FILE -> "messages[].content[].file.file_data";
      case FILE_NAME -> "messages[].content[].file.filename";
      case MEDIA_DETAIL -> "messages[].content[].image_url.detail";
      case MADE_MEDIA -> "messages[].images";
      case STORED_FILE -> "messages[].content[].file.file_id";
      case TOOLS -> "tools";
      case TOOL_CHOICE -> "tool_choice";
      case PARALLEL_TOOLS -> "parallel_tool_calls";
      case TOOL_STRICT -> "tools[].function.strict";
      case TOOL_RESULT_MEDIA -> "messages[].content";
      case TOOL_RESULT_FAILED -> null;
      case JSON_OBJECT, JSON_SCHEMA -> "response_format";
      case REASONING_EFFORT -> "reasoning_effort";
      case REASONING_BUDGET -> "reasoning_effort";
      case REASONING_REPLAY -> "messages[].reasoning_content";
      case CACHE_MARK -> "messages[].content[].cache_control";
      case CALLER -> "user";
      case SYSTEM_AMID_TURNS -> "messages[].role";
    };
  }

  @Override
  public String field(Hint hint) {
    return hint.field();
  }

  @Override
  public boolean takesHints() {
    return target.equals(ChatTarget.OPENAI);
  }

  @Override
  public ModelRequest readRequest(JsonNode body) {
    return new RequestReader(body).read();
  }

  @Override
  public ObjectNode writeRequest(ModelRequest request, Losses losses) {
    return new RequestWriter(target, losses).write(request);
  }

  @Override
  public ModelAnswer readAnswer(JsonNode body) {
    return AnswerReader.read(body);
  }

  @Override
  public ObjectNode writeAnswer(ModelAnswer answer) {
    return AnswerWriter.write(answer);
  }

  @Override
  public StreamReader streamReader() {
    return new ChatStreamReader();
  }

  @Override
  public StreamWriter streamWriter(StreamForm form) {
    return new ChatStreamWriter(form);
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
