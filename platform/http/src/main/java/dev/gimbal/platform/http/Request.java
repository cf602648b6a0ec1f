package dev.gimbal.platform.http;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request under `/api`, already authenticated, its right checked and its body within the limits.
/// For the handling thread alone.
public interface Request {

  /// On every answer and log line of this request, as in `req_…`.
  String id();

  /// Who asks.
  ///
  /// @throws IllegalStateException on a route that is open to anybody
  Caller caller();

  /// The segment that stood for `{name}`, decoded.
  String path(String name);

  /// A query parameter; the first if it stands there twice.
  Optional<String> query(String name);

  /// The JSON body.
  ///
  /// @throws HttpException [HttpError#REQUEST_INVALID] naming the field, if it does not fit
  <T> T body(Class<T> type);

  /// The fields of a multipart form that are not files.
  Map<String, String> form();

  /// The files of a multipart form, already on disk and removed after the request.
  List<Upload> uploads();

  /// The page asked for by `limit` (1 to 200, default 50) and `cursor`.
  Page page();

  /// The trace that the caller continues, from `traceparent`; null if none or malformed.
  @Nullable String traceparent();

  /// The console's session cookie, if the request came with one. Never logged.
  default Optional<String> session() {
    return Optional.empty();
  }

  /// The `If-Match` header; see [EntityTag#require].
  default Optional<String> ifMatch() {
    return Optional.empty();
  }

  /// Whether the client's connection is encrypted, as far as a trusted proxy says.
  default boolean secure() {
    return false;
  }

  /// The client's address, as far as a trusted proxy says.
  default String client() {
    return "";
  }

  /// The path under which everything is served; empty for none.
  default String basePath() {
    return "";
  }

  /// A page of a list.
  ///
  /// @param cursor what an earlier answer gave as `next`; null: the first page
  record Page(int limit, @Nullable String cursor) {}

  /// A file of a form.
  interface Upload {
    /// Name of the form's field.
    String field();

    /// Name of the file as the client gave it, folders included; never used as a path here.
    String fileName();

    /// Media type as the client gave it; not to be trusted.
    String contentType();

    /// Its length in bytes.
    long bytes();

    /// Opens it; can be called again. Close the stream.
    InputStream open();
  }
}
