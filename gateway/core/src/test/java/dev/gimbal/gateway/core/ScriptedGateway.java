package dev.gimbal.gateway.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.api.Usage;
import java.util.List;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// A gateway whose model says what the test makes it say, in whole answers.
public record ScriptedGateway(BiFunction<Principal, ChatRequest, String> model) implements Gateway {
  @Override
  public ChatResult chat(Principal principal, ChatRequest request) {
    return new ChatResult(
        UUID.randomUUID(), model.apply(principal, request), "stop", Usage.UNKNOWN);
  }

  @Override
  public ChatResult chat(Principal principal, ChatRequest request, Consumer<String> onText) {
    throw new UnsupportedOperationException("whole answers only");
  }

  @Override
  public List<float[]> embed(Principal principal, EmbedRequest request) {
    throw new UnsupportedOperationException("chats only");
  }

  @Override
  public List<Model> models(Principal principal) {
    return List.of();
  }
}
