package dev.gimbal.gateway.conformance.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.conformance.wire.Tree;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/// What an upstream received of one call.
///
/// @param head the request line and the headers as they came
/// @param body without the framing of chunks
/// @param gone done when the gateway closed the connection before the answer was whole
public record Received(
    String method, String target, String head, byte[] body, CompletableFuture<Boolean> gone) {

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  public JsonNode json() {
    return Tree.read(body);
  }

  /// Whether a text came anywhere, in the head or the body.
  public boolean holds(String words) {
    return head.contains(words) || text().contains(words);
  }
}
