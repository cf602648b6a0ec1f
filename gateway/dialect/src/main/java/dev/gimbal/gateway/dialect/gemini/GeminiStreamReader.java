package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.StreamReader;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one stream. Each event is a chunk; a list of them is read too, for upstreams that send a
/// stream without events.
final class GeminiStreamReader implements StreamReader {
  private final ChunkReader chunks = new ChunkReader();

  @Override
  public void event(@Nullable String name, String data, Consumer<AnswerEvent> to) {
    // Some compatible upstreams end their streams in another vendor's way.
    if (data.isBlank() || data.equals("[DONE]")) {
      return;
    }
    JsonNode node;
    try {
      node = Nodes.parse(data);
    } catch (JsonProcessingException e) {
      throw new DialectException("data", "must be JSON");
    }
    if (node.isArray()) {
      node.forEach(chunk -> chunks.read(chunk, to));
    } else {
      chunks.read(node, to);
    }
  }

  @Override
  public void end(Consumer<AnswerEvent> to) {
    chunks.end(to);
  }
}
