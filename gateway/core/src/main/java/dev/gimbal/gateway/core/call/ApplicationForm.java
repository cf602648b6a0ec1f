package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.release.api.Application;
import io.vertx.core.buffer.Buffer;

/// An application's answer in its caller's dialect, whole or in a stream. For one answer.
interface ApplicationForm {

  static ApplicationForm of(CallTicket ticket) {
    Endpoint asked = ticket.endpoint();
    boolean translated = asked != asked.common() && asked.common() == Endpoint.CHAT_COMPLETIONS;
    return translated ? new ApplicationDialect(ticket) : new ApplicationOutput(ticket);
  }

  /// Of a stream.
  String contentType();

  Buffer whole(Application.Answer answer);

  /// What begins a stream.
  Buffer first();

  Buffer piece(String text);

  /// What ends a stream, behind all of its text.
  ///
  /// @param usage whether tokens were asked for, where a dialect leaves that to the caller
  Buffer last(Application.Answer answer, boolean usage);

  /// An error as the end of a stream that has begun.
  Buffer error(ErrorAnswer error);

  /// Whether comments may stand between the pieces of a stream.
  boolean comments();
}
