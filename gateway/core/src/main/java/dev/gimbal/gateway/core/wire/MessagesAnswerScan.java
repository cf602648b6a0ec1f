package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.Nullable;

/// Answers in Anthropic's dialect. It counts what a cache gave and took beside `input_tokens`, and
/// says usage twice in a stream: the later number stands.
public final class MessagesAnswerScan extends AnswerScan {
  private static final byte[][] NAMES =
      JsonScanner.names(
          "type",
          "error",
          "usage",
          "message",
          "delta",
          "content",
          "content_block",
          "input_tokens",
          "output_tokens",
          "cache_read_input_tokens",
          "cache_creation_input_tokens",
          "text",
          "partial_json",
          "thinking",
          "stop_reason",
          "input");
  private static final int TYPE = 0;
  private static final int ERROR = 1;
  private static final int USAGE = 2;
  private static final int MESSAGE = 3;
  private static final int DELTA = 4;
  private static final int CONTENT = 5;
  private static final int INPUT_TOKENS = 7;
  private static final int OUTPUT_TOKENS = 8;
  private static final int CACHE_READ = 9;
  private static final int CACHE_WRITE = 10;
  private static final int TEXT = 11;
  private static final int PARTIAL_JSON = 12;
  private static final int THINKING = 13;
  private static final int STOP_REASON = 14;
  private static final int INPUT = 15;

  private @Nullable Long uncached;
  private long toolStart;
  private boolean terminal;

  public MessagesAnswerScan() {
    super(NAMES);
  }

  @Override
  void forget() {
    terminal = false;
  }

  @Override
  public boolean usageOnly() {
    return false;
  }

  @Override
  public boolean terminal() {
    return ended() && terminal;
  }

  @Override
  public void begin(boolean object, long at) {
    if (scanner.depth() == 1 && scanner.at(0) == ERROR) {
      error = true;
    } else if (isToolInput()) {
      toolStart = at;
    }
  }

  /// The arguments of a tool in a whole answer.
  private boolean isToolInput() {
    return scanner.depth() == 3 && scanner.at(0) == CONTENT && scanner.at(2) == INPUT;
  }

  @Override
  public void end(boolean object, long behind) {
    if (isToolInput()) {
      saidBytes += behind - toolStart;
    }
  }

  @Override
  public void text(long start, long behind) {
    int depth = scanner.depth();
    int field = depth == 0 ? -1 : scanner.at(depth - 1);
    if (depth == 1 && field == TYPE) {
      terminal = scanner.captured().equals("message_stop");
    } else if (field == STOP_REASON && (depth == 1 || (depth == 2 && scanner.at(0) == DELTA))) {
      finished = true;
    } else if (said(depth, field)) {
      said(start, behind);
    }
  }

  private boolean said(int depth, int field) {
    boolean piece = depth == 2 && scanner.at(0) == DELTA;
    boolean block = depth == 3 && scanner.at(0) == CONTENT;
    return (piece || block) && (field == TEXT || field == PARTIAL_JSON || field == THINKING);
  }

  @Override
  public void plain(long start, long behind) {
    int depth = scanner.depth();
    boolean top = depth == 2 && scanner.at(0) == USAGE;
    boolean inMessage = depth == 3 && scanner.at(0) == MESSAGE && scanner.at(1) == USAGE;
    if (!top && !inMessage) {
      return;
    }
    switch (scanner.at(depth - 1)) {
      case INPUT_TOKENS -> uncached = tokens(uncached);
      case OUTPUT_TOKENS -> {
        outputTokens = tokens(outputTokens);
        provisional = inMessage;
      }
      case CACHE_READ -> cachedTokens = tokens(cachedTokens);
      case CACHE_WRITE -> cacheWriteTokens = tokens(cacheWriteTokens);
      default -> {
        return;
      }
    }
    inputTokens =
        uncached == null ? null : uncached + orZero(cachedTokens) + orZero(cacheWriteTokens);
  }

  private static long orZero(@Nullable Long count) {
    return count == null ? 0 : count;
  }
}
