package dev.gimbal.gateway.provider.local.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.provider.local.child.GenerationRequest;
import dev.gimbal.gateway.provider.local.child.GenerationResult;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.process.ProcessException;
import dev.gimbal.platform.process.SharedChild;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call of a model in a child process. Lives on the caller's event loop, but for reading the
/// body and making a grammar, which are done beside it.
final class GenerationCall implements UpstreamCall, SharedChild.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(GenerationCall.class);

  private final GenerationModel model;
  private final SchemaGrammar grammar;
  private final UpstreamRequest request;
  private final UpstreamListener listener;
  private final AnswerForm form;
  private final StringBuilder text = new StringBuilder();
  private SharedChild.@Nullable Call running;
  private @Nullable GenerationResult result;
  private boolean includeUsage;
  private boolean begun;
  private boolean paused;
  private boolean over;

  GenerationCall(
      GenerationModel model,
      SchemaGrammar grammar,
      Clock clock,
      UpstreamRequest request,
      UpstreamListener listener) {
    this.model = model;
    this.grammar = grammar;
    this.request = request;
    this.listener = listener;
    boolean chat = request.endpoint() == Endpoint.CHAT_COMPLETIONS;
    this.form =
        new AnswerForm(
            chat,
            (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID(),
            clock.instant().getEpochSecond(),
            "local/" + model.name());
  }

  void start() {
    request
        .context()
        .runOnContext(
            v ->
                request
                    .context()
                    .executeBlocking(this::prepare, false)
                    .onSuccess(this::send)
                    .onFailure(this::fail));
  }

  private record Prepared(byte[] request, boolean includeUsage) {}

  private Prepared prepare() {
    GenerationInput input = GenerationInput.read(request.endpoint(), request.body().getBytes());
    String defect = model.child().pids().isEmpty() ? model.defect() : null;
    if (defect != null) {
      throw failure(GatewayError.UPSTREAM_FAILED, defect, null);
    }
    GenerationRequest wish =
        new GenerationRequest(
            input.messages(),
            input.prompt(),
            input.maxTokens(),
            input.sampling(),
            input.stop(),
            input.schema() == null ? null : grammar.of(input.schema()));
    return new Prepared(Json.bytes(wish), input.includeUsage());
  }

  private void send(Prepared prepared) {
    if (over) {
      return;
    }
    includeUsage = prepared.includeUsage();
    try {
      running = model.child().call(prepared.request(), this);
    } catch (ProcessException e) {
      fail(translate(e));
    }
  }

  @Override
  public void part(byte[] part) {
    String piece = new String(part, UTF_8);
    request.context().runOnContext(v -> said(piece));
  }

  private void said(String piece) {
    if (over) {
      return;
    }
    text.append(piece);
    if (request.stream()) {
      flush();
    }
  }

  @Override
  public void last(byte[] last) {
    request.context().runOnContext(v -> ended(last));
  }

  private void ended(byte[] last) {
    if (over) {
      return;
    }
    try {
      result = Json.MAPPER.readValue(last, GenerationResult.class);
    } catch (IOException e) {
      fail(failure(GatewayError.UPSTREAM_FAILED, "its process answered nonsense", e));
      return;
    }
    if (result.failure() != null) {
      fail(refusal(result, result.failure()));
    } else if (request.stream()) {
      flush();
    } else {
      over = true;
      Buffer whole = form.whole(text.toString(), result);
      listener.head(
          200, headers("application/json").set(HttpHeaders.CONTENT_LENGTH, "" + whole.length()));
      listener.data(whole);
      listener.end();
    }
  }

  /// Sends what was written since the last time. A caller that reads slowly gets it in larger
  /// pieces: the model's context bounds how much that can be.
  private void flush() {
    if (paused || over) {
      return;
    }
    if (!begun && (!text.isEmpty() || result != null)) {
      begun = true;
      listener.head(200, headers("text/event-stream"));
      Buffer first = form.first();
      if (first.length() > 0) {
        listener.data(first);
      }
    }
    if (!text.isEmpty() && !paused) {
      String piece = text.toString();
      text.setLength(0);
      listener.data(form.piece(piece));
    }
    if (result != null && !paused) {
      over = true;
      listener.data(form.last(result, includeUsage));
      listener.end();
    }
  }

  private static MultiMap headers(String contentType) {
    return HttpHeaders.headers().set(HttpHeaders.CONTENT_TYPE, contentType);
  }

  @Override
  public void failed(ProcessException failure) {
    request.context().runOnContext(v -> fail(translate(failure)));
  }

  private GatewayException translate(ProcessException e) {
    return switch (e.error()) {
      case CHILD_BUSY ->
          failure(GatewayError.UPSTREAM_BUSY, "too many calls wait for this model", e);
      case CHILD_TIMED_OUT ->
          failure(GatewayError.UPSTREAM_FAILED, "its process hung and was killed", e);
      case CHILD_DIED, CHILD_GARBLED, CHILD_INTERRUPTED, CHILD_UNSTARTABLE, CHILDREN_CLOSED ->
          failure(
              GatewayError.UPSTREAM_FAILED,
              "its process failed (" + e.getMessage() + "); the next call starts another",
              e);
    };
  }

  private GatewayException refusal(GenerationResult end, GenerationResult.Failure reason) {
    return switch (reason) {
      case CONTEXT_EXCEEDED ->
          new GatewayException(
              GatewayError.CONTEXT_LENGTH_EXCEEDED,
              request.endpoint() == Endpoint.CHAT_COMPLETIONS ? "messages" : "prompt",
              "%d tokens leave no room for an answer: local/%s sees %d at a time"
                  .formatted(end.promptTokens(), model.name(), end.context()));
      case UNLOADABLE ->
          failure(GatewayError.UPSTREAM_FAILED, "cannot be loaded: " + end.message(), null);
      case FAILED -> failure(GatewayError.UPSTREAM_FAILED, String.valueOf(end.message()), null);
    };
  }

  private GatewayException failure(GatewayError error, String message, @Nullable Throwable cause) {
    return new GatewayException(error, "local/" + model.name() + ": " + message, null, cause);
  }

  private void fail(Throwable cause) {
    if (over) {
      return;
    }
    over = true;
    if (cause instanceof GatewayException known) {
      listener.failed(known);
    } else {
      LOG.error("a call of local/{} failed", model.name(), cause);
      listener.failed(failure(GatewayError.UPSTREAM_FAILED, "the call failed", cause));
    }
  }

  @Override
  public void cancel() {
    over = true;
    if (running != null) {
      running.cancel();
    }
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    if (request.stream()) {
      request.context().runOnContext(v -> flush());
    }
  }
}
