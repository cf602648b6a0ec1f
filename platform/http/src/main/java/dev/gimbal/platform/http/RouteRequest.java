package dev.gimbal.platform.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A request as its route sees it. Everything that must be read on the event loop was read there.
final class RouteRequest implements Request {
  private static final int DEFAULT_LIMIT = 50;
  private static final int LARGEST_LIMIT = 200;
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.*");

  private final String id;
  private final @Nullable Caller caller;
  private final Map<String, String> segments;
  private final Map<String, String> query;
  private final Head head;
  private @Nullable Object body;
  private Form form = Form.NONE;

  RouteRequest(
      String id,
      @Nullable Caller caller,
      Map<String, String> segments,
      Map<String, String> query,
      Head head) {
    this.id = id;
    this.caller = caller;
    this.segments = segments;
    this.query = query;
    this.head = head;
  }

  /// What the headers say, read on the event loop.
  record Head(
      String method,
      String uri,
      @Nullable String contentType,
      @Nullable String idempotencyKey,
      @Nullable String ifMatch,
      @Nullable String traceparent,
      @Nullable String session,
      boolean secure,
      String client,
      String basePath) {

    static Head of(HttpServerRequest request, Internals shared) {
      return new Head(
          request.method().name(),
          request.uri(),
          request.getHeader("content-type"),
          request.getHeader("idempotency-key"),
          request.getHeader("if-match"),
          traceparent(request),
          RequestCredentials.cookie(request),
          shared.forwarded().secure(request),
          shared.forwarded().client(request),
          shared.config().basePath());
    }

    private static @Nullable String traceparent(HttpServerRequest request) {
      String header = request.getHeader("traceparent");
      return header != null && TRACEPARENT.matcher(header).matches() && header.length() < 128
          ? header
          : null;
    }
  }

  Head head() {
    return head;
  }

  @Nullable Caller callerOrNull() {
    return caller;
  }

  void body(Object value) {
    this.body = value;
  }

  void form(Form value) {
    this.form = value;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Caller caller() {
    if (caller == null) {
      throw new IllegalStateException("this route is open to anybody: there is no caller");
    }
    return caller;
  }

  @Override
  public String path(String name) {
    String value = segments.get(name);
    if (value == null) {
      throw new IllegalStateException("the route's path has no {" + name + "}");
    }
    return value;
  }

  @Override
  public Optional<String> query(String name) {
    return Optional.ofNullable(query.get(name));
  }

  @Override
  public <T> T body(Class<T> type) {
    if (body == null) {
      throw new IllegalStateException("the route takes no JSON body");
    }
    return type.cast(body);
  }

  @Override
  public Map<String, String> form() {
    return Map.copyOf(form.fields());
  }

  @Override
  public List<Request.Upload> uploads() {
    return List.copyOf(form.files());
  }

  @Override
  public Page page() {
    String limit = query.get("limit");
    String cursor = query.get("cursor");
    return new Page(
        limit == null ? DEFAULT_LIMIT : limit(limit),
        cursor == null || cursor.isEmpty() ? null : cursor);
  }

  private static int limit(String text) {
    if (text.matches("\\d{1,4}")) {
      int value = Integer.parseInt(text);
      if (value >= 1 && value <= LARGEST_LIMIT) {
        return value;
      }
    }
    throw HttpException.invalid("limit", "must be 1 to " + LARGEST_LIMIT + ", but is " + text);
  }

  @Override
  public @Nullable String traceparent() {
    return head.traceparent();
  }

  @Override
  public Optional<String> session() {
    return Optional.ofNullable(head.session());
  }

  @Override
  public Optional<String> ifMatch() {
    return Optional.ofNullable(head.ifMatch());
  }

  @Override
  public boolean secure() {
    return head.secure();
  }

  @Override
  public String client() {
    return head.client();
  }

  @Override
  public String basePath() {
    return head.basePath();
  }
}
