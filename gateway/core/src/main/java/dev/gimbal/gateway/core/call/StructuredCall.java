package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.call.StructuredOutput.Verdict;
import dev.gimbal.gateway.core.call.Translations.Translated;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.Quirks;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A call whose answer must fit a schema, to a model that holds to none: sent, checked and repaired
/// as [StructuredOutput] says. Its answer is heard whole, as if the upstream had given it at once;
/// a caller who asked for a stream gets it as one. On the call's event loop; reading and checking
/// happen beside it.
final class StructuredCall implements UpstreamCall, UpstreamListener {
  private static final Logger LOG = LoggerFactory.getLogger(StructuredCall.class);
  private static final int LARGEST = 32 << 20;
  private static final String SCHEMA = "schema";

  private final Executor beside;
  private final CallTicket ticket;
  private final Target target;
  private final Provider provider;
  private final Function<Buffer, UpstreamRequest> request;
  private final UpstreamListener call;
  private final StreamForm form;
  private UpstreamListener answers;
  private @Nullable StructuredOutput output;
  private @Nullable UpstreamCall upstream;
  private int status;
  private MultiMap headers = MultiMap.caseInsensitiveMultiMap();
  private Buffer body = Buffer.buffer();
  private Dispatch.@Nullable Sender sender;
  private int sent;
  private long sentBefore;
  private long saidBefore;
  private boolean over;

  /// @param request makes one of a body, not of a stream
  /// @param form of the caller's stream
  StructuredCall(
      Executor beside,
      CallTicket ticket,
      Target target,
      Provider provider,
      Function<Buffer, UpstreamRequest> request,
      UpstreamListener call,
      StreamForm form) {
    this.beside = beside;
    this.ticket = ticket;
    this.target = target;
    this.provider = provider;
    this.request = request;
    this.call = call;
    this.form = form;
    this.answers = call;
  }

  /// Whether a call may need one: the target speaks the chat dialect and holds to no schema, and
  /// the call says something of one. A look at the target for most calls, and at each byte of the
  /// body for calls to such targets.
  static boolean wanted(CallTicket ticket, Target target, Endpoint spoken) {
    return spoken == Endpoint.CHAT_COMPLETIONS
        && target.entry().provider().quirks().structured() != Quirks.Structured.SCHEMA
        && ticket
            .body()
            .toString(StandardCharsets.ISO_8859_1)
            .toLowerCase(Locale.ROOT)
            .contains(SCHEMA);
  }

  /// Begins: reads the call beside the loop.
  ///
  /// @param otherwise sends a call that asks for no schema after all
  void start(Dispatch.Sender sender, Runnable otherwise) {
    this.sender = sender;
    beside(
        () -> {
          Translated translated = chat();
          StructuredOutput needed = StructuredOutput.of(tree(translated.body()));
          if (needed == null) {
            return otherwise;
          }
          byte[] first = Json.bytes(needed.first());
          return () -> {
            if (!translated.warnings().isEmpty()) {
              sender.leftOut(translated.warnings());
            }
            output = needed;
            answers = answering(translated);
            ask(first, new Dispatch.Tries(0, 0, false));
          };
        });
  }

  /// The call as the target reads it.
  private Translated chat() {
    if (ticket.endpoint() != Endpoint.CHAT_COMPLETIONS) {
      return Translations.translate(ticket, Endpoint.CHAT_COMPLETIONS, target, false);
    }
    if (tree(ticket.body()) instanceof ObjectNode object) {
      object.put("model", target.model());
      return new Translated(
          Translations.same(Endpoint.CHAT_COMPLETIONS),
          Buffer.buffer(Json.bytes(object)),
          List.of());
    }
    throw new GatewayException(GatewayError.FIELD_INVALID, "body", "must be a JSON object");
  }

  /// Puts an answer of the target's into the form that was asked for.
  private UpstreamListener answering(Translated translated) {
    boolean stream = ticket.fields().stream();
    return ticket.endpoint() == Endpoint.CHAT_COMPLETIONS && !stream
        ? call
        : new TranslatedAnswer(call, translated.translation(), stream, form);
  }

  private static JsonNode tree(Buffer json) {
    try {
      return Json.MAPPER.readTree(json.getBytes());
    } catch (IOException e) {
      throw new GatewayException(
          GatewayError.FIELD_INVALID, "body: a field stands twice, or it is no JSON", null, e);
    }
  }

  private void send(byte[] json) {
    sentBefore += sent;
    saidBefore += body.length();
    sent = json.length;
    body = Buffer.buffer();
    UpstreamListener whole =
        new FormedAnswer(this, Translations.same(Endpoint.CHAT_COMPLETIONS), false, form);
    try {
      upstream = provider.start(request.apply(Buffer.buffer(json)), whole);
    } catch (RuntimeException e) {
      LOG.error("provider {} did not take a call", provider.name(), e);
      failed(new GatewayException(GatewayError.UPSTREAM_FAILED, "The provider failed.", null, e));
    }
  }

  @Override
  public void head(int status, MultiMap headers) {
    this.status = status;
    this.headers = headers;
  }

  @Override
  public void data(Buffer bytes) {
    if (body.length() + bytes.length() > LARGEST) {
      cancelUpstream();
      failed(
          new GatewayException(
              GatewayError.UPSTREAM_FAILED, "The provider's answer is too large."));
    } else {
      body.appendBuffer(bytes);
    }
  }

  @Override
  public void end() {
    if (over) {
      return;
    }
    StructuredOutput checks = output;
    if (status < 200 || status > 299 || checks == null) {
      tell(checks);
      hand(body);
      return;
    }
    Buffer answer = body;
    beside(
        () -> {
          JsonNode read;
          try {
            read = Json.MAPPER.readTree(answer.getBytes());
          } catch (IOException e) {
            return () -> {
              tell(checks);
              hand(answer);
            };
          }
          return next(checks, checks.judge(read));
        });
  }

  private Runnable next(StructuredOutput checks, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Done(var answer) -> {
        Buffer last = Buffer.buffer(Json.bytes(answer));
        boolean untold = checks.spent() == null && sentBefore > 0;
        yield () -> {
          if (untold) {
            // The last one is estimated where every answer is, those before it here.
            used(estimate(sentBefore, saidBefore));
          }
          hand(last);
        };
      }
      case Verdict.Again(var again) -> {
        byte[] json = Json.bytes(again);
        yield () -> ask(json, spent(checks));
      }
      case Verdict.Failed(String why) ->
          () -> {
            used(spent(checks));
            sender = null;
            failed(
                new GatewayException(
                    GatewayError.UPSTREAM_FAILED, "The model's answer " + why + "."));
          };
    };
  }

  /// Sends a try if its money can be had: a call with the schema in words is longer than the
  /// caller's, and each further try is another call.
  private void ask(byte[] json, Dispatch.Tries used) {
    Dispatch.Sender asked = sender;
    if (asked == null) {
      return;
    }
    Stages.onLoop(
        ticket.context(),
        asked.again(json.length, used),
        (held, failure) -> {
          if (over) {
            return;
          }
          if (Boolean.TRUE.equals(held)) {
            send(json);
          } else {
            over = true;
            asked.used(used);
            asked.unsent(
                new GatewayException(
                    GatewayError.BUDGET_SPENT,
                    used.input() == 0
                        ? "The budget does not hold what the call may cost."
                        : "The model's answer does not fit the schema, and the budget does not"
                            + " hold another try."));
          }
        });
  }

  /// What the tries up to this one used.
  private Dispatch.Tries spent(StructuredOutput checks) {
    Dispatch.Tries told = checks.spent();
    return told != null ? told : estimate(sentBefore + sent, saidBefore + body.length());
  }

  private static Dispatch.Tries estimate(long sentBytes, long saidBytes) {
    return new Dispatch.Tries(Accounting.tokensIn(sentBytes), Accounting.tokensIn(saidBytes), true);
  }

  /// The tries before one that brought nothing are paid for.
  private void tell(@Nullable StructuredOutput checks) {
    if (checks != null && sentBefore > 0) {
      Dispatch.Tries told = checks.spent();
      used(told != null ? told : estimate(sentBefore, saidBefore));
    }
  }

  private void used(Dispatch.Tries tries) {
    Dispatch.Sender hears = sender;
    if (hears != null) {
      hears.used(tries);
    }
  }

  private void hand(Buffer answer) {
    over = true;
    answers.head(status, UpstreamHead.of("application/json", headers));
    answers.data(answer);
    answers.end();
  }

  @Override
  public void failed(GatewayException failure) {
    if (!over) {
      over = true;
      tell(output);
      call.failed(failure);
    }
  }

  /// Work that ends with a step on the loop.
  private interface Work {
    Runnable run();
  }

  private void beside(Work work) {
    beside.execute(
        () -> {
          Runnable step = step(work);
          ticket
              .context()
              .runOnContext(
                  v -> {
                    if (!over) {
                      step.run();
                    }
                  });
        });
  }

  private Runnable step(Work work) {
    try {
      return work.run();
    } catch (GatewayException e) {
      return () -> failed(e);
    } catch (RuntimeException e) {
      LOG.error("a structured call failed", e);
      return () ->
          failed(new GatewayException(GatewayError.UPSTREAM_FAILED, "A defect of ours.", null, e));
    }
  }

  private void cancelUpstream() {
    if (upstream != null) {
      upstream.cancel();
    }
  }

  @Override
  public void cancel() {
    over = true;
    cancelUpstream();
  }

  @Override
  public void pause() {
    // The answer is held whole in any case.
  }

  @Override
  public void resume() {
    // As above.
  }
}
