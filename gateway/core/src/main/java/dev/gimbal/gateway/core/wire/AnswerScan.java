package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.Nullable;

/// Watches an answer, a whole one or one event of a stream at a time, for usage, errors and how
/// much was said. For one thread at a time.
public final class AnswerScan implements JsonSink {
  private static final String[] NAMES = {
    "usage",
    "choices",
    "error",
    "prompt_tokens",
    "completion_tokens",
    "prompt_tokens_details",
    "cached_tokens",
    "delta",
    "message",
    "content",
    "text",
    "reasoning_content",
    "arguments",
    "finish_reason"
  };
  private static final int USAGE = 0;
  private static final int CHOICES = 1;
  private static final int ERROR = 2;
  private static final int PROMPT_TOKENS = 3;
  private static final int COMPLETION_TOKENS = 4;
  private static final int DETAILS = 5;
  private static final int CACHED_TOKENS = 6;
  private static final int CONTENT = 9;
  private static final int TEXT = 10;
  private static final int REASONING = 11;
  private static final int ARGUMENTS = 12;
  private static final int FINISH_REASON = 13;

  private final JsonScanner scanner = new JsonScanner(this, NAMES);
  private boolean usage;
  private boolean choices;
  private boolean choice;
  private boolean error;
  private @Nullable Long inputTokens;
  private @Nullable Long outputTokens;
  private @Nullable Long cachedTokens;
  private long saidBytes;
  private boolean ended;
  private boolean finished;

  /// Begins the next document; usage and what was said so far stay.
  public void next() {
    scanner.reset();
    usage = false;
    choices = false;
    choice = false;
    error = false;
    ended = false;
  }

  /// Reads the next bytes of the document.
  public void feed(byte[] bytes, int from, int to) throws MalformedJsonException {
    scanner.feed(bytes, from, to);
  }

  /// Says that the document is whole.
  public void finish() throws MalformedJsonException {
    scanner.finish();
    ended = true;
  }

  /// Whether this document carries usage and nothing that anybody said: the extra chunk that
  /// `include_usage` adds.
  public boolean usageOnly() {
    return ended && usage && choices && !choice && !error;
  }

  /// Whether this document is an error.
  public boolean error() {
    return error;
  }

  /// Whether any document so far said why the answer ends.
  public boolean finished() {
    return finished;
  }

  /// Tokens of the prompt; null if nobody said.
  public @Nullable Long inputTokens() {
    return inputTokens;
  }

  /// Tokens of the answer; null if nobody said.
  public @Nullable Long outputTokens() {
    return outputTokens;
  }

  /// The part of the prompt that was cached; null if nobody said.
  public @Nullable Long cachedTokens() {
    return cachedTokens;
  }

  /// Bytes of text, reasoning and tool arguments in all documents so far, as they were escaped.
  public long saidBytes() {
    return saidBytes;
  }

  @Override
  public void name(int symbol, long start) {}

  @Override
  public void begin(boolean object, long at) {
    int depth = scanner.depth();
    if (depth == 1) {
      switch (scanner.at(0)) {
        case USAGE -> usage = object;
        case CHOICES -> choices = true;
        case ERROR -> error = true;
        default -> {}
      }
    } else if (depth == 2 && scanner.at(0) == CHOICES) {
      choice = true;
    }
  }

  @Override
  public void end(boolean object, long behind) {}

  @Override
  public void text(long start, long behind) {
    int depth = scanner.depth();
    if (depth == 1 && scanner.at(0) == ERROR) {
      error = true;
    } else if (depth >= 3 && scanner.at(0) == CHOICES) {
      int field = scanner.at(depth - 1);
      if (field == CONTENT || field == TEXT || field == REASONING || field == ARGUMENTS) {
        saidBytes += behind - start - 2;
      } else if (depth == 3 && field == FINISH_REASON) {
        finished = true;
      }
    }
  }

  @Override
  public void plain(long start, long behind) {
    int depth = scanner.depth();
    if (depth < 2 || scanner.at(0) != USAGE) {
      return;
    }
    int field = scanner.at(depth - 1);
    if (depth == 2 && field == PROMPT_TOKENS) {
      inputTokens = tokens(inputTokens);
    } else if (depth == 2 && field == COMPLETION_TOKENS) {
      outputTokens = tokens(outputTokens);
    } else if (depth == 3 && scanner.at(1) == DETAILS && field == CACHED_TOKENS) {
      cachedTokens = tokens(cachedTokens);
    }
  }

  private @Nullable Long tokens(@Nullable Long before) {
    String number = scanner.captured();
    boolean digits = number.length() <= 12 && number.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Long.valueOf(number) : before;
  }
}
