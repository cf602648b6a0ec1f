package dev.gimbal.knowledge.core;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.platform.text.Tokens;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A gateway whose embeddings are bags of words, the same for the same text on every machine, and
/// whose chat model plays a script.
final class WordGateway implements Gateway {
  private static final int DIMENSIONS = 64;

  final List<ChatRequest> chats = new CopyOnWriteArrayList<>();
  final List<String> embedded = new CopyOnWriteArrayList<>();
  final List<EmbedRequest> embeds = new CopyOnWriteArrayList<>();
  final AtomicInteger embedFailures = new AtomicInteger();
  volatile @Nullable GatewayException embedDown;
  volatile Runnable onEmbed = () -> {};
  volatile Function<ChatRequest, List<String>> script =
      request -> {
        throw new GatewayException(GatewayError.MODEL_UNKNOWN, "no script");
      };

  @Override
  public ChatResult chat(Principal principal, ChatRequest request) {
    return chat(principal, request, piece -> {});
  }

  @Override
  public ChatResult chat(Principal principal, ChatRequest request, Consumer<String> onText) {
    chats.add(request);
    List<String> pieces = script.apply(request);
    pieces.forEach(onText);
    return new ChatResult(
        new UUID(0, 1), String.join("", pieces), "stop", new Usage(10L, 20L, null));
  }

  @Override
  public List<float[]> embed(Principal principal, EmbedRequest request) {
    embeds.add(request);
    onEmbed.run();
    GatewayException down = embedDown;
    if (down != null) {
      throw down;
    }
    if (embedFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new GatewayException(GatewayError.UPSTREAM_FAILED, "the embedder failed for once");
    }
    if (request.purpose() == EmbedRequest.Purpose.PASSAGE) {
      embedded.addAll(request.texts());
    }
    return request.texts().stream().map(WordGateway::vector).toList();
  }

  @Override
  public List<Model> models(Principal principal) {
    return List.of();
  }

  private static float[] vector(String text) {
    float[] vector = new float[DIMENSIONS];
    vector[0] = 1e-3f;
    for (String token : Tokens.of(text)) {
      vector[Math.floorMod(token.hashCode(), DIMENSIONS)] += 1;
    }
    double length = 0;
    for (float value : vector) {
      length += value * value;
    }
    for (int at = 0; at < DIMENSIONS; at++) {
      vector[at] = (float) (vector[at] / Math.sqrt(length));
    }
    return vector;
  }
}
