package dev.gimbal.gateway.provider.local.generation;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.provider.local.child.GenerationRequest.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The messages of a chat, in the order that every model's template takes: the system first, then
/// user and assistant in turns, a user's first. Neighbours of one role are joined. A template that
/// is given another order may abort the engine, so another order is refused.
final class ChatMessages {
  private static final Set<String> KNOWN = Set.of("role", "content");

  private ChatMessages() {}

  /// @throws dev.gimbal.gateway.api.GatewayException naming the field that is wrong
  static List<Message> read(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      throw GenerationInput.invalid("messages", "must be a list of messages");
    }
    List<Message> read = new ArrayList<>();
    for (int i = 0; i < messages.size(); i++) {
      String at = "messages[" + i + "]";
      Message next = message(messages.get(i), at);
      Message before = read.isEmpty() ? null : read.getLast();
      if (before != null && before.role().equals(next.role())) {
        read.set(
            read.size() - 1, new Message(next.role(), before.content() + "\n\n" + next.content()));
        continue;
      }
      if (next.role().equals("system") && before != null) {
        throw GenerationInput.invalid(at + ".role", "must stand in front of the others");
      }
      if (next.role().equals("assistant") && (before == null || before.role().equals("system"))) {
        throw GenerationInput.invalid(
            at + ".role", "must be the user's before it is an assistant's");
      }
      read.add(next);
    }
    if (read.getLast().role().equals("system")) {
      throw GenerationInput.invalid("messages", "must hold a message of the user");
    }
    return read;
  }

  private static Message message(JsonNode message, String at) {
    if (!message.isObject()) {
      throw GenerationInput.invalid(at, "must be an object");
    }
    for (Map.Entry<String, JsonNode> field : message.properties()) {
      if (!KNOWN.contains(field.getKey()) && !KnownFields.absent(field.getValue())) {
        throw GenerationInput.invalid(
            at + "." + field.getKey(), "is nothing that local models can read");
      }
    }
    return new Message(
        role(message.path("role").asText(), at), content(message.path("content"), at + ".content"));
  }

  private static String role(String role, String at) {
    return switch (role) {
      case "system", "developer" -> "system";
      case "user", "assistant" -> role;
      default ->
          throw GenerationInput.invalid(
              at + ".role", "must be system, developer, user or assistant, but is " + role);
    };
  }

  private static String content(JsonNode content, String at) {
    if (content.isTextual()) {
      return content.asText();
    }
    if (!content.isArray() || content.isEmpty()) {
      throw GenerationInput.invalid(at, "must be text or a list of texts");
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.get(i);
      String type = part.path("type").asText();
      if (!type.equals("text") || !part.path("text").isTextual()) {
        throw GenerationInput.invalid(
            at + "[" + i + "].type", "must be text for local models, but is " + type);
      }
      text.append(part.path("text").asText());
    }
    return text.toString();
  }
}
