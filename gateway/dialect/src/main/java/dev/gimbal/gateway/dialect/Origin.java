package dev.gimbal.gateway.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells whose a signature is. A provider refuses, or misreads, what another one signed, and the
/// bytes themselves do not say: so what an answer carries out of its dialect is marked with the
/// dialect it came from, and goes back only there, without the mark. What bears no mark came in the
/// caller's own dialect. The mark is Base64 itself and a multiple of four long, since some clients
/// decode the field. Thread-safe.
public final class Origin {
  /// What every mark begins with.
  public static final String MARK = "gimbal+";

  private static final Map<String, String> MARKS =
      Map.of(
          "openai-chat", MARK + "chat+",
          "openai-responses", MARK + "resp+",
          "anthropic-messages", MARK + "msgs+",
          "gemini", MARK + "gemi+");

  private Origin() {}

  private static String mark(Dialect dialect) {
    String mark = MARKS.get(dialect.name());
    if (mark == null) {
      throw new IllegalStateException("no mark for " + dialect.name());
    }
    return mark;
  }

  static @Nullable String marked(@Nullable String signature, Dialect origin) {
    return signature == null || signature.startsWith(MARK) ? signature : mark(origin) + signature;
  }

  /// A part of an answer as it leaves its dialect.
  static Part marked(Part part, Dialect origin) {
    return switch (part) {
      case Part.Thinking t -> new Part.Thinking(t.text(), marked(t.signature(), origin));
      case Part.HiddenThinking h ->
          new Part.HiddenThinking(h.id(), String.valueOf(marked(h.data(), origin)));
      case Part.ToolCall c ->
          new Part.ToolCall(
              c.id(), c.name(), c.arguments(), marked(c.signature(), origin), c.cache());
      default -> part;
    };
  }

  /// A step of a streamed answer as it leaves its dialect.
  static AnswerEvent marked(AnswerEvent event, Dialect origin) {
    return switch (event) {
      case AnswerEvent.ThinkingSigned s ->
          new AnswerEvent.ThinkingSigned(s.part(), String.valueOf(marked(s.signature(), origin)));
      case AnswerEvent.HiddenThinking h ->
          new AnswerEvent.HiddenThinking(
              h.part(), h.id(), String.valueOf(marked(h.data(), origin)));
      case AnswerEvent.ToolStarted t ->
          new AnswerEvent.ToolStarted(t.part(), t.id(), t.name(), marked(t.signature(), origin));
      case AnswerEvent.Further f -> new AnswerEvent.Further(f.answer(), marked(f.step(), origin));
      default -> event;
    };
  }

  /// The turns with what the target itself signed, and nothing that another one did.
  static List<ModelRequest.Turn> own(List<ModelRequest.Turn> turns, Dialect target, Losses losses) {
    List<ModelRequest.Turn> kept = new ArrayList<>(turns.size());
    for (ModelRequest.Turn turn : turns) {
      List<Part> parts = new ArrayList<>(turn.parts().size());
      for (Part part : turn.parts()) {
        Part own = own(part, target, losses);
        if (own != null) {
          parts.add(own);
        }
      }
      kept.add(new ModelRequest.Turn(turn.role(), parts));
    }
    return kept;
  }

  private static @Nullable Part own(Part part, Dialect target, Losses losses) {
    return switch (part) {
      case Part.Thinking t -> new Part.Thinking(t.text(), own(t.signature(), target, losses));
      case Part.HiddenThinking h -> {
        String data = own(h.data(), target, losses);
        yield data == null ? null : new Part.HiddenThinking(h.id(), data);
      }
      case Part.ToolCall c ->
          new Part.ToolCall(
              c.id(), c.name(), c.arguments(), own(c.signature(), target, losses), c.cache());
      default -> part;
    };
  }

  private static @Nullable String own(@Nullable String signature, Dialect target, Losses losses) {
    if (signature == null) {
      return null;
    }
    if (signature.startsWith(mark(target))) {
      return signature.substring(mark(target).length());
    }
    losses.harmless(Feature.REASONING_REPLAY);
    return null;
  }
}
