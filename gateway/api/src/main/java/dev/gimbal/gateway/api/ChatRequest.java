package dev.gimbal.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A chat call.
///
/// @param model `provider/model`
/// @param messages at least one
/// @param maxTokens limit of the output; null: the model's own
/// @param temperature 0 to 2; null: the model's own
/// @param deadline of the whole call
/// @param parent the call that this one works for; null if none
public record ChatRequest(
    String model,
    List<Message> messages,
    @Nullable Integer maxTokens,
    @Nullable Double temperature,
    Duration deadline,
    @Nullable UUID parent) {

  public ChatRequest {
    messages = List.copyOf(messages);
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("messages must not be empty");
    }
  }

  /// One message.
  ///
  /// @param texts what it says, one right behind the other
  public record Message(Role role, List<Text> texts) {
    public Message {
      texts = List.copyOf(texts);
    }

    public Message(Role role, String text) {
      this(role, List.of(new Text(text, false)));
    }

    /// All that it says.
    public String text() {
      return texts.stream().map(Text::text).collect(Collectors.joining());
    }
  }

  /// Some of what a message says.
  ///
  /// @param retrieved whether it was found for the call and nobody who asks said it: guards of
  ///     retrieved text look at it
  public record Text(String text, boolean retrieved) {}

  /// Who speaks.
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}
