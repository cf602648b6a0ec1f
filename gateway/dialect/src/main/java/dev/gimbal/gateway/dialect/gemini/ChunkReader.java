package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the chunks of one answer. Why it ended is told when the connection ends: some models say
/// `STOP` in every chunk, and whether the answer calls tools is known only then.
final class ChunkReader {
  private enum Kind {
    NONE,
    TEXT,
    THOUGHT,
    OTHER
  }

  private boolean started;
  private boolean over;
  private @Nullable String id;
  private Kind kind = Kind.NONE;
  private int part = -1;
  private int calls;
  private @Nullable String finish;

  void read(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (!chunk.isObject()) {
      throw new DialectException("body", "must be an object");
    }
    if (Nodes.object(chunk, "error") != null) {
      fail(Errors.inBand(chunk), to);
      return;
    }
    start(chunk, to);
    JsonNode candidate = candidate(chunk);
    JsonNode content = Nodes.object(candidate, "content");
    for (JsonNode next : Nodes.list(content, "parts")) {
      part(next, to);
      if (over) {
        return;
      }
    }
    TokenCount usage = Usage.read(Nodes.object(chunk, "usageMetadata"));
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
    finish(chunk, candidate, to);
  }

  /// Says how the answer ended, unless an error ended it before.
  void end(Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    Stop stop = Stops.read(finish, calls > 0);
    if (stop == null) {
      fail(server("The provider's stream broke off.", null), to);
      return;
    }
    over = true;
    to.accept(new AnswerEvent.Stopped(stop));
    to.accept(new AnswerEvent.Ended());
  }

  private static ModelError server(String message, @Nullable String code) {
    return new ModelError(502, ModelError.Kind.SERVER, message, code, null);
  }

  private void fail(ModelError error, Consumer<AnswerEvent> to) {
    over = true;
    to.accept(new AnswerEvent.Failed(error));
  }

  private void start(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (started) {
      return;
    }
    started = true;
    id = Nodes.text(chunk, "responseId");
    String model = Objects.requireNonNullElse(Nodes.text(chunk, "modelVersion"), "");
    to.accept(new AnswerEvent.Started(id, model, seconds(Nodes.text(chunk, "createTime"))));
  }

  private static @Nullable Long seconds(@Nullable String time) {
    try {
      return time == null ? null : Long.valueOf(Instant.parse(time).getEpochSecond());
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// The first candidate; more than one are never asked for.
  private static @Nullable JsonNode candidate(JsonNode chunk) {
    for (JsonNode candidate : Nodes.list(chunk, "candidates")) {
      if (candidate.path("index").asInt(0) == 0) {
        return candidate;
      }
    }
    return null;
  }

  private void finish(JsonNode chunk, @Nullable JsonNode candidate, Consumer<AnswerEvent> to) {
    @Nullable String said = Nodes.text(candidate, "finishReason");
    if (said == null) {
      // A blocked prompt has no candidates.
      said = Nodes.text(Nodes.object(chunk, "promptFeedback"), "blockReason");
    }
    ModelError failure = Stops.failure(said, Nodes.text(candidate, "finishMessage"));
    if (failure != null) {
      fail(failure, to);
    } else if (said != null) {
      finish = said;
    }
  }

  private void part(JsonNode node, Consumer<AnswerEvent> to) {
    @Nullable String signature = Nodes.text(node, "thoughtSignature");
    JsonNode call = Nodes.object(node, "functionCall");
    if (call != null) {
      call(call, Signatures.ofCall(signature), to);
    } else if (node.path("text").isTextual() || (signature != null && node.size() == 1)) {
      text(node.path("text").asText(""), node.path("thought").asBoolean(false), signature, to);
    } else if (node.has("inlineData")) {
      media(node, signature, to);
    } else if (node.has("fileData")) {
      // An answer without what it consists of would pass for a whole one.
      fail(server("The model answered with a file of its provider's own.", null), to);
    }
  }

  /// A picture on the way to the one that is meant is a thought, and seen by nobody.
  private void media(JsonNode node, @Nullable String signature, Consumer<AnswerEvent> to) {
    JsonNode inline = node.path("inlineData");
    String type = inline.path("mimeType").asText("application/octet-stream");
    if (!node.path("thought").asBoolean(false)) {
      Part.Source bytes = new Part.Source.Inline(type, inline.path("data").asText());
      Part.Media media = new Part.Media(Media.kind(type, ""), bytes, null, null, null);
      to.accept(new AnswerEvent.MediaGiven(next(Kind.OTHER), media));
    }
    if (signature != null) {
      to.accept(new AnswerEvent.ThinkingSigned(next(Kind.OTHER), signature));
    }
  }

  private void text(
      String text, boolean thought, @Nullable String signature, Consumer<AnswerEvent> to) {
    Part.@Nullable HiddenThinking hidden = Signatures.unseal(signature);
    if (hidden != null) {
      to.accept(new AnswerEvent.HiddenThinking(next(Kind.OTHER), hidden.id(), hidden.data()));
      return;
    }
    if (thought) {
      thought(text, signature, to);
      return;
    }
    if (!text.isEmpty()) {
      to.accept(new AnswerEvent.TextPiece(kind == Kind.TEXT ? part : next(Kind.TEXT), text));
    }
    if (signature != null) {
      to.accept(new AnswerEvent.ThinkingSigned(next(Kind.OTHER), signature));
    }
  }

  private void thought(String text, @Nullable String signature, Consumer<AnswerEvent> to) {
    if (!text.isEmpty() || signature != null) {
      int number = kind == Kind.THOUGHT ? part : next(Kind.THOUGHT);
      if (!text.isEmpty()) {
        to.accept(new AnswerEvent.ThinkingPiece(number, text));
      }
      if (signature != null) {
        to.accept(new AnswerEvent.ThinkingSigned(number, signature));
        kind = Kind.OTHER;
      }
    }
  }

  private void call(JsonNode call, @Nullable String signature, Consumer<AnswerEvent> to) {
    @Nullable String given = Nodes.text(call, "id");
    String callId = given == null ? CallIds.made(id, calls) : given;
    String name = Objects.requireNonNullElse(Nodes.text(call, "name"), "");
    calls++;
    int number = next(Kind.OTHER);
    to.accept(new AnswerEvent.ToolStarted(number, callId, name, signature));
    JsonNode arguments = Nodes.object(call, "args");
    String json = arguments == null ? "{}" : Json.write(arguments);
    to.accept(new AnswerEvent.ToolPiece(number, json));
  }

  private int next(Kind begun) {
    kind = begun;
    part++;
    return part;
  }
}
