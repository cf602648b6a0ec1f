package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import io.vertx.core.MultiMap;
import java.time.Clock;
import java.util.Locale;

/// Chooses how an answer is handed on, by its head.
final class Relays {
  /// An answer that guards look at is held to its end, up to so many bytes.
  private static final int GUARDED = 32 << 20;

  private Relays() {}

  /// Who hears an answer and what looks at it.
  ///
  /// @param usageAdded whether the stream says usage that the caller did not ask for
  record Heard(
      CallRun run, CallTicket ticket, AnswerScan scan, CallGuard guard, boolean usageAdded) {}

  static Relay of(Heard heard, int status, MultiMap headers, Clock clock) {
    CallRun run = heard.run;
    String given = headers.get("content-type");
    String type = given == null ? "application/json" : given;
    if (status < 200 || status > 299) {
      return new ErrorRelay(run, status, RetryAfter.parse(headers.get("retry-after"), clock));
    }
    boolean stream = heard.ticket.fields().stream();
    if (type.toLowerCase(Locale.ROOT).startsWith(Outgoing.EVENTS)) {
      return stream
          ? new EventRelay(heard, type, Scans.ending(heard.ticket.endpoint()))
          : new GatheringRelay(run, heard.scan);
    }
    boolean guarded = heard.guard.guardsAnswer();
    if (heard.ticket.fields().array()) {
      return new BodyRelay(run, heard.scan, status, type, guarded ? GUARDED : 0);
    }
    return stream && heard.ticket.endpoint() != Endpoint.EMBEDDINGS
        ? new ChunkRelay(run, heard.scan, heard.usageAdded)
        : new BodyRelay(run, heard.scan, status, type, guarded ? GUARDED : BodyRelay.HELD);
  }
}
