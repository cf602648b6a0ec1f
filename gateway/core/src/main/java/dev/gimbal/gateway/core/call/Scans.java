package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.AnswerScan;
import dev.gimbal.gateway.core.wire.ChatAnswerScan;
import dev.gimbal.gateway.core.wire.GeminiAnswerScan;
import dev.gimbal.gateway.core.wire.MessagesAnswerScan;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.core.wire.ResponsesAnswerScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;

/// Which scan reads the answers of a dialect, and what ends its streams.
final class Scans {
  private Scans() {}

  static AnswerScan of(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> new ChatAnswerScan();
      case MESSAGES -> new MessagesAnswerScan();
      case RESPONSES -> new ResponsesAnswerScan();
      case GENERATE_CONTENT -> new GeminiAnswerScan();
      case COUNT_TOKENS, COUNT_CONTENT -> new MeterScan(MeterScan.Meter.FREE);
      default -> new MeterScan(MeterScan.Meter.INPUT);
    };
  }

  /// The last event of a stream, for an upstream that leaves it out.
  static String ending(Endpoint endpoint) {
    return switch (endpoint) {
      case CHAT_COMPLETIONS, COMPLETIONS, EMBEDDINGS -> "data: [DONE]\n\n";
      case MESSAGES -> "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
      default -> "";
    };
  }
}
