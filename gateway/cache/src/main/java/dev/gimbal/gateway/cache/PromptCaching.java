package dev.gimbal.gateway.cache;

import dev.gimbal.gateway.cache.JsonSpans.Span;
import dev.gimbal.gateway.cache.JsonSpans.Splice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Marks what Anthropic's models should cache: the end of the tools, of the system prompt and of
/// the last two turns of the user, by splices into the bytes of the call. The last turn is written
/// to the cache for the call that follows, the one before it is read from. Other dialects cache
/// prefixes by themselves and need nothing but that their bytes stay.
///
/// Nothing is done where the caller placed a mark, where the prompt is so short that no model
/// caches it, or where the bytes cannot be read. Pure; thread-safe.
public final class PromptCaching {
  /// The least that any model caches is 1,024 tokens, of 4 bytes at most on average (assumed).
  static final int SHORTEST = 4_096;

  private static final String MARK = "\"cache_control\":{\"type\":\"ephemeral\"}";
  private static final List<String> UNMARKABLE = List.of("thinking", "redacted_thinking");

  private PromptCaching() {}

  /// The call with marks; the very same array where there is nothing to be marked. Without the
  /// marks and the brackets that a text needs to carry one, the bytes are the caller's.
  ///
  /// @param body of a call in Anthropic's dialect
  public static byte[] place(byte[] body) {
    if (body.length < SHORTEST) {
      return body;
    }
    Optional<Span> call = JsonSpans.of(body);
    if (call.isEmpty() || call.get().anywhere("cache_control")) {
      return body;
    }
    List<Splice> marks = new ArrayList<>();
    Span tools = call.get().fields().get("tools");
    if (tools != null && !tools.elements().isEmpty()) {
      mark(tools.elements().getLast(), marks);
    }
    Span system = call.get().fields().get("system");
    if (system != null) {
      content(system, marks);
    }
    turns(call.get(), marks);
    marks.sort(Comparator.comparingInt(Splice::start));
    return marks.isEmpty() ? body : JsonSpans.splice(body, marks);
  }

  private static void turns(Span call, List<Splice> marks) {
    Span messages = call.fields().get("messages");
    List<Span> said = messages == null ? List.of() : messages.elements();
    int left = 2;
    for (int at = said.size() - 1; at >= 0 && left > 0; at--) {
      Span turn = said.get(at);
      Span content = turn.fields().get("content");
      if (content != null && turn.said("role").equals("user") && content(content, marks)) {
        left--;
      }
    }
  }

  private static boolean content(Span content, List<Splice> marks) {
    String text = content.text();
    if (text != null && !text.isEmpty()) {
      marks.add(insert(content.start(), "[{\"type\":\"text\",\"text\":"));
      marks.add(insert(content.end(), "," + MARK + "}]"));
      return true;
    }
    return content.isArray()
        && !content.elements().isEmpty()
        && mark(content.elements().getLast(), marks);
  }

  private static boolean mark(Span block, List<Splice> marks) {
    boolean emptyText = block.said("type").equals("text") && block.said("text").isEmpty();
    if (!block.isObject()
        || block.fields().isEmpty()
        || emptyText
        || UNMARKABLE.contains(block.said("type"))) {
      return false;
    }
    int last = block.fields().values().stream().mapToInt(Span::end).max().orElseThrow();
    marks.add(insert(last, "," + MARK));
    return true;
  }

  private static Splice insert(int at, String text) {
    return new Splice(at, at, text.getBytes(StandardCharsets.UTF_8));
  }
}
