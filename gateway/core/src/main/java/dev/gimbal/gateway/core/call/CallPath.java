package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A path that takes calls, and what it says of one.
///
/// @param inPath model and form, where the dialect says them in the path; null: in the body
record CallPath(Endpoint endpoint, CallScan.@Nullable InPath inPath) {
  private static final String MODELS = "models/";
  private static final String GENERATE = ":generateContent";
  private static final String STREAM = ":streamGenerateContent";

  static Optional<CallPath> of(HttpServerRequest request) {
    String path = behindVersion(request);
    return switch (path) {
      case "chat/completions" -> Optional.of(new CallPath(Endpoint.CHAT_COMPLETIONS, null));
      case "completions" -> Optional.of(new CallPath(Endpoint.COMPLETIONS, null));
      case "embeddings" -> Optional.of(new CallPath(Endpoint.EMBEDDINGS, null));
      case "messages" -> Optional.of(new CallPath(Endpoint.MESSAGES, null));
      case "responses" -> Optional.of(new CallPath(Endpoint.RESPONSES, null));
      default -> generate(request, path);
    };
  }

  private static Optional<CallPath> generate(HttpServerRequest request, String path) {
    boolean stream = path.endsWith(STREAM);
    if (!path.startsWith(MODELS) || (!stream && !path.endsWith(GENERATE))) {
      return Optional.empty();
    }
    String verb = stream ? STREAM : GENERATE;
    String model = decoded(path.substring(MODELS.length(), path.length() - verb.length()));
    boolean array = stream && !"sse".equals(request.getParam("alt"));
    return Optional.of(
        new CallPath(Endpoint.GENERATE_CONTENT, new CallScan.InPath(model, stream, array)));
  }

  /// In which shape the client of a request reads errors, on every path.
  static ErrorForm errors(HttpServerRequest request) {
    if (isGemini(request)) {
      return ErrorForm.GEMINI;
    }
    boolean anthropic =
        request.headers().contains("anthropic-version")
            || behindVersion(request).equals("messages");
    return anthropic ? ErrorForm.ANTHROPIC : ErrorForm.OPENAI;
  }

  /// Whether a client of Gemini's sent it.
  static boolean isGemini(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return path.startsWith("/v1beta/")
        || path.endsWith(GENERATE)
        || path.endsWith(STREAM)
        || request.headers().contains("x-goog-api-key");
  }

  private static String behindVersion(HttpServerRequest request) {
    return behindVersion(String.valueOf(request.path()));
  }

  /// What stands behind the version that every path of the dialects begins with; empty if it
  /// begins with none.
  static String behindVersion(String path) {
    for (String prefix : V1.PREFIXES) {
      if (path.startsWith(prefix)) {
        return path.substring(prefix.length());
      }
    }
    return "";
  }

  static String decoded(String name) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }

  CallScan scan() {
    return inPath == null ? new CallScan() : new CallScan(inPath);
  }
}
