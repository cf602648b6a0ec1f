package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Translation;
import dev.gimbal.gateway.dialect.chat.ChatDialect;
import dev.gimbal.gateway.dialect.chat.ChatTarget;
import dev.gimbal.gateway.dialect.gemini.GeminiDialect;
import dev.gimbal.gateway.dialect.messages.MessagesDialect;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/// Puts calls from the dialect that was asked in into the one that the target speaks.
final class Translations {
  private static final Dialect CHAT = new ChatDialect();
  private static final Dialect MESSAGES = new MessagesDialect();
  private static final Dialect RESPONSES = new ResponsesDialect();
  private static final Dialect GEMINI = new GeminiDialect();

  private Translations() {}

  /// A call that can be sent.
  ///
  /// @param warnings fields of the caller that the target has no word for and that change nothing
  record Translated(Translation translation, Buffer body, List<String> warnings) {}

  /// The dialect of a target as it takes it.
  static Dialect dialect(Endpoint endpoint, Quirks quirks) {
    return endpoint == Endpoint.CHAT_COMPLETIONS
        ? new ChatDialect(form(quirks))
        : dialect(endpoint);
  }

  private static ChatTarget form(Quirks quirks) {
    if (quirks.equals(Quirks.OPENAI)) {
      return ChatTarget.OPENAI;
    }
    Set<Feature> extensions = quirks.replay() ? Set.of(Feature.REASONING_REPLAY) : Set.of();
    String limit =
        switch (quirks.outputLimit()) {
          case MAX_TOKENS -> "max_tokens";
          case MAX_COMPLETION_TOKENS -> "max_completion_tokens";
        };
    ChatTarget.Thinking thinking =
        switch (quirks.thinking()) {
          case REASONING_EFFORT -> ChatTarget.Thinking.EFFORT;
          case ENABLE_THINKING -> ChatTarget.Thinking.SWITCH_AND_BUDGET;
          case THINKING_TYPE -> ChatTarget.Thinking.TYPE;
          case TEMPLATE -> ChatTarget.Thinking.TEMPLATE;
          case BY_MODEL -> ChatTarget.Thinking.MODEL;
        };
    ChatTarget.Choice choice =
        switch (quirks.toolChoice()) {
          case ANY -> ChatTarget.Choice.ANY;
          case NOT_REQUIRED -> ChatTarget.Choice.NOT_REQUIRED;
          case AUTO_OR_NONE -> ChatTarget.Choice.AUTO_OR_NONE;
          case AUTO -> ChatTarget.Choice.AUTO;
        };
    return new ChatTarget(limit, extensions, thinking, choice, quirks.strictTools());
  }

  static Dialect dialect(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT_COMPLETIONS -> CHAT;
      case MESSAGES -> MESSAGES;
      case RESPONSES -> RESPONSES;
      case GENERATE_CONTENT -> GEMINI;
      default -> throw new IllegalArgumentException(endpoint + " is said in one dialect only");
    };
  }

  /// The dialect of whoever asks, for answers to this call.
  static Dialect caller(Endpoint endpoint, JsonNode call) {
    return endpoint == Endpoint.RESPONSES ? ResponsesDialect.answering(call) : dialect(endpoint);
  }

  /// From a dialect into itself, for answers whose form was not asked for.
  static Translation same(Endpoint endpoint) {
    return new Translation(dialect(endpoint), dialect(endpoint));
  }

  /// @param usage whether a stream is asked for its usage where that is an option
  /// @throws GatewayException `FIELD_INVALID` naming the field that is wrong or that the target has
  ///     no word for
  static Translated translate(CallTicket ticket, Endpoint spoken, Target target, boolean usage) {
    Dialect to = dialect(spoken, target.entry().provider().quirks());
    try {
      JsonNode call = read(ticket.body());
      Translation translation = new Translation(caller(ticket.endpoint(), call), to);
      Translation.TranslatedRequest request =
          translation.request(call, target.model(), ticket.fields().stream());
      if (!usage && spoken == Endpoint.CHAT_COMPLETIONS) {
        request.body().remove("stream_options");
      }
      return new Translated(
          translation, Buffer.buffer(Json.bytes(request.body())), request.warnings());
    } catch (DialectException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, e.field(), String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode read(Buffer body) {
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (JsonProcessingException e) {
      throw new DialectException("body", "cannot be translated: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory are read", e);
    }
  }
}
