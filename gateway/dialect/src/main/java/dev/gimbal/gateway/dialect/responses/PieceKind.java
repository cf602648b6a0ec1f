package dev.gimbal.gateway.dialect.responses;

import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;

/// What comes in pieces.
enum PieceKind {
  TEXT,
  REFUSAL,
  /// A part of what the vendor shows of a thought.
  SUMMARY,
  /// The thought itself, as open models show it.
  THOUGHT,
  ARGUMENTS,
  /// What only its provider can read; it comes whole.
  SEALED;

  /// @param logprobs of a text's tokens
  AnswerEvent event(int part, String text, List<TokenLogprob> logprobs) {
    return switch (this) {
      case TEXT -> new AnswerEvent.TextPiece(part, text, logprobs);
      case REFUSAL -> new AnswerEvent.RefusalPiece(part, text);
      case SUMMARY, THOUGHT -> new AnswerEvent.ThinkingPiece(part, text);
      case ARGUMENTS -> new AnswerEvent.ToolPiece(part, text);
      case SEALED -> throw new IllegalStateException("what is sealed has no pieces");
    };
  }
}
