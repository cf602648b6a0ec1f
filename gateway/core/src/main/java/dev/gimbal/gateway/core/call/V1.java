package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.Directive;
import dev.gimbal.gateway.core.GatewayConfig.Bodies;
import dev.gimbal.gateway.core.limit.BodyBudget;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.http.HeaderText;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.RequestCredentials;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The paths of the dialects, on event loops.
public final class V1 {
  private static final Logger LOG = LoggerFactory.getLogger(V1.class);

  /// Every path of the dialects begins so.
  public static final List<String> PREFIXES = List.of("/v1/", "/v1beta/", "/v2/rerank");

  private static final List<CharSequence> KEY_HEADERS =
      List.of(HeaderText.of("x-api-key"), CallPath.GOOGLE_KEY);
  private static final CharSequence BETA = HeaderText.of("anthropic-beta");
  private static final String CACHE = "x-gimbal-cache";
  private static final CharSequence CACHE_HEADER = HeaderText.of(CACHE);
  private static final String TAG = "x-gimbal-tag-";
  private static final int MOST_TAGS = 16;
  private static final int LONGEST_TAG = 100;
  private static final int LONGEST_BETA = 2_000;

  /// How long a caller may go on sending a body that was refused before its connection is closed.
  private static final long DISCARDING_MILLIS = 1_000;

  private final Pipeline pipeline;
  private final ApplicationCalls applications;
  private final ModelList models;
  private final Authenticator authenticator;
  private final Bodies limits;
  private final BodyBudget budget;
  private final Ids ids;

  V1(
      Pipeline pipeline,
      ApplicationCalls applications,
      ModelList models,
      Authenticator authenticator,
      Bodies limits) {
    this.pipeline = pipeline;
    this.applications = applications;
    this.models = models;
    this.authenticator = authenticator;
    this.limits = limits;
    this.budget = new BodyBudget(limits.maxBytesInFlight());
    this.ids = pipeline.evidence().ids();
  }

  /// Answers one request.
  public void handle(HttpServerRequest request) {
    HttpAnswer answer =
        new HttpAnswer(request, CallPath.errors(request), pipeline.evidence().clock());
    if (!request.response().headers().contains(HeaderText.REQUEST_ID)) {
      answer.header(HeaderText.REQUEST_ID, IdText.format("req", ids.next()));
    }
    try {
      route(request, answer);
    } catch (RuntimeException e) {
      refuse(request, answer, known(request, e));
    }
  }

  static GimbalException known(HttpServerRequest request, RuntimeException failure) {
    if (failure instanceof GimbalException known) {
      return known;
    }
    String id = request.response().headers().get(HeaderText.REQUEST_ID);
    MDC.put("request_id", id);
    try {
      LOG.error("a call failed", failure);
    } finally {
      MDC.remove("request_id");
    }
    return new HttpException(
        HttpError.SERVER_FAILED, "A defect of ours; the log has the request id.");
  }

  private void route(HttpServerRequest request, HttpAnswer answer) {
    String whole = String.valueOf(request.path());
    Optional<CallPath> call = CallPath.of(request);
    boolean list = ModelList.takes(whole);
    List<HttpMethod> due = call.map(CallPath::methods).orElse(List.of(HttpMethod.GET));
    if (call.isEmpty() && !list) {
      throw new HttpException(HttpError.PATH_UNKNOWN, "There is no path " + whole + ".");
    }
    if (!due.contains(request.method())) {
      String names = due.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
      answer.header("allow", names);
      throw new HttpException(HttpError.METHOD_UNSUPPORTED, "The path takes " + names + " only.");
    }
    Principal principal = principal(request);
    if (call.isPresent()) {
      new IncomingCall(this, request, answer, principal, call.get()).read();
    } else {
      models.answer(principal, ModelList.Form.of(request), whole, answer);
    }
  }

  static @Nullable String beta(HttpServerRequest request) {
    String beta = request.getHeader(BETA);
    if (beta != null && beta.length() > LONGEST_BETA) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "anthropic-beta", "is longer than " + LONGEST_BETA);
    }
    return beta;
  }

  static Directive cache(HttpServerRequest request) {
    String said = request.getHeader(CACHE_HEADER);
    return Directive.of(said)
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.FIELD_INVALID, CACHE, "must be no-store or refresh"));
  }

  private Principal principal(HttpServerRequest request) {
    String key = key(request);
    Optional<Caller> caller =
        authenticator.authenticate(
            new Authenticator.Credentials(
                key, key == null ? RequestCredentials.provenSession(request) : null));
    return Principal.of(
        caller.orElseThrow(
            () ->
                new HttpException(
                    HttpError.CREDENTIAL_MISSING,
                    "The key is missing, unknown or expired: send Authorization: Bearer gmb_…")));
  }

  private static @Nullable String key(HttpServerRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return authorization.substring(7).strip();
    }
    for (CharSequence header : KEY_HEADERS) {
      String key = request.getHeader(header);
      if (key != null) {
        return key;
      }
    }
    return CallPath.isGemini(request) ? request.getParam("key") : null;
  }

  /// Refuses a request whose body may still be coming.
  void refuse(HttpServerRequest request, HttpAnswer answer, GimbalException failure) {
    discard(request, answer);
    answer.refuse(ErrorAnswer.of(failure));
  }

  /// What still comes of a body is read and dropped for a moment, so that the caller sees the
  /// answer, and then the connection closes. Before the answer's head is sent.
  void discard(HttpServerRequest request, HttpAnswer answer) {
    if (request.isEnded()) {
      return;
    }
    if (request.version() != HttpVersion.HTTP_2 && !request.response().headWritten()) {
      answer.header("connection", "close");
    }
    long timer = pipeline.vertx().setTimer(DISCARDING_MILLIS, id -> hangUp(request));
    request.exceptionHandler(e -> pipeline.vertx().cancelTimer(timer));
    request.handler(piece -> {});
    request.endHandler(v -> pipeline.vertx().cancelTimer(timer));
    request.resume();
  }

  private static void hangUp(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else {
      request.connection().close();
    }
  }

  /// What the caller says and, above it, what its key says.
  static Map<String, String> tags(HttpServerRequest request, Principal principal) {
    Map<String, String> tags = new HashMap<>();
    for (Map.Entry<String, String> header : request.headers()) {
      if (header.getKey().regionMatches(true, 0, TAG, 0, TAG.length())) {
        String name = header.getKey().toLowerCase(Locale.ROOT);
        String tag = name.substring(TAG.length());
        String value = written(header.getValue());
        if (tag.isEmpty() || tag.length() > LONGEST_TAG || value.length() > LONGEST_TAG) {
          throw new GatewayException(
              GatewayError.FIELD_INVALID, name, "a tag's name and value have 1 to 100 characters");
        }
        tags.put(tag, value);
      }
    }
    tags.putAll(principal.tags());
    if (tags.size() > MOST_TAGS) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, TAG + "*", "at most 16 tags, but there are " + tags.size());
    }
    return tags;
  }

  /// Headers come in as one character a byte; clients write what is not ASCII in UTF-8.
  private static String written(String header) {
    if (header.chars().allMatch(c -> c < 0x80) || header.chars().anyMatch(c -> c > 0xFF)) {
      return header;
    }
    ByteBuffer bytes = ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      return header;
    }
  }

  Pipeline pipeline() {
    return pipeline;
  }

  ApplicationCalls applications() {
    return applications;
  }

  Bodies limits() {
    return limits;
  }

  BodyBudget budget() {
    return budget;
  }
}
