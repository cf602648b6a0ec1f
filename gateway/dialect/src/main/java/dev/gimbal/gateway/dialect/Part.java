package dev.gimbal.gateway.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of a turn or of an answer.
public sealed interface Part {

  /// The mark that a provider's cache may keep everything up to here; null: none.
  default @Nullable CacheMark cache() {
    return null;
  }

  /// @param lifetime `5m` or `1h`; null: the provider's own
  record CacheMark(@Nullable String lifetime) {}

  /// @param logprobs of an answer's tokens, where they were asked for
  record Text(String text, @Nullable CacheMark cache, List<TokenLogprob> logprobs) implements Part {
    public Text {
      logprobs = List.copyOf(logprobs);
    }

    public Text(String text, @Nullable CacheMark cache) {
      this(text, cache, List.of());
    }

    public Text(String text) {
      this(text, null);
    }
  }

  /// Something that is no text.
  ///
  /// @param name of a file; null if it has none
  /// @param detail how closely to look at an image: `low`, `high`, `auto`; null: not said
  record Media(
      Kind kind,
      Source source,
      @Nullable String name,
      @Nullable String detail,
      @Nullable CacheMark cache)
      implements Part {

    /// Whether it is to be looked at in another way than the model's own.
    public boolean closely() {
      return detail != null && !detail.equals("auto");
    }

    /// What it is.
    public enum Kind {
      IMAGE,
      AUDIO,
      VIDEO,
      FILE
    }
  }

  /// Where the bytes of a [Media] are.
  sealed interface Source {
    /// @param base64 as the caller wrote it, never decoded
    record Inline(String mimeType, String base64) implements Source {}

    /// @param mimeType null: not said
    record Address(String url, @Nullable String mimeType) implements Source {}

    /// Kept by the provider under an id of its own.
    record Stored(String id) implements Source {}
  }

  /// The model wants a tool.
  ///
  /// @param arguments JSON as the model wrote it
  /// @param signature of a provider that wants it back with the call; null: none
  record ToolCall(
      String id,
      String name,
      String arguments,
      @Nullable String signature,
      @Nullable CacheMark cache)
      implements Part {}

  /// What a tool said.
  ///
  /// @param name of the tool; null where the dialect names the call only
  record ToolResult(
      String callId,
      @Nullable String name,
      List<Part> content,
      boolean failed,
      @Nullable CacheMark cache)
      implements Part {
    public ToolResult {
      content = List.copyOf(content);
    }
  }

  /// What the model thought.
  ///
  /// @param text may be empty where only the signature is shown
  /// @param signature by which its provider knows it again; null: none
  record Thinking(String text, @Nullable String signature) implements Part {}

  /// What the model thought, readable for its provider only.
  ///
  /// @param id by which the provider knows it; null: none
  record HiddenThinking(@Nullable String id, String data) implements Part {}

  /// The model declines, in its own words.
  record Refusal(String text) implements Part {}
}
