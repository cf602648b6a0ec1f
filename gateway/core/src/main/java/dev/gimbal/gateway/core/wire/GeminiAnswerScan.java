package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.Nullable;

/// Answers in Gemini's dialect, one object or an array of them. A stream has no last event: the
/// reason why it ended is its end. Thinking is counted beside the answer.
public final class GeminiAnswerScan extends AnswerScan {
  private static final byte[][] NAMES =
      JsonScanner.names(
          "error",
          "candidates",
          "usageMetadata",
          "promptTokenCount",
          "candidatesTokenCount",
          "thoughtsTokenCount",
          "cachedContentTokenCount",
          "finishReason",
          "text",
          "args",
          "blockReason");
  private static final int ERROR = 0;
  private static final int CANDIDATES = 1;
  private static final int USAGE = 2;
  private static final int PROMPT = 3;
  private static final int ANSWER = 4;
  private static final int THOUGHTS = 5;
  private static final int CACHED = 6;
  private static final int FINISH_REASON = 7;
  private static final int TEXT = 8;
  private static final int ARGUMENTS = 9;
  private static final int BLOCK_REASON = 10;

  private @Nullable Long answered;
  private @Nullable Long thought;
  private long argumentsStart = -1;
  private int argumentsDepth;

  public GeminiAnswerScan() {
    super(NAMES);
  }

  @Override
  void forget() {
    argumentsStart = -1;
  }

  @Override
  public boolean usageOnly() {
    return false;
  }

  @Override
  public boolean terminal() {
    return false;
  }

  /// Levels above the answer: one in an array of them.
  private int base() {
    return scanner.depth() > 0 && scanner.at(0) == JsonScanner.ELEMENT ? 1 : 0;
  }

  @Override
  public void begin(boolean object, long at) {
    int base = base();
    int depth = scanner.depth();
    if (depth == base + 1 && scanner.at(base) == ERROR) {
      error = true;
    } else if (argumentsStart < 0 && depth > base + 2 && scanner.at(depth - 1) == ARGUMENTS) {
      argumentsStart = at;
      argumentsDepth = depth;
    }
  }

  @Override
  public void end(boolean object, long behind) {
    if (argumentsStart >= 0 && scanner.depth() == argumentsDepth) {
      saidBytes += behind - argumentsStart;
      argumentsStart = -1;
    }
  }

  @Override
  public void text(long start, long behind) {
    int depth = scanner.depth();
    int base = base();
    if (depth <= base + 1) {
      return;
    }
    int field = scanner.at(depth - 1);
    boolean inCandidate = scanner.at(base) == CANDIDATES;
    if (field == BLOCK_REASON || (inCandidate && depth == base + 3 && field == FINISH_REASON)) {
      finished = true;
    } else if (inCandidate && field == TEXT && argumentsStart < 0) {
      said(start, behind);
    }
  }

  @Override
  public void plain(long start, long behind) {
    int base = base();
    if (scanner.depth() != base + 2 || scanner.at(base) != USAGE) {
      return;
    }
    switch (scanner.at(base + 1)) {
      case PROMPT -> inputTokens = tokens(inputTokens);
      case ANSWER -> answered = tokens(answered);
      case THOUGHTS -> thought = tokens(thought);
      case CACHED -> cachedTokens = tokens(cachedTokens);
      default -> {
        return;
      }
    }
    if (answered != null || thought != null) {
      outputTokens = orZero(answered) + orZero(thought);
    }
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
