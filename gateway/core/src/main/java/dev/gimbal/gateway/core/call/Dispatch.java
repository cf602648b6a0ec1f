package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.PromptCaching;
import dev.gimbal.gateway.core.call.Translations.Translated;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.wire.Edit;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends a call to its target: its own bytes with the target's changes spliced in where the target
/// speaks the caller's dialect, a translation where it does not. On the call's event loop.
final class Dispatch {
  private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);

  /// Bytes of a body that is translated within a millisecond or two.
  private static final int TRANSLATED_ON_LOOP = 128 << 10;

  /// Bytes of a body that is marked within a third of a millisecond (assumed).
  private static final int MARKED_ON_LOOP = 32 << 10;

  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final Target target;
  private final Provider provider;
  private final Endpoint asked;
  private final Endpoint spoken;
  private final boolean marks;
  private final @Nullable TimeLimits limits;

  /// Who is asked.
  ///
  /// @param provider of the target, with the credential that is used
  /// @param limits of the route; null: it has none of its own
  record To(Target target, Provider provider, @Nullable TimeLimits limits) {}

  /// Tokens of several dispatches to one target.
  record Tries(long input, long output, boolean estimated) {}

  /// Hears how the sending went.
  interface Sender {
    void sent(UpstreamCall upstream);

    void unsent(GimbalException why);

    /// Fields that the target has no word for and that change nothing.
    void leftOut(List<String> fields);

    /// Holds money for one more dispatch of the same call; false: the budget is spent.
    ///
    /// @param bytes of what will be sent
    /// @param used by those before it
    CompletionStage<Boolean> again(int bytes, Tries used);

    /// What earlier dispatches used of which the answer that follows says nothing, if one follows.
    void used(Tries used);

    /// What the answer says of tokens is an estimate of ours in part.
    void estimated();

    /// Whether nobody waits for it any more.
    boolean over();
  }

  /// @param marks whether a prompt is marked for the provider's cache
  Dispatch(Pipeline pipeline, CallTicket ticket, To to, boolean marks) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.target = to.target;
    this.provider = to.provider;
    this.limits = to.limits;
    this.asked = ticket.endpoint();
    this.spoken = provider.speaks(asked).orElse(asked);
    this.marks = marks && spoken == Endpoint.MESSAGES;
  }

  /// Whether the stream that comes back will say usage that the caller did not ask for.
  ///
  /// @param rejected whether the upstream did not understand being asked for it
  boolean addsUsage(boolean rejected) {
    boolean can = provider.quirks().streamUsage();
    return optionalUsage(ticket) && can && (!rejected || spoken != asked);
  }

  /// Whether the target is asked for a stream's usage by us, which some refuse as a field that they
  /// do not know.
  boolean wishesUsage() {
    boolean translated = spoken != asked && spoken == Endpoint.CHAT_COMPLETIONS;
    if (translated && ticket.fields().stream()) {
      return wished(false);
    }
    return addsUsage(false);
  }

  private boolean wished(boolean rejected) {
    return provider.quirks().streamUsage() && !rejected;
  }

  /// Whether a stream of this dialect may say usage, and the caller did not ask for it.
  static boolean optionalUsage(CallTicket ticket) {
    boolean optional =
        ticket.endpoint() == Endpoint.CHAT_COMPLETIONS || ticket.endpoint() == Endpoint.COMPLETIONS;
    return optional && ticket.fields().stream() && !ticket.fields().includeUsage();
  }

  /// Sends it. What is heard comes to `listener` as if the target spoke the caller's dialect.
  ///
  /// @param rejected whether the upstream did not understand being asked for a stream's usage
  void send(boolean rejected, UpstreamListener listener, Sender sender) {
    if (StructuredCall.wanted(ticket, target, spoken)) {
      StructuredCall call =
          new StructuredCall(
              pipeline.evidence().beside(),
              ticket,
              target,
              provider,
              body -> request(body, false),
              listener,
              form(ticket));
      sender.sent(call);
      call.start(sender, () -> sendOn(rejected, listener, sender));
    } else {
      sendOn(rejected, listener, sender);
    }
  }

  private void sendOn(boolean rejected, UpstreamListener listener, Sender sender) {
    if (spoken == asked) {
      Buffer body =
          Edit.splice(ticket.body(), ticket.fields().editsFor(target.model(), addsUsage(rejected)));
      start(body, asked == asked.common() ? listener : formed(listener), sender);
    } else if (ticket.body().length() <= TRANSLATED_ON_LOOP) {
      try {
        start(translate(rejected), listener, sender);
      } catch (GatewayException e) {
        sender.unsent(e);
      }
    } else {
      beside(() -> translated(rejected, listener, sender), sender);
    }
  }

  private Translated translate(boolean rejected) {
    return Translations.translate(ticket, spoken, target, wished(rejected));
  }

  /// A large body takes longer than a loop may be held up.
  private void beside(Supplier<Runnable> work, Sender sender) {
    pipeline
        .evidence()
        .beside()
        .execute(
            () -> {
              Runnable next = work.get();
              ticket
                  .context()
                  .runOnContext(
                      v -> {
                        if (!sender.over()) {
                          next.run();
                        }
                      });
            });
  }

  private Runnable translated(boolean rejected, UpstreamListener listener, Sender sender) {
    try {
      Translated translated = translate(rejected);
      return () -> start(translated, listener, sender);
    } catch (GatewayException e) {
      return () -> sender.unsent(e);
    } catch (RuntimeException e) {
      LOG.error("call {} could not be translated", Ledger.text(ticket.id()), e);
      return () -> sender.unsent(new HttpException(HttpError.SERVER_FAILED, "A defect of ours."));
    }
  }

  private void start(Translated translated, UpstreamListener listener, Sender sender) {
    if (!translated.warnings().isEmpty()) {
      sender.leftOut(translated.warnings());
    }
    boolean stream = ticket.fields().stream();
    start(
        translated.body(),
        new TranslatedAnswer(
            listener, translated.translation(), stream, form(ticket), estimate(sender)),
        sender);
  }

  /// Clients of Anthropic's read both counts without asking whether they are there.
  private @Nullable TokenEstimate estimate(Sender sender) {
    return asked == Endpoint.MESSAGES
        ? new TokenEstimate(ticket.body().length(), sender::estimated)
        : null;
  }

  /// Of a stream as the caller reads it. It always says usage: what the caller did not ask for is
  /// taken out where it is counted.
  static StreamForm form(CallTicket ticket) {
    boolean array = ticket.fields().array();
    return new StreamForm(Ledger.text(ticket.id()), ticket.at().getEpochSecond(), true, array);
  }

  /// Where the upstream streams unasked, or does not although it was asked.
  private UpstreamListener formed(UpstreamListener listener) {
    return new FormedAnswer(
        listener, Translations.same(asked), ticket.fields().stream(), form(ticket));
  }

  private UpstreamRequest request(Buffer body, boolean stream) {
    return new UpstreamRequest(
        ticket.context(),
        spoken,
        target.model(),
        body,
        stream,
        limits == null ? null : limits.connect(),
        ticket.origin().whole(),
        ticket.origin().priority(),
        ticket.origin().trace(),
        spoken == asked ? ticket.beta() : null);
  }

  private void start(Buffer body, UpstreamListener listener, Sender sender) {
    if (!marks) {
      ask(body, listener, sender);
    } else if (body.length() <= MARKED_ON_LOOP) {
      ask(marked(body), listener, sender);
    } else {
      beside(
          () -> {
            Buffer marked = marked(body);
            return () -> ask(marked, listener, sender);
          },
          sender);
    }
  }

  private static Buffer marked(Buffer body) {
    return Buffer.buffer(PromptCaching.place(body.getBytes()));
  }

  private void ask(Buffer body, UpstreamListener listener, Sender sender) {
    UpstreamRequest request = request(body, ticket.fields().stream());
    try {
      sender.sent(provider.start(request, listener));
    } catch (RuntimeException e) {
      LOG.error("provider {} did not take a call", provider.name(), e);
      sender.unsent(
          new GatewayException(GatewayError.UPSTREAM_FAILED, "The provider failed.", null, e));
    }
  }
}
