package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.cache.Directive;
import dev.gimbal.gateway.core.call.CallTicket.Origin;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HeaderText;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One call from its head on: its body is read, or, where bytes pass, begun to be read. On the
/// request's event loop.
final class IncomingCall {
  private static final CharSequence TRACEPARENT = HeaderText.of("traceparent");
  private static final CharSequence CALL = HeaderText.of("x-gimbal-call");
  private static final CharSequence MODEL = HeaderText.of("x-gimbal-model");
  private static final Pattern NOT_PLAIN = Pattern.compile("[^\\x21-\\x7e]");

  private final V1 door;
  private final Pipeline pipeline;
  private final HttpServerRequest request;
  private final HttpAnswer answer;
  private final Principal principal;
  private final CallPath path;
  private final UUID id;
  private final Map<String, String> tags;
  private final Optional<TraceContext> caller;
  private final @Nullable String beta;
  private final Directive cache;

  IncomingCall(
      V1 door, HttpServerRequest request, HttpAnswer answer, Principal principal, CallPath path) {
    this.door = door;
    this.pipeline = door.pipeline();
    this.request = request;
    this.answer = answer;
    this.principal = principal;
    this.path = path;
    this.id = pipeline.evidence().ids().next();
    this.tags = V1.tags(request, principal);
    this.caller = TraceContext.parse(request.getHeader(TRACEPARENT));
    this.beta = V1.beta(request);
    this.cache = V1.cache(request);
  }

  void read() {
    answer.header(CALL, Ledger.text(id));
    boolean form = MultipartReader.isForm(request.getHeader(HttpHeaders.CONTENT_TYPE));
    if (path.endpoint() == Endpoint.FILES) {
      new PassedCalls(this).files();
    } else if (path.endpoint().passes() && form) {
      new PassedCalls(this).form();
    } else {
      new Whole().read();
    }
  }

  V1 door() {
    return door;
  }

  HttpServerRequest request() {
    return request;
  }

  HttpAnswer answer() {
    return answer;
  }

  CallPath path() {
    return path;
  }

  void refuse(GimbalException failure) {
    door.refuse(request, answer, failure);
  }

  /// What is known of the call now that its model is.
  CallTicket ticket(CallFields fields, Buffer body) {
    answer.header(MODEL, plain(fields.model()));
    Origin origin =
        new Origin(
            caller.map(TraceContext::child).orElseGet(TraceContext::begin),
            caller.map(TraceContext::spanId).orElse(null),
            null,
            tags,
            true,
            EmbedRequest.Priority.INTERACTIVE,
            pipeline.deadlines().whole(),
            null,
            null,
            List.of());
    return new CallTicket(
        pipeline.vertx().getOrCreateContext(),
        id,
        principal,
        path.endpoint(),
        fields,
        body,
        origin,
        pipeline.evidence().clock().instant(),
        beta,
        cache);
  }

  private static String plain(String model) {
    for (int at = 0; at < model.length(); at++) {
      if (model.charAt(at) < 0x21 || model.charAt(at) > 0x7e) {
        return NOT_PLAIN.matcher(model).replaceAll("?");
      }
    }
    return model;
  }

  /// Starts it. What was set aside for its body is given back when it is over, however it ends.
  void start(Runnable release, Supplier<RunningCall> call) {
    request.response().endHandler(v -> release.run());
    Releasing releasing = new Releasing(release);
    answer.attach(releasing);
    try {
      releasing.call = call.get();
    } catch (RuntimeException e) {
      refuse(V1.known(request, e));
    }
  }

  /// A call whose body is read whole.
  private final class Whole implements BodyReader.Listener {
    private final BodyReader reader =
        new BodyReader(pipeline.vertx(), door.limits(), door.budget(), request, path.scan(), this);

    void read() {
      reader.start();
    }

    @Override
    public void read(Buffer body, CallFields fields) {
      CallTicket ticket = ticket(fields, body);
      start(
          reader::release,
          () -> {
            if (path.endpoint().passes()) {
              return new PassedCalls(IncomingCall.this).whole(ticket);
            }
            return door.applications().takes(ticket)
                ? door.applications().start(ticket, answer)
                : pipeline.start(ticket, answer);
          });
    }

    @Override
    public void refused(GimbalException failure, boolean unread) {
      refuse(failure);
    }
  }

  /// Gives the body's share of memory back when the caller is gone.
  private static final class Releasing implements RunningCall {
    private final Runnable release;
    private @Nullable RunningCall call;

    Releasing(Runnable release) {
      this.release = release;
    }

    @Override
    public void gone() {
      release.run();
      if (call != null) {
        call.gone();
      }
    }

    @Override
    public void drained() {
      if (call != null) {
        call.drained();
      }
    }
  }
}
