package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.TokenLogprob;
import dev.gimbal.platform.json.Json;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the parts of one candidate, chunk by chunk.
final class CandidateReader {
  private enum Kind {
    NONE,
    TEXT,
    THOUGHT,
    OTHER
  }

  private final @Nullable String id;
  private final int number;
  private Kind kind = Kind.NONE;
  private int part = -1;
  private int calls;

  /// Of the chunk's tokens, until a text takes them.
  private List<TokenLogprob> logprobs = List.of();
  private @Nullable String finish;
  private @Nullable ModelError failure;

  /// @param number its `index`
  /// @param answer the answer's id; null if it has none
  CandidateReader(int number, @Nullable String answer) {
    this.number = number;
    this.id = number == 0 ? answer : (answer == null ? "" : answer) + "candidate" + number;
  }

  /// What of an answer this is, if it can be used.
  ///
  /// @return the error that it is; null: none
  @Nullable ModelError read(JsonNode candidate, Consumer<AnswerEvent> all) {
    Consumer<AnswerEvent> to = AnswerEvent.of(number, all);
    logprobs = Logprobs.read(candidate);
    for (JsonNode next : Nodes.list(Nodes.object(candidate, "content"), "parts")) {
      part(next, to);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  /// The model's reason, as it says it.
  void finish(String said) {
    finish = said;
  }

  /// Why it ended; null: nothing said so.
  @Nullable Stop stop() {
    return Stops.read(finish, calls > 0);
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
      failure = ChunkReader.server("The model answered with a file of its provider's own.", null);
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
      int number = kind == Kind.TEXT ? part : next(Kind.TEXT);
      to.accept(new AnswerEvent.TextPiece(number, text, logprobs));
      logprobs = List.of();
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
