package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes each request on its event loop, refuses what can be refused there, and hands the rest to a
/// mount, to a virtual thread that runs a route, or to one that sends a file of the page.
final class FrontDoor {
  private static final Logger LOG = LoggerFactory.getLogger(FrontDoor.class);

  /// How much of an unwanted body is thrown away before its connection is closed: closing at once
  /// would take the answer away from a client that is still sending.
  private static final long DISCARD_BYTES = 16L << 20;

  private static final long LINGER_MILLIS = 2_000;

  private final Vertx vertx;
  private final Internals shared;
  private final Served served;
  private final RouteTable table;
  private final Cors cors;
  private final Ids ids;
  private final ExecutorService threads;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicBoolean draining = new AtomicBoolean();

  /// What is served, and for whom.
  record Served(
      Authenticator authenticator,
      List<Route> routes,
      List<Mount> mounts,
      Assets assets,
      HttpModule.Absent absent) {}

  FrontDoor(Vertx vertx, Internals shared, Served served, Ids ids, ExecutorService threads) {
    this.vertx = vertx;
    this.shared = shared;
    this.served = served;
    this.table = new RouteTable(served.routes());
    this.cors = new Cors(shared.config().allowedOrigins());
    this.ids = ids;
    this.threads = threads;
  }

  void drain() {
    draining.set(true);
  }

  /// Routes and files being handled on virtual threads.
  int running() {
    return running.get();
  }

  void handle(HttpServerRequest request) {
    String id = IdText.format("req", ids.next());
    HttpServerResponse response = request.response();
    response.putHeader(HeaderText.REQUEST_ID, HeaderText.of(id));
    try {
      if (!cors.answered(request)) {
        enter(request, id);
      }
    } catch (GimbalException e) {
      refuse(request, id, e, Map.of());
    } catch (RuntimeException e) {
      LOG.error("request {} failed before it reached its route", id, e);
      refuse(request, id, RouteCall.failed(), Map.of());
    }
  }

  private void enter(HttpServerRequest request, String id) {
    String base = shared.config().basePath();
    String whole = request.path();
    if (whole == null || !whole.startsWith("/")) {
      throw HttpException.invalid("path", "must start with /");
    }
    if (!base.isEmpty() && whole.equals(base)) {
      request.response().putHeader("location", base + "/").setStatusCode(308).end();
      return;
    }
    if (!base.isEmpty() && !whole.startsWith(base + "/")) {
      throw new HttpException(HttpError.PATH_UNKNOWN, "everything here is below " + base + "/");
    }
    String path = whole.substring(base.length());
    Mount mount = mountOf(path);
    if (draining.get() && !path.startsWith("/health/")) {
      refuseWhileDraining(request, id, mount != null);
    } else if (mount != null) {
      mount.handler().handle(base.isEmpty() ? request : Rebased.below(base, request));
    } else {
      route(request, id, path);
    }
  }

  private @Nullable Mount mountOf(String path) {
    for (Mount mount : served.mounts()) {
      if (path.startsWith(mount.prefix())) {
        return mount;
      }
    }
    return null;
  }

  private void route(HttpServerRequest request, String id, String path) {
    String method = request.method().name();
    boolean headOnly = method.equals("HEAD");
    switch (table.find(headOnly ? "GET" : method, path)) {
      case RouteTable.Found.Match match -> admit(request, id, match);
      case RouteTable.Found.OtherMethods other ->
          refuse(
              request,
              id,
              new HttpException(
                  HttpError.METHOD_UNSUPPORTED,
                  "this path takes " + String.join(", ", other.methods())),
              Map.of("allow", String.join(", ", other.methods())));
      case RouteTable.Found.Nothing _ -> page(request, id, path, method);
    }
  }

  private void admit(HttpServerRequest request, String id, RouteTable.Found.Match match) {
    Route route = match.route();
    Caller caller = route.right() == null ? null : permitted(request, route.right());
    Map<String, String> query = QueryString.read(request.query(), route.query());
    RouteRequest.Head head = RouteRequest.Head.of(request, shared);
    RouteRequest view = new RouteRequest(id, caller, match.segments(), query, head);
    long declared = declaredLength(request);
    Context context = vertx.getOrCreateContext();
    BodyStream body = hasBody(request, declared) ? attachBody(request, context, route) : null;
    start(
        request, id, answers -> new RouteCall(route, view, body, declared, answers, shared), body);
  }

  private BodyStream attachBody(HttpServerRequest request, Context context, Route route) {
    HttpLimits limits = shared.limits();
    return BodyStream.attach(
        request,
        context,
        limits.bodySilence(),
        route.multipart() ? limits.uploadTime() : limits.bodyTime());
  }

  private Caller permitted(HttpServerRequest request, String right) {
    Caller caller =
        served
            .authenticator()
            .authenticate(RequestCredentials.of(request))
            .orElseThrow(
                () ->
                    new HttpException(
                        HttpError.CREDENTIAL_MISSING,
                        "this needs a valid key in Authorization: Bearer, or a session"));
    if (!caller.may(right)) {
      throw new HttpException(HttpError.RIGHT_MISSING, "this needs the right " + right);
    }
    return caller;
  }

  private void page(HttpServerRequest request, String id, String path, String method) {
    if (served.absent().has(path)) {
      throw new HttpException(HttpError.ROOM_ABSENT, served.absent().message());
    }
    boolean reads = method.equals("GET") || method.equals("HEAD");
    if (served.assets().none() || isProgramPath(path) || !reads) {
      throw new HttpException(HttpError.PATH_UNKNOWN, "there is no such path here");
    }
    String accept = request.getHeader("accept");
    String encodings = request.getHeader("accept-encoding");
    AssetCall.Wanted wanted =
        new AssetCall.Wanted(
            RouteTable.decode(path.substring(1), "path"),
            accept != null && accept.contains("text/html"),
            encodings != null && encodings.contains("gzip"),
            request.getHeader("if-none-match"));
    RouteRequest view =
        new RouteRequest(id, null, Map.of(), Map.of(), RouteRequest.Head.of(request, shared));
    start(request, id, answers -> new AssetCall(served.assets(), view, wanted, answers), null);
  }

  /// Paths that programs use: a page never stands for them.
  private static boolean isProgramPath(String path) {
    return path.startsWith("/api/")
        || path.equals("/api")
        || path.startsWith("/v1")
        || path.startsWith("/otlp/")
        || path.startsWith("/health/")
        || path.equals("/mcp");
  }

  private void start(
      HttpServerRequest request,
      String id,
      Function<Answers, Runnable> call,
      @Nullable BodyStream body) {
    if (running.incrementAndGet() > shared.limits().requests()) {
      running.decrementAndGet();
      detach(request, body);
      throw new HttpException(
          HttpError.SERVER_BUSY, "too many requests are being handled; try again later");
    }
    Context context = vertx.getOrCreateContext();
    AnswerStream stream = AnswerStream.attach(request, context, shared.limits().stalledClient());
    Answers answers =
        new Answers(
            stream,
            tick -> startTicks(context, tick),
            request.method().name().equals("HEAD"),
            () -> beforeHead(request, body));
    Runnable work = call.apply(answers);
    try {
      threads.execute(
          () -> {
            try {
              work.run();
            } finally {
              running.decrementAndGet();
              leaveLater(context, request, body);
            }
          });
    } catch (RejectedExecutionException e) {
      running.decrementAndGet();
      detach(request, body);
      refuse(request, id, new HttpException(HttpError.SERVER_DRAINING, "it is stopping"), Map.of());
    }
  }

  private static void detach(HttpServerRequest request, @Nullable BodyStream body) {
    if (body != null) {
      request.handler(null);
      request.endHandler(null);
    }
  }

  private void beforeHead(HttpServerRequest request, @Nullable BodyStream body) {
    secure(request.response());
    if (draining.get() || (body != null && !body.complete())) {
      request.response().putHeader("connection", "close");
    }
  }

  private void leaveLater(Context context, HttpServerRequest request, @Nullable BodyStream body) {
    try {
      context.runOnContext(end -> leave(request, body));
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loops ended before a request did");
    }
  }

  /// After the answer: what is left of the body is thrown away, within bounds.
  private void leave(HttpServerRequest request, @Nullable BodyStream body) {
    if (body != null && !body.complete()) {
      discard(request);
    }
  }

  private Runnable startTicks(Context context, Runnable tick) {
    long period = Math.max(1, shared.limits().eventsKeepAlive().toMillis());
    AtomicLong timer = new AtomicLong(-1);
    AtomicBoolean stopped = new AtomicBoolean();
    context.runOnContext(
        go -> {
          if (!stopped.get()) {
            timer.set(vertx.setPeriodic(period, at -> tick.run()));
          }
        });
    return () -> {
      stopped.set(true);
      context.runOnContext(go -> vertx.cancelTimer(timer.get()));
    };
  }

  private void refuseWhileDraining(HttpServerRequest request, String id, boolean dialect) {
    HttpException stopping =
        new HttpException(HttpError.SERVER_DRAINING, "the server is stopping; try another");
    Problem problem = Problem.of(stopping, id);
    byte[] bytes = (dialect ? problem.inDialect(HttpError.SERVER_DRAINING) : problem).bytes();
    Map<String, String> more = Map.of("retry-after", "1", "connection", "close");
    send(request, 503, bytes, dialect ? inDialect(more) : more);
  }

  private static Map<String, String> inDialect(Map<String, String> headers) {
    Map<String, String> more = new HashMap<>(headers);
    more.put("content-type", "application/json");
    return more;
  }

  /// Answers what could not be read, so that nobody knows which path it was for: in both shapes.
  void refuseUnread(HttpServerRequest request, HttpException why) {
    String id = IdText.format("req", ids.next());
    HttpServerResponse response = request.response();
    response.putHeader(HeaderText.REQUEST_ID, HeaderText.of(id));
    secure(response);
    inDialect(Map.of("connection", "close", "cache-control", "no-store"))
        .forEach(response::putHeader);
    response
        .setStatusCode(why.errorCode().status())
        .end(Buffer.buffer(Problem.of(why, id).inDialect(why.errorCode()).bytes()));
  }

  private void refuse(
      HttpServerRequest request, String id, GimbalException why, Map<String, String> more) {
    if (request.response().ended()) {
      return;
    }
    Duration after = Problem.retryAfter(why);
    if (after != null) {
      request.response().putHeader("retry-after", Long.toString(Math.max(1, after.toSeconds())));
    }
    send(request, why.errorCode().status(), Problem.of(why, id).bytes(), more);
  }

  private void send(
      HttpServerRequest request, int status, byte[] bytes, Map<String, String> headers) {
    HttpServerResponse response = request.response();
    secure(response);
    response.putHeader("content-type", Problem.CONTENT_TYPE);
    response.putHeader("cache-control", "no-store");
    headers.forEach(response::putHeader);
    boolean unread = hasBody(request, declaredLength(request)) && !request.isEnded();
    if (unread) {
      response.putHeader("connection", "close");
    }
    response.setStatusCode(status);
    if (request.method().name().equals("HEAD")) {
      response.putHeader("content-length", Integer.toString(bytes.length)).end();
    } else {
      response.end(Buffer.buffer(bytes));
    }
    if (unread) {
      discard(request);
    }
  }

  /// Throws away what still comes of a body that nobody reads, within bounds, and closes: the
  /// client was told that the connection does not go on.
  private void discard(HttpServerRequest request) {
    AtomicLong left = new AtomicLong(DISCARD_BYTES);
    HttpConnection connection = request.connection();
    long timer = vertx.setTimer(LINGER_MILLIS, late -> Connections.cut(connection));
    // The answer may still be on its way out: a gentle close waits for it, the timer bounds that.
    Runnable close = () -> connection.close().onComplete(closed -> vertx.cancelTimer(timer));
    if (request.isEnded()) {
      // All of it came, though not all was looked at; a request that ended takes no handlers.
      close.run();
      return;
    }
    request.exceptionHandler(failure -> vertx.cancelTimer(timer));
    request.endHandler(end -> close.run());
    request.handler(
        chunk -> {
          if (left.addAndGet(-chunk.length()) < 0) {
            Connections.cut(connection);
          }
        });
    request.resume();
  }

  private static boolean hasBody(HttpServerRequest request, long declared) {
    return declared > 0 || request.headers().contains("transfer-encoding");
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    if (length == null) {
      return -1;
    }
    try {
      return Long.parseLong(length);
    } catch (NumberFormatException e) {
      throw HttpException.invalid("Content-Length", "must be a number");
    }
  }

  private static void secure(HttpServerResponse response) {
    response.putHeader("x-content-type-options", "nosniff");
    response.putHeader("referrer-policy", "no-referrer");
    response.putHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'");
  }
}
