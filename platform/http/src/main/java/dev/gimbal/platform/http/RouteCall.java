package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.IdempotencyStore.Answer;
import dev.gimbal.platform.http.IdempotencyStore.Begun;
import dev.gimbal.platform.http.Response.ClientGoneException;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// One request on its virtual thread: reads the body, runs the handler (once an idempotency key),
/// writes the answer.
final class RouteCall implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RouteCall.class);
  private static final int LONGEST_KEY = 255;

  private final Route route;
  private final RouteRequest request;
  private final @Nullable BodyStream stream;
  private final long declared;
  private final Answers answers;
  private final Internals shared;

  /// @param declared length of the body as the client says; -1 if it does not
  RouteCall(
      Route route,
      RouteRequest request,
      @Nullable BodyStream stream,
      long declared,
      Answers answers,
      Internals shared) {
    this.route = route;
    this.request = request;
    this.stream = stream;
    this.declared = declared;
    this.answers = answers;
    this.shared = shared;
  }

  @Override
  public void run() {
    MDC.put("request_id", request.id());
    try {
      answer();
    } catch (ClientGoneException | BodyLostException e) {
      LOG.debug("{} {}: {}", route.method(), route.path(), e.getMessage());
      answers.cut();
    } catch (RuntimeException | IOException | Error e) {
      LOG.error("{} {} could not be answered", route.method(), route.path(), e);
      answers.cut();
    } finally {
      MDC.remove("request_id");
    }
  }

  private void answer() throws ClientGoneException, IOException {
    try (RouteBody body = new RouteBody(route, request, stream, shared)) {
      Response response = response(body);
      answers.write(response, request);
    }
  }

  private Response response(RouteBody body) throws IOException {
    try {
      byte[] hash = body.read(declared);
      String key = request.head().idempotencyKey();
      Caller caller = request.callerOrNull();
      if (key == null || caller == null || !route.method().equals("POST")) {
        return route.handler().handle(request);
      }
      return once(caller, key, hash);
    } catch (BodyLostException e) {
      throw e;
    } catch (GimbalException e) {
      return answers.problem(e, request.id());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return answers.problem(
          new HttpException(HttpError.SERVER_DRAINING, "the server is stopping"), request.id());
    } catch (Exception | StackOverflowError e) {
      LOG.error("{} {} failed", route.method(), route.path(), e);
      return answers.problem(failed(), request.id());
    }
  }

  static HttpException failed() {
    return new HttpException(
        HttpError.SERVER_FAILED, "something went wrong here; the log has the request id");
  }

  private Response once(Caller caller, String key, byte[] hash) throws Exception {
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      throw HttpException.invalid(
          "Idempotency-Key", "must have 1 to " + LONGEST_KEY + " characters");
    }
    String name = route.method() + " " + route.path();
    IdempotencyStore store = shared.idempotency();
    return switch (store.begin(caller, name, key, hash)) {
      case Begun.First _ -> runFirst(caller, name, key);
      case Begun.Repeated repeated -> Answers.stored(repeated.answer());
      case Begun.Running _ ->
          throw new HttpException(
              HttpError.IDEMPOTENCY_RUNNING,
              "a request under this idempotency key is being handled; ask again later");
      case Begun.OtherBody _ ->
          throw new HttpException(
              HttpError.IDEMPOTENCY_CONFLICT,
              "this idempotency key was used before with another body");
    };
  }

  private Response runFirst(Caller caller, String name, String key) throws Exception {
    boolean stored = false;
    try {
      Response response = route.handler().handle(request);
      Answer answer = storable(response);
      if (answer != null) {
        shared.idempotency().finish(caller, name, key, answer);
        stored = true;
      }
      return response;
    } finally {
      if (!stored) {
        shared.idempotency().abandon(caller, name, key);
      }
    }
  }

  /// Streams and refusals are not repeated: running them again is right.
  private static @Nullable Answer storable(Response response) {
    return switch (response) {
      case Response.Json json when json.status() < 300 -> {
        Object value =
            json.value() instanceof WithoutSecret secret ? secret.withoutSecret() : json.value();
        yield new Answer(json.status(), Json.write(value));
      }
      case Response.Empty empty when empty.status() < 300 -> new Answer(empty.status(), null);
      default -> null;
    };
  }
}
