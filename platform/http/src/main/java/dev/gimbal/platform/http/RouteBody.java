package dev.gimbal.platform.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads the body that a route takes, within the limits. Closing gives back what it held.
final class RouteBody implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final Route route;
  private final RouteRequest request;
  private final @Nullable BodyStream stream;
  private final Internals shared;
  private final MessageDigest digest = sha256();
  private Form form = Form.NONE;
  private long held;

  RouteBody(Route route, RouteRequest request, @Nullable BodyStream stream, Internals shared) {
    this.route = route;
    this.request = request;
    this.stream = stream;
    this.shared = shared;
  }

  /// Reads it into the request.
  ///
  /// @return SHA-256 over the address and the body
  byte[] read(long declared) throws IOException {
    digest.update(request.head().uri().getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
    if (route.multipart()) {
      readForm();
    } else if (route.body() != null) {
      readJson(declared);
    } else {
      requireNone(declared);
    }
    return digest.digest();
  }

  private void readForm() throws IOException {
    String boundary = Multipart.boundary(request.head().contentType());
    if (boundary == null) {
      throw new HttpException(
          HttpError.MEDIA_UNSUPPORTED, "this path takes multipart/form-data with a boundary");
    }
    if (stream == null) {
      throw new HttpException(HttpError.REQUEST_INVALID, "the form is empty");
    }
    form = Multipart.read(stream, boundary, shared.limits(), shared.uploads(), digest);
    request.form(form);
  }

  private void readJson(long declared) throws IOException {
    String type = request.head().contentType();
    if (stream != null && !isJson(type)) {
      throw new HttpException(
          HttpError.MEDIA_UNSUPPORTED,
          "this path takes application/json, not " + (type == null ? "a body without type" : type));
    }
    byte[] bytes = stream == null ? new byte[0] : bounded(stream, declared);
    digest.update(bytes);
    request.body(JsonBody.read(bytes, Objects.requireNonNull(route.body())));
  }

  private void requireNone(long declared) throws IOException {
    if (stream == null) {
      return;
    }
    String text = new String(bounded(stream, declared), StandardCharsets.UTF_8).strip();
    if (!text.isEmpty() && !text.equals("{}")) {
      throw new HttpException(HttpError.REQUEST_INVALID, "this path takes no body");
    }
  }

  private byte[] bounded(BodyStream body, long declared) throws IOException {
    long limit = shared.limits().json().bytes();
    if (declared > limit) {
      throw tooLarge();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] chunk = new byte[CHUNK];
    for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
      if (bytes.size() + count > limit) {
        throw tooLarge();
      }
      if (!shared.jsonInFlight().take(count)) {
        throw new HttpException(
            HttpError.SERVER_BUSY, "too many bodies are in flight; try again later");
      }
      held += count;
      bytes.write(chunk, 0, count);
    }
    return bytes.toByteArray();
  }

  private HttpException tooLarge() {
    return new HttpException(
        HttpError.BODY_TOO_LARGE,
        "the body is larger than the limit of " + shared.limits().json() + " for JSON");
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return type.equals("application/json")
        || (type.startsWith("application/") && type.endsWith("+json"));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public void close() throws IOException {
    shared.jsonInFlight().give(held);
    held = 0;
    if (form != Form.NONE) {
      form.close();
    }
  }
}
