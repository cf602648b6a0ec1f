package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.gateway.cache.Directive;
import dev.gimbal.gateway.core.call.CallTicket.Origin;
import dev.gimbal.gateway.core.guard.Stretch;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The gateway for code in this process: the same pipeline, waited for on the caller's thread.
final class InsideGateway implements Gateway {
  private static final int MOST_TEXTS = 2_048;

  /// The pipeline holds the deadline; waiting a little longer lets its error arrive.
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Pipeline pipeline;
  private final ApplicationCalls applications;

  InsideGateway(Pipeline pipeline, ApplicationCalls applications) {
    this.pipeline = pipeline;
    this.applications = applications;
  }

  @Override
  public ChatResult chat(Principal principal, ChatRequest request) {
    Waiting waiting = start(principal, request, false);
    ChatText text = new ChatText(false, piece -> {});
    waiting.drain(text::add);
    return result(waiting, text);
  }

  @Override
  public ChatResult chat(Principal principal, ChatRequest request, Consumer<String> onText) {
    Waiting waiting = start(principal, request, true);
    ChatText text = new ChatText(true, onText);
    waiting.drain(text::add);
    return result(waiting, text);
  }

  private Waiting start(Principal principal, ChatRequest request, boolean stream) {
    InsideBody.Chat chat = InsideBody.chat(request, stream);
    Origin origin =
        origin(
            request.parent(),
            true,
            EmbedRequest.Priority.INTERACTIVE,
            request.deadline(),
            null,
            chat.retrieved());
    return new Waiting(principal, Endpoint.CHAT_COMPLETIONS, chat.body(), origin);
  }

  private static ChatResult result(Waiting waiting, ChatText text) {
    CallRecord.Tokens tokens = waiting.answer.tokens();
    Usage usage =
        tokens.estimated()
            ? Usage.UNKNOWN
            : new Usage(tokens.input(), tokens.output(), tokens.costNanoUsd());
    return text.result(waiting.id, usage);
  }

  @Override
  public List<float[]> embed(Principal principal, EmbedRequest request) {
    if (request.texts().isEmpty()) {
      return List.of();
    }
    if (request.texts().size() > MOST_TEXTS) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "texts", "at most 2048, but are " + request.texts().size());
    }
    Origin origin =
        origin(
            request.parent(),
            false,
            request.priority(),
            request.deadline(),
            request.owner(),
            List.of());
    Buffer body = InsideBody.embed(request, prefix(principal, request));
    Waiting waiting = new Waiting(principal, Endpoint.EMBEDDINGS, body, origin);
    Buffer answer = Buffer.buffer();
    waiting.drain(answer::appendBuffer);
    return Vectors.read(answer, request.texts().size());
  }

  /// What a question must begin with, if the model wants that.
  private String prefix(Principal principal, EmbedRequest request) {
    if (request.purpose() == EmbedRequest.Purpose.PASSAGE) {
      return "";
    }
    return models(principal).stream()
        .filter(model -> model.name().equals(request.model()))
        .map(Model::queryPrefix)
        .map(prefix -> prefix == null ? "" : prefix)
        .findFirst()
        .orElse("");
  }

  @Override
  public List<Model> models(Principal principal) {
    return pipeline.catalog().models(principal.tenant());
  }

  private Origin origin(
      @Nullable UUID parent,
      boolean interactive,
      EmbedRequest.Priority priority,
      Duration deadline,
      @Nullable String owner,
      List<Stretch> retrieved) {
    boolean traced = TraceContext.CURRENT.isBound();
    TraceContext trace = traced ? TraceContext.CURRENT.get().child() : TraceContext.begin();
    Duration most = pipeline.deadlines().whole();
    return new Origin(
        trace,
        traced ? TraceContext.CURRENT.get().spanId() : null,
        parent,
        Map.of(),
        interactive && parent == null,
        priority,
        deadline.compareTo(most) < 0 ? deadline : most,
        owner,
        applications.name(parent),
        retrieved);
  }

  /// A call that this thread waits for.
  private final class Waiting {
    private final UUID id = pipeline.evidence().ids().next();
    private final InsideAnswer answer = new InsideAnswer();
    private final AtomicReference<@Nullable RunningCall> running = new AtomicReference<>();
    private final Context context = pipeline.vertx().getOrCreateContext();
    private final Duration patience;

    Waiting(Principal principal, Endpoint endpoint, Buffer body, Origin origin) {
      this.patience = origin.whole().plus(GRACE);
      CallScan scan = new CallScan();
      scan.feed(body.getBytes(), 0, body.length());
      CallTicket ticket =
          new CallTicket(
              context,
              id,
              principal,
              endpoint,
              scan.finish(),
              body,
              origin,
              pipeline.evidence().clock().instant(),
              null,
              Directive.USUAL);
      context.runOnContext(v -> running.set(dispatch(ticket)));
    }

    private RunningCall dispatch(CallTicket ticket) {
      return applications.takes(ticket)
          ? applications.start(ticket, answer)
          : pipeline.start(ticket, answer);
    }

    /// Hands every piece to the caller; leaving early, for whatever reason, gives the call up.
    void drain(Consumer<Buffer> pieces) {
      boolean whole = false;
      try {
        Buffer piece = answer.take(patience);
        while (piece != null) {
          pieces.accept(piece);
          if (!answer.full()) {
            tell(RunningCall::drained);
          }
          piece = answer.take(patience);
        }
        whole = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new GatewayException(
            GatewayError.UPSTREAM_FAILED, "The caller was interrupted.", null, e);
      } finally {
        if (!whole) {
          tell(RunningCall::gone);
        }
      }
    }

    private void tell(Consumer<RunningCall> what) {
      context.runOnContext(
          v -> {
            RunningCall call = running.get();
            if (call != null) {
              what.accept(call);
            }
          });
    }
  }
}
