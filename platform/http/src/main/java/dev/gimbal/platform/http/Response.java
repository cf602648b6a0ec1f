package dev.gimbal.platform.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route answers.
public sealed interface Response {

  /// A JSON value.
  static Response json(int status, Object value) {
    return new Json(status, value, Map.of());
  }

  /// 200 and a JSON value.
  static Response ok(Object value) {
    return json(200, value);
  }

  /// 204.
  static Response nothing() {
    return new Empty(204, Map.of());
  }

  /// A JSON value with headers of its own, `ETag` for instance.
  record Json(int status, Object value, Map<String, String> headers) implements Response {
    public Json {
      headers = Map.copyOf(headers);
    }
  }

  /// No body.
  record Empty(int status, Map<String, String> headers) implements Response {
    public Empty {
      headers = Map.copyOf(headers);
    }
  }

  /// Bytes, read to the end and closed.
  ///
  /// @param bytes how many; -1 if unknown
  record Content(
      int status, String contentType, long bytes, InputStream content, Map<String, String> headers)
      implements Response {
    public Content {
      headers = Map.copyOf(headers);
    }
  }

  /// Server-sent events. The source runs on the request's virtual thread; comments keep the
  /// connection alive while it is silent.
  record Events(EventSource source) implements Response {}

  /// A list as every list under `/api` answers.
  ///
  /// @param next the cursor of the next page; null on the last one
  record Listing<T>(List<T> data, @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next) {
    public Listing {
      data = List.copyOf(data);
    }
  }

  /// Writes events until it returns.
  @FunctionalInterface
  interface EventSource {
    /// @throws Exception ends the stream with an `error` event
    void run(EventSink sink) throws Exception;
  }

  /// Where events go. Blocks while the client reads slower than we write.
  interface EventSink {
    /// Sends one event; `data` is written as JSON.
    ///
    /// @throws ClientGoneException if the client went away or reads nothing for the configured time
    void send(String event, Object data) throws ClientGoneException;

    /// Whether the client went away; sending would throw.
    boolean gone();
  }

  /// The client went away: stop working for it.
  final class ClientGoneException extends Exception {
    private static final long serialVersionUID = 1L;

    /// What was noticed.
    public ClientGoneException(String message) {
      super(message);
    }
  }
}
