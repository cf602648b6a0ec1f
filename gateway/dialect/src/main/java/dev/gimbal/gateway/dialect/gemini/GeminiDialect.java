package dev.gimbal.gateway.dialect.gemini;

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

/// Gemini's `generateContent`. The model and whether the answer is streamed stand in the path: a
/// call is read with an empty model and without a stream, and written without either. Fields are
/// read in camelCase and in snake_case and written in camelCase. Thread-safe.
public final class GeminiDialect implements Dialect {
  @Override
  public String name() {
    return "gemini";
  }

  @Override
  public @Nullable String field(Feature feature) {
    return switch (feature) {
      case MAX_TOKENS -> "generationConfig.maxOutputTokens";
      case TEMPERATURE -> "generationConfig.temperature";
      case TOP_P -> "generationConfig.topP";
      case TOP_K -> "generationConfig.topK";
      case STOP -> "generationConfig.stopSequences";
      case SEED -> "generationConfig.seed";
      case PRESENCE_PENALTY -> "generationConfig.presencePenalty";
      case FREQUENCY_PENALTY -> "generationConfig.frequencyPenalty";
      case LOGPROBS -> "generationConfig.responseLogprobs";
      case IMAGE_ADDRESS -> "contents[].parts[].fileData";
      case IMAGE_INLINE, AUDIO, VIDEO, FILE -> "contents[].parts[].inlineData";
      case STORED_FILE -> "contents[].parts[].fileData.fileUri";
      case MADE_MEDIA -> "contents[].parts[].inlineData";
      // Neither is known to all of the vendor's models.
      case FILE_NAME, MEDIA_DETAIL -> null;
      case TOOLS -> "tools[].functionDeclarations";
      case TOOL_CHOICE, TOOL_STRICT -> "toolConfig.functionCallingConfig.mode";
      case TOOL_RESULT_MEDIA -> "contents[].parts[].functionResponse.parts";
      case TOOL_RESULT_FAILED -> "contents[].parts[].functionResponse.response.error";
      case JSON_OBJECT -> "generationConfig.responseMimeType";
      case JSON_SCHEMA -> "generationConfig.responseJsonSchema";
      case REASONING_EFFORT -> "generationConfig.thinkingConfig.thinkingLevel";
      case REASONING_BUDGET -> "generationConfig.thinkingConfig.thinkingBudget";
      case REASONING_REPLAY -> "contents[].parts[].thoughtSignature";
      case CANDIDATES -> "generationConfig.candidateCount";
      case PARALLEL_TOOLS, CACHE_MARK, CALLER, SYSTEM_AMID_TURNS -> null;
    };
  }

  @Override
  public @Nullable String callerField(Feature feature) {
    return switch (feature) {
      case FILE_NAME -> "contents[].parts[].inlineData.displayName";
      case MEDIA_DETAIL -> "contents[].parts[].mediaResolution";
      default -> field(feature);
    };
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
    return AnswerWriter.write(answer);
  }

  @Override
  public StreamReader streamReader() {
    return new GeminiStreamReader();
  }

  @Override
  public StreamWriter streamWriter(StreamForm form) {
    return new GeminiStreamWriter(form);
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
