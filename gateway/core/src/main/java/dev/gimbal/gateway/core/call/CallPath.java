package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.http.HeaderText;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A path that takes calls, and what it says of one.
///
/// @param inPath model and form, where the dialect says them in the path; null: in the body
/// @param methods that it takes
/// @param tail what stands behind the endpoint's own path: the id of a file
record CallPath(
    Endpoint endpoint, CallScan.@Nullable InPath inPath, List<HttpMethod> methods, String tail) {
  static final CharSequence ANTHROPIC_VERSION = HeaderText.of("anthropic-version");
  static final CharSequence GOOGLE_KEY = HeaderText.of("x-goog-api-key");

  private static final String MODELS = "models/";
  private static final String STREAM = ":streamGenerateContent";
  private static final Map<String, Endpoint> VERBS =
      Map.of(
          ":generateContent",
          Endpoint.GENERATE_CONTENT,
          STREAM,
          Endpoint.GENERATE_CONTENT,
          ":countTokens",
          Endpoint.COUNT_CONTENT,
          ":embedContent",
          Endpoint.EMBED_CONTENT,
          ":batchEmbedContents",
          Endpoint.BATCH_EMBED_CONTENTS);
  private static final String FILES = "files";
  private static final Pattern FILE = Pattern.compile("/[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
  private static final String CONTENT = "/content";

  /// Cohere's, whose other paths of this version are none of ours.
  private static final String RERANK = "/v2/rerank";

  private static final Map<String, Endpoint> PLAIN =
      Map.ofEntries(
          Map.entry("chat/completions", Endpoint.CHAT_COMPLETIONS),
          Map.entry("completions", Endpoint.COMPLETIONS),
          Map.entry("embeddings", Endpoint.EMBEDDINGS),
          Map.entry("messages", Endpoint.MESSAGES),
          Map.entry("messages/count_tokens", Endpoint.COUNT_TOKENS),
          Map.entry("responses", Endpoint.RESPONSES),
          Map.entry("moderations", Endpoint.MODERATIONS),
          Map.entry("rerank", Endpoint.RERANK),
          Map.entry("images/generations", Endpoint.IMAGE_GENERATIONS),
          Map.entry("images/edits", Endpoint.IMAGE_EDITS),
          Map.entry("images/variations", Endpoint.IMAGE_VARIATIONS),
          Map.entry("audio/speech", Endpoint.SPEECH),
          Map.entry("audio/transcriptions", Endpoint.TRANSCRIPTIONS),
          Map.entry("audio/translations", Endpoint.AUDIO_TRANSLATIONS));

  static Optional<CallPath> of(HttpServerRequest request) {
    if (RERANK.equals(request.path())) {
      return Optional.of(posted(Endpoint.RERANK));
    }
    String path = behindVersion(request);
    Endpoint plain = PLAIN.get(path);
    if (plain != null) {
      return Optional.of(posted(plain));
    }
    return path.equals(FILES) || path.startsWith(FILES + "/")
        ? files(path.substring(FILES.length()))
        : generate(request, path);
  }

  private static CallPath posted(Endpoint endpoint) {
    return new CallPath(endpoint, null, List.of(HttpMethod.POST), "");
  }

  private static Optional<CallPath> files(String tail) {
    if (tail.isEmpty()) {
      return Optional.of(
          new CallPath(Endpoint.FILES, null, List.of(HttpMethod.GET, HttpMethod.POST), ""));
    }
    boolean content = tail.endsWith(CONTENT);
    String id = content ? tail.substring(0, tail.length() - CONTENT.length()) : tail;
    if (!FILE.matcher(id).matches()) {
      return Optional.empty();
    }
    List<HttpMethod> methods =
        content ? List.of(HttpMethod.GET) : List.of(HttpMethod.GET, HttpMethod.DELETE);
    return Optional.of(new CallPath(Endpoint.FILES, null, methods, tail));
  }

  private static Optional<CallPath> generate(HttpServerRequest request, String path) {
    int colon = path.lastIndexOf(':');
    String verb = colon < 0 ? "" : path.substring(colon);
    Endpoint endpoint = VERBS.get(verb);
    if (!path.startsWith(MODELS) || endpoint == null) {
      return Optional.empty();
    }
    boolean stream = verb.equals(STREAM);
    String model = decoded(path.substring(MODELS.length(), path.length() - verb.length()));
    boolean array = stream && !"sse".equals(request.getParam("alt"));
    return Optional.of(
        new CallPath(
            endpoint, new CallScan.InPath(model, stream, array), List.of(HttpMethod.POST), ""));
  }

  /// In which shape the client of a request reads errors, on every path.
  static ErrorForm errors(HttpServerRequest request) {
    if (isGemini(request)) {
      return ErrorForm.GEMINI;
    }
    String path = behindVersion(request);
    boolean anthropic =
        request.headers().contains(ANTHROPIC_VERSION)
            || path.equals("messages")
            || path.startsWith("messages/");
    return anthropic ? ErrorForm.ANTHROPIC : ErrorForm.OPENAI;
  }

  /// Whether a client of Gemini's sent it.
  static boolean isGemini(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    return path.startsWith("/v1beta/") || named(path) || request.headers().contains(GOOGLE_KEY);
  }

  /// Whether a path ends with one of Gemini's verbs.
  private static boolean named(String path) {
    int colon = path.lastIndexOf(':');
    return colon >= 0 && VERBS.containsKey(path.substring(colon));
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
