package dev.gimbal.platform.http;

import dev.gimbal.platform.json.Json;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One route under `/api`: what it takes, what it needs, what it answers. OpenAPI, the check of
/// rights, the reading of bodies and the tests that enumerate the routes all come from it.
///
/// @param method GET, POST, PUT, PATCH or DELETE
/// @param path as in `/api/collections/{collection}/documents`; each `{name}` is one segment
/// @param right that the caller must hold; null: open to anybody, without a credential
/// @param query names of the query parameters it knows; another one is an error
/// @param body type of the JSON body; null: it takes none
/// @param multipart whether it takes `multipart/form-data` instead of a JSON body
/// @param answers type of the JSON of a successful answer; null: none or not JSON
/// @param status of a successful answer
public record Route(
    String method,
    String path,
    String summary,
    @Nullable String right,
    List<String> query,
    @Nullable Type body,
    boolean multipart,
    @Nullable Type answers,
    int status,
    Handler handler) {

  public Route {
    query = List.copyOf(query);
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path must start with /, but is " + path);
    }
  }

  /// Answers a request; runs on a virtual thread and may block.
  @FunctionalInterface
  public interface Handler {
    /// @throws Exception a [dev.gimbal.platform.errors.GimbalException] becomes its problem answer,
    ///     anything else a 500 that says nothing but the request id
    Response handle(Request request) throws Exception;
  }

  /// `GET path`.
  public static Builder get(String path) {
    return new Builder("GET", path);
  }

  /// `POST path`.
  public static Builder post(String path) {
    return new Builder("POST", path);
  }

  /// `PUT path`.
  public static Builder put(String path) {
    return new Builder("PUT", path);
  }

  /// `DELETE path`.
  public static Builder delete(String path) {
    return new Builder("DELETE", path);
  }

  /// Collects what a route is. Not thread-safe.
  public static final class Builder {
    private final String method;
    private final String path;
    private final List<String> query = new ArrayList<>();
    private String summary = "";
    private @Nullable String right;
    private boolean open;
    private @Nullable Type body;
    private boolean multipart;
    private @Nullable Type answers;
    private int status = 200;

    private Builder(String method, String path) {
      this.method = method;
      this.path = path;
    }

    /// What it does, in one line.
    public Builder summary(String text) {
      this.summary = text;
      return this;
    }

    /// The right that the caller must hold.
    public Builder right(String name) {
      this.right = name;
      return this;
    }

    /// Needs no credential. One of this and [#right] must be said.
    public Builder open() {
      this.open = true;
      return this;
    }

    /// A query parameter that it knows.
    public Builder query(String... names) {
      query.addAll(List.of(names));
      return this;
    }

    /// `limit` and `cursor`: it answers a page of a list.
    public Builder paged() {
      return query("limit", "cursor");
    }

    /// The record that its JSON body is read into; unknown fields are refused.
    public Builder body(Type type) {
      this.body = type;
      return this;
    }

    /// Takes files.
    public Builder multipart() {
      this.multipart = true;
      return this;
    }

    /// The status and the record of a successful answer.
    public Builder answers(int successStatus, @Nullable Type type) {
      this.status = successStatus;
      this.answers = type;
      return this;
    }

    /// 200 and a page of a list of such records.
    public Builder answersList(Class<?> element) {
      return answers(
          200,
          Json.MAPPER.getTypeFactory().constructParametricType(Response.Listing.class, element));
    }

    /// The route.
    public Route handle(Handler handler) {
      if (right == null && !open) {
        throw new IllegalStateException(method + " " + path + " names neither a right nor open()");
      }
      return new Route(
          method, path, summary, right, query, body, multipart, answers, status, handler);
    }
  }
}
