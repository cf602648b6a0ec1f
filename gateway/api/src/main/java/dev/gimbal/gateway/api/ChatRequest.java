package dev.gimbal.gateway.api;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
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
  public record Message(Role role, String text) {}

  /// Who speaks.
  public enum Role {
    SYSTEM,
    USER,
    ASSISTANT
  }
}
