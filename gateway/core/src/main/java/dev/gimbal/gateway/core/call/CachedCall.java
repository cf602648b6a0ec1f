package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.cache.Bill;
import dev.gimbal.gateway.cache.Lead;
import dev.gimbal.gateway.cache.Look;
import dev.gimbal.gateway.cache.Question;
import dev.gimbal.gateway.core.cache.FollowingUpstream;
import dev.gimbal.gateway.core.cache.Recording;
import dev.gimbal.gateway.core.cache.Replay;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallSettled.Outcome;
import org.jspecify.annotations.Nullable;

/// What the cache said to one call, and what the call owes it: whoever leads says how it ended,
/// exactly once. Only where the route's policy keeps answers. On the call's loop.
final class CachedCall {
  private final Look look;
  private String said;
  private @Nullable Lead lead;
  private @Nullable Recording recording;
  private @Nullable FollowingUpstream following;

  CachedCall(Look look) {
    this.look = look;
    this.said = look.header();
    this.lead = look instanceof Look.Leads leads ? leads.lead() : null;
  }

  /// Whether answers of such a call may be kept at all. What counts tokens is free. What works of
  /// the product itself embeds is embedded once anyway.
  static boolean takes(CallTicket ticket) {
    return switch (ticket.endpoint()) {
      case COUNT_TOKENS, COUNT_CONTENT -> false;
      case EMBEDDINGS -> ticket.origin().outside();
      default -> true;
    };
  }

  /// Whether such a call asks something in words, so that others may ask the same in other words.
  static boolean chats(Endpoint endpoint) {
    return endpoint.common() == Endpoint.CHAT_COMPLETIONS;
  }

  /// @param model `provider/model` that it goes to first
  static Question question(CallTicket ticket, String model) {
    Endpoint endpoint = ticket.endpoint();
    // Only chats can be put into the other form, and only from whole answers and events.
    boolean array = ticket.fields().array();
    boolean stream = ticket.fields().stream() && !chats(endpoint);
    String beta = ticket.beta();
    return new Question(
        ticket.principal().tenant(),
        endpoint.name() + (array ? " array" : stream ? " stream" : ""),
        model,
        ticket.fields().model(),
        beta == null ? "" : beta,
        ticket.body().getBytes());
  }

  /// As in the answer's header.
  String said() {
    return said;
  }

  /// Names the answer; null: it has no name.
  @Nullable String key() {
    return switch (look) {
      case Look.Hit hit -> hit.key();
      case Look.Leads leads -> leads.key();
      case Look.Follows follows -> follows.key();
      case Look.Passes passes -> null;
    };
  }

  /// Whether the answer is here or on its way to somebody else: then nobody need be asked.
  boolean answered() {
    return look instanceof Look.Hit || follows();
  }

  /// Whether an equal call is waited for.
  boolean follows() {
    return look instanceof Look.Follows && said.equals(look.header());
  }

  /// Gives the answer as if an upstream gave it.
  ///
  /// @return who gives it; null: it was all given at once
  @Nullable UpstreamCall answer(
      CallTicket ticket, UpstreamListener call, FollowingUpstream.Turning turning) {
    UpstreamListener listener = formed(ticket, call);
    if (look instanceof Look.Follows follows) {
      FollowingUpstream upstream =
          FollowingUpstream.start(
              follows.following(),
              work -> ticket.context().runOnContext(v -> work.run()),
              listener,
              turning);
      following = upstream;
      return upstream;
    }
    if (look instanceof Look.Hit hit) {
      Replay.run(hit.answer(), listener);
    }
    return null;
  }

  private static UpstreamListener formed(CallTicket ticket, UpstreamListener call) {
    return chats(ticket.endpoint()) && !ticket.fields().array()
        ? new FormedAnswer(
            call,
            Translations.same(ticket.endpoint()),
            ticket.fields().stream(),
            Dispatch.form(ticket))
        : call;
  }

  /// It must ask the model itself after all.
  ///
  /// @param taken null: nobody follows it
  void turned(@Nullable Lead taken) {
    lead = taken;
    following = null;
    said = "miss";
  }

  /// Whoever hears the next target, so that the cache hears it too.
  UpstreamListener recorded(UpstreamListener call, Outgoing outgoing) {
    Lead mine = lead;
    if (mine == null) {
      return call;
    }
    Recording next = new Recording(call, mine, outgoing::committed);
    recording = next;
    return next;
  }

  /// The caller is gone. Whether the answer must be heard to its end all the same, since others
  /// have a part of it.
  boolean awaited() {
    return lead != null && lead.left();
  }

  /// The call ended.
  ///
  /// @param whole whether its answer was heard whole
  /// @param gone whether its caller left: that is no failure of the model's
  /// @param keep whether it may be given again
  void over(boolean whole, boolean gone, Tokens paid, boolean keep) {
    Lead mine = lead;
    lead = null;
    if (look instanceof Look.Follows follows && following == null) {
      follows.following().leave();
    }
    if (mine == null) {
      return;
    }
    Recording heard = recording;
    if (whole && heard != null) {
      heard.tell();
      Long input = paid.estimated() ? null : paid.input();
      Long output = paid.estimated() ? null : paid.output();
      mine.finished(new Bill(input, output, paid.costNanoUsd()), keep);
    } else if (!gone || mine.left()) {
      mine.failed();
    }
  }

  /// What an answer that nobody was asked for came to: its tokens, and no money.
  static Tokens free(CallTicket ticket, AnswerScan scan, Outcome outcome) {
    Tokens told = Accounting.tokens(ticket, scan, null, outcome);
    return new Tokens(told.input(), told.cached(), told.output(), told.estimated(), 0L);
  }

  /// What the first answer cost, and so this one saved; null: unknown, or nothing was saved.
  @Nullable Long saved() {
    if (look instanceof Look.Hit hit) {
      return hit.answer().bill().costNano();
    }
    return following == null ? null : following.bill().costNano();
  }
}
