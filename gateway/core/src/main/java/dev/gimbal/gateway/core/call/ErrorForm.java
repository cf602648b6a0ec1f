package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The shape in which a caller's client expects errors. What an upstream of the caller's dialect
/// said passes as it is.
enum ErrorForm {
  OPENAI,
  RESPONSES,
  ANTHROPIC,
  GEMINI;

  static ErrorForm of(Endpoint endpoint) {
    return switch (endpoint) {
      case RESPONSES -> RESPONSES;
      case MESSAGES, COUNT_TOKENS -> ANTHROPIC;
      case GENERATE_CONTENT, COUNT_CONTENT, EMBED_CONTENT, BATCH_EMBED_CONTENTS -> GEMINI;
      default -> OPENAI;
    };
  }

  /// The body of an error answer.
  Buffer body(ErrorAnswer error) {
    return switch (this) {
      case OPENAI, RESPONSES -> nested(error);
      case ANTHROPIC -> written(error, Endpoint.MESSAGES);
      case GEMINI -> written(error, Endpoint.GENERATE_CONTENT);
    };
  }

  /// The error as the last event of a stream that has begun.
  Buffer event(ErrorAnswer error) {
    return switch (this) {
      case OPENAI -> error.event();
      case RESPONSES -> event("event: error\ndata: ", flat(error));
      case ANTHROPIC -> event("event: error\ndata: ", body(error));
      case GEMINI -> event("data: ", body(error));
    };
  }

  private static Buffer event(String head, Buffer data) {
    return Buffer.buffer(head).appendBuffer(data).appendString("\n\n");
  }

  private static Buffer written(ErrorAnswer error, Endpoint endpoint) {
    @Nullable JsonNode tree = tree(error);
    if (tree != null && isOf(endpoint, tree)) {
      return Buffer.buffer(Json.bytes(tree));
    }
    return Buffer.buffer(Json.bytes(Translations.dialect(endpoint).writeError(read(error, tree))));
  }

  private static boolean isOf(Endpoint endpoint, JsonNode tree) {
    return endpoint == Endpoint.MESSAGES
        ? tree.path("type").asText().equals("error")
        : tree.at("/error/status").isTextual();
  }

  private static ModelError read(ErrorAnswer error, @Nullable JsonNode tree) {
    Dialect openai = Translations.dialect(Endpoint.CHAT_COMPLETIONS);
    ModelError read = openai.readError(error.status(), tree);
    ModelError.Kind kind =
        read.kind() == ModelError.Kind.SERVER ? ModelError.Kind.of(error.status()) : read.kind();
    return new ModelError(error.status(), kind, read.message(), read.code(), read.field());
  }

  /// An answer has below `error` what an event, which it may come from, has at the top.
  private static Buffer nested(ErrorAnswer error) {
    @Nullable JsonNode tree = tree(error);
    if (tree == null || tree.has("error") || !tree.path("type").asText().equals("error")) {
      return error.body();
    }
    ObjectNode fields = tree.deepCopy();
    fields.remove("sequence_number");
    fields.put("type", "server_error");
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.set("error", fields);
    return Buffer.buffer(Json.bytes(body));
  }

  /// OpenAI's newer dialect has an error's fields in the event itself.
  private static Buffer flat(ErrorAnswer error) {
    ModelError read = read(error, tree(error));
    ObjectNode event = Json.MAPPER.createObjectNode();
    event.put("type", "error");
    event.put("code", read.code());
    event.put("message", read.message());
    event.put("param", read.field());
    return Buffer.buffer(Json.bytes(event));
  }

  private static @Nullable JsonNode tree(ErrorAnswer error) {
    try {
      return Json.MAPPER.readTree(error.body().getBytes());
    } catch (IOException e) {
      return null;
    }
  }
}
