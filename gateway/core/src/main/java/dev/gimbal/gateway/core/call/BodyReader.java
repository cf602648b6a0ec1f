package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.limit.BodyBudget;
import dev.gimbal.gateway.core.wire.BufferBytes;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// Reads one body within the limits and scans it as it comes, in steps that leave the loop to
/// others. On the request's event loop.
final class BodyReader {
  private static final int STEP = 64 << 10;
  private static final Pattern DECLARED = Pattern.compile("[0-9]{1,15}");

  private final Vertx vertx;
  private final Bodies limits;
  private final BodyBudget budget;
  private final HttpServerRequest request;
  private final Listener listener;
  private final Context context;
  private final boolean gzip;
  private final CallScan scan;
  private Buffer body = Buffer.buffer();
  private long declared;
  private long taken;
  private final long began = System.nanoTime();
  private Beats.@Nullable Watch watch;
  private boolean ended;

  /// Hears how it went; one of the two, once.
  interface Listener {
    void read(Buffer body, CallFields fields);

    /// @param unread whether the rest of the body may still come
    void refused(GimbalException failure, boolean unread);
  }

  BodyReader(
      Vertx vertx,
      Bodies limits,
      BodyBudget budget,
      HttpServerRequest request,
      CallScan scan,
      Listener listener) {
    this.scan = scan;
    this.vertx = vertx;
    this.limits = limits;
    this.budget = budget;
    this.request = request;
    this.listener = listener;
    this.context = vertx.getOrCreateContext();
    this.gzip = "gzip".equals(encoding(request));
  }

  private static String encoding(HttpServerRequest request) {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    return encoding == null ? "" : encoding.strip().toLowerCase(Locale.ROOT);
  }

  void start() {
    String encoding = encoding(request);
    if (!encoding.isEmpty() && !encoding.equals("identity") && !gzip) {
      refuse(new HttpException(HttpError.MEDIA_UNSUPPORTED, "content-encoding must be gzip."));
      return;
    }
    declared = declared();
    if (declared > limits.maxBytes()) {
      refuse(tooLarge());
      return;
    }
    if (!take(declared)) {
      refuse(busy());
      return;
    }
    watch = Beats.watch(vertx, limits.arrival().toMillis(), this::look);
    request.exceptionHandler(e -> aborted());
    request.handler(this::piece);
    request.endHandler(v -> whole());
    if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
      request.response().writeContinue();
    }
  }

  private long declared() {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return length != null && DECLARED.matcher(length).matches() ? Long.parseLong(length) : 0;
  }

  /// Gives back what was set aside for the body. Once, when nobody needs it any more.
  void release() {
    budget.give(taken);
    taken = 0;
  }

  private boolean take(long bytes) {
    if (!budget.take(bytes)) {
      return false;
    }
    taken += bytes;
    return true;
  }

  private void piece(Buffer piece) {
    if (ended) {
      return;
    }
    if (!room(body.length() + piece.length())) {
      return;
    }
    if (!gzip && !scanned(piece)) {
      return;
    }
    if (body.length() == 0 && piece.length() == declared) {
      body = piece;
      return;
    }
    if (body.length() == 0 && declared > 0) {
      body = Buffer.buffer((int) declared);
    }
    body.appendBuffer(piece);
  }

  private boolean room(long bytes) {
    if (bytes > limits.maxBytes()) {
      refuse(tooLarge());
      return false;
    }
    if (bytes > taken && !take(bytes - taken)) {
      refuse(busy());
      return false;
    }
    return true;
  }

  private boolean scanned(Buffer piece) {
    try {
      BufferBytes.read(piece, scan::feed);
      return true;
    } catch (GatewayException e) {
      refuse(e);
      return false;
    }
  }

  private void whole() {
    if (ended) {
      return;
    }
    if (!gzip) {
      finish(body);
      return;
    }
    try {
      inflate(
          new GZIPInputStream(new ByteArrayInputStream(body.getBytes()), STEP), Buffer.buffer());
    } catch (IOException e) {
      refuse(notGzip(e));
    }
  }

  /// Inflates a step and comes back for the next: a small body can hold much.
  private void inflate(GZIPInputStream in, Buffer inflated) {
    if (ended) {
      return;
    }
    byte[] step;
    try {
      step = in.readNBytes(STEP);
    } catch (IOException e) {
      refuse(notGzip(e));
      return;
    }
    if (step.length == 0) {
      finish(inflated);
    } else if (room((long) inflated.length() + step.length) && scanned(Buffer.buffer(step))) {
      inflated.appendBytes(step);
      context.runOnContext(v -> inflate(in, inflated));
    }
  }

  private void finish(Buffer read) {
    CallFields fields;
    try {
      fields = scan.finish();
    } catch (GatewayException e) {
      refuse(e);
      return;
    }
    stop();
    listener.read(read, fields);
  }

  private void stop() {
    ended = true;
    if (watch != null) {
      watch.stop();
      watch = null;
    }
  }

  /// The caller went away while it was still talking: there is nobody to answer.
  private void aborted() {
    if (!ended) {
      stop();
      release();
    }
  }

  private void look() {
    if (System.nanoTime() - began > limits.arrival().toNanos()) {
      context.runOnContext(v -> late());
    }
  }

  private void late() {
    refuse(
        new HttpException(
            HttpError.REQUEST_INVALID,
            "The body did not arrive within " + limits.arrival().toMillis() + " ms."));
  }

  private void refuse(GimbalException failure) {
    if (ended) {
      return;
    }
    stop();
    release();
    body = Buffer.buffer();
    listener.refused(failure, !request.isEnded());
  }

  private HttpException tooLarge() {
    return new HttpException(
        HttpError.BODY_TOO_LARGE, "The body is larger than " + limits.maxBytes() + " bytes.");
  }

  private static GimbalException busy() {
    return new GimbalException(
        HttpError.SERVER_BUSY,
        "The bodies being held fill the memory set aside for them.",
        List.of(),
        Duration.ofSeconds(1),
        null);
  }

  private static GatewayException notGzip(@Nullable IOException e) {
    return new GatewayException(
        GatewayError.FIELD_INVALID, "body: is not gzip, or was cut", null, e);
  }
}
