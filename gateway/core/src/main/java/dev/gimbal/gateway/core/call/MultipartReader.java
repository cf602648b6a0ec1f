package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.limit.BodyBudget;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.core.wire.MultipartScan;
import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A form that is sent on while it comes in. It is held until its field `model` was found, which
/// may stand behind the files; from then on nothing is held. It is read to its end all the same: a
/// second `model` breaks the call off before it was sent. On the request's event loop.
final class MultipartReader implements BodyStream {
  /// A form that is sent on may be larger than one that is held.
  static final long LARGEST = 2L << 30;

  private static final Pattern BOUNDARY =
      Pattern.compile(
          "multipart/form-data\\s*;(?:.*;)?\\s*boundary=(?:\"([0-9A-Za-z'()+_,./:=? -]{1,70})\""
              + "|([0-9A-Za-z'()+_,./:=?-]{1,70}))\\s*(?:;.*)?",
          Pattern.CASE_INSENSITIVE);

  private final Vertx vertx;
  private final Bodies limits;
  private final BodyBudget budget;
  private final HttpServerRequest request;
  private final Listener listener;
  private final long declared;
  private MultipartScan scan = new MultipartScan("-");
  private Buffer held = Buffer.buffer();
  private long received;
  private long taken;
  private long timer;
  private boolean found;
  private boolean over;
  private boolean ended;
  private @Nullable Sink sink;

  /// Hears how it went.
  interface Listener {
    /// The model was found. Once, unless it was refused; the rest waits for [#start].
    void found(Form form);

    /// A piece was sent on.
    void sent();

    /// It cannot be called, or, after [#found], must not go on.
    void refused(GimbalException failure);
  }

  /// The beginning of a form.
  ///
  /// @param head what has come of it
  /// @param length of the whole in bytes; less than 0: not known
  record Form(String model, CallFields.Range place, Buffer head, long length) {

    /// What is sent first, with the model as the upstream names it.
    Buffer headFor(String upstreamModel) {
      byte[] name = upstreamModel.getBytes(StandardCharsets.UTF_8);
      return Edit.splice(head, List.of(new Edit((int) place.start(), (int) place.end(), name)));
    }

    long lengthFor(String upstreamModel) {
      int name = upstreamModel.getBytes(StandardCharsets.UTF_8).length;
      return length < 0 ? length : length - (place.end() - place.start()) + name;
    }
  }

  MultipartReader(
      Vertx vertx, Bodies limits, BodyBudget budget, HttpServerRequest request, Listener listener) {
    this.vertx = vertx;
    this.limits = limits;
    this.budget = budget;
    this.request = request;
    this.listener = listener;
    String length = request.getHeader("content-length");
    this.declared = length != null && length.matches("[0-9]{1,15}") ? Long.parseLong(length) : -1;
  }

  /// Whether a content type is a form's.
  static boolean isForm(@Nullable String contentType) {
    return contentType != null
        && contentType.strip().regionMatches(true, 0, "multipart/form-data", 0, 19);
  }

  void read() {
    Matcher boundary = BOUNDARY.matcher(String.valueOf(request.getHeader("content-type")).strip());
    if (!boundary.matches()) {
      refuse(new HttpException(HttpError.MEDIA_UNSUPPORTED, "The form names no boundary."));
      return;
    }
    String encoding = request.getHeader("content-encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      refuse(new HttpException(HttpError.MEDIA_UNSUPPORTED, "A form must not be compressed."));
      return;
    }
    if (declared > LARGEST) {
      refuse(tooLarge(LARGEST));
      return;
    }
    String quoted = boundary.group(1);
    scan = new MultipartScan(quoted == null ? boundary.group(2) : quoted);
    timer = vertx.setTimer(limits.arrival().toMillis(), id -> late());
    request.exceptionHandler(e -> aborted());
    request.handler(this::came);
    request.endHandler(v -> ended());
    if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
      request.response().writeContinue();
    }
  }

  private void came(Buffer piece) {
    if (over) {
      return;
    }
    received += piece.length();
    if (received > LARGEST) {
      refuse(tooLarge(LARGEST));
    } else if (scanned(piece)) {
      hand(piece);
    }
  }

  private boolean scanned(Buffer piece) {
    try {
      scan.feed(piece.getBytes(), 0, piece.length());
      return true;
    } catch (GatewayException e) {
      refuse(e);
      return false;
    }
  }

  private void hand(Buffer piece) {
    Sink to = sink;
    if (to != null) {
      to.piece(piece);
      listener.sent();
      return;
    }
    if (!found && !room(held.length() + (long) piece.length())) {
      return;
    }
    held.appendBuffer(piece);
    String model = scan.model();
    if (model != null && !found) {
      found(model);
    }
  }

  private boolean room(long bytes) {
    if (bytes > limits.maxBytes()) {
      refuse(
          new GatewayException(
              GatewayError.FIELD_INVALID,
              "model",
              "must stand within the first "
                  + limits.maxBytes()
                  + " bytes of the form: put it before the file"));
      return false;
    }
    if (bytes > taken) {
      if (!budget.take(bytes - taken)) {
        refuse(busy());
        return false;
      }
      taken = bytes;
    }
    return true;
  }

  private void found(String model) {
    found = true;
    vertx.cancelTimer(timer);
    request.pause();
    Form form = new Form(model, Objects.requireNonNull(scan.modelRange()), held, declared);
    held = Buffer.buffer();
    listener.found(form);
  }

  private void ended() {
    ended = true;
    if (over) {
      return;
    }
    if (!scan.whole()) {
      refuse(
          new GatewayException(
              GatewayError.FIELD_INVALID, "body", "is no whole multipart/form-data"));
    } else if (!found) {
      refuse(new GatewayException(GatewayError.FIELD_INVALID, "model", "is missing"));
    } else if (sink != null) {
      over = true;
      sink.end();
    }
  }

  @Override
  public void start(Sink to) {
    sink = to;
    if (held.length() > 0) {
      to.piece(held);
      held = Buffer.buffer();
    }
    if (ended && !over) {
      over = true;
      to.end();
    } else if (!ended) {
      request.resume();
    }
  }

  @Override
  public void pause() {
    request.pause();
  }

  @Override
  public void resume() {
    request.resume();
  }

  /// Whether all of the form has come.
  boolean isOver() {
    return ended;
  }

  /// Whether any of it may have been sent on.
  boolean isStarted() {
    return sink != null;
  }

  /// Nobody needs the rest.
  void abandon() {
    over = true;
    vertx.cancelTimer(timer);
  }

  /// Gives back what was set aside for the form.
  void release() {
    budget.give(taken);
    taken = 0;
  }

  private void aborted() {
    if (!over && !found) {
      abandon();
      release();
    }
  }

  private void late() {
    refuse(
        new HttpException(
            HttpError.REQUEST_INVALID,
            "The form's model did not arrive within " + limits.arrival().toMillis() + " ms."));
  }

  private void refuse(GimbalException failure) {
    if (!over) {
      abandon();
      release();
      held = Buffer.buffer();
      listener.refused(failure);
    }
  }

  static HttpException tooLarge(long most) {
    return new HttpException(
        HttpError.BODY_TOO_LARGE, "The body is larger than " + most + " bytes.");
  }

  private static GimbalException busy() {
    return new GimbalException(
        HttpError.SERVER_BUSY,
        "The bodies being held fill the memory set aside for them.",
        List.of(),
        Duration.ofSeconds(1),
        null);
  }
}
