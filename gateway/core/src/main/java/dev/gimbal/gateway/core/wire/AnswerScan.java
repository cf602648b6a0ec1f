package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.Nullable;

/// Watches an answer, a whole one or one event of a stream at a time, for usage, errors and how
/// much was said. For one thread at a time.
public abstract sealed class AnswerScan implements JsonSink
    permits ChatAnswerScan, GeminiAnswerScan, MessagesAnswerScan, MeterScan, ResponsesAnswerScan {
  static final long NOWHERE = -1;

  final JsonScanner scanner;
  boolean error;
  boolean finished;
  long saidBytes;

  /// Where the last text that counts as said stands in its document, with its quotes.
  long saidStart = NOWHERE;

  long saidEnd = NOWHERE;
  @Nullable Long inputTokens;
  @Nullable Long outputTokens;
  boolean provisional;
  @Nullable Long cachedTokens;
  @Nullable Long cacheWriteTokens;
  @Nullable Long audioInputTokens;
  @Nullable Long audioOutputTokens;
  private boolean ended;

  AnswerScan(byte[][] names) {
    this.scanner = new JsonScanner(this, names);
  }

  /// Forgets what is of the last document alone.
  abstract void forget();

  /// Whether this document carries usage and nothing that anybody said: the extra chunk that
  /// OpenAI's `include_usage` adds.
  public abstract boolean usageOnly();

  /// Whether this document is the last one of its stream.
  public abstract boolean terminal();

  /// Begins the next document; usage and what was said so far stay.
  public final void next() {
    scanner.reset();
    error = false;
    ended = false;
    forget();
  }

  /// Reads the next bytes of the document.
  public final void feed(byte[] bytes, int from, int to) throws MalformedJsonException {
    scanner.feed(bytes, from, to);
  }

  /// Says that the document is whole.
  public final void finish() throws MalformedJsonException {
    scanner.finish();
    ended = true;
  }

  final boolean ended() {
    return ended;
  }

  /// Whether this document is an error.
  public final boolean error() {
    return error;
  }

  /// Whether any document so far said why the answer ends.
  public final boolean finished() {
    return finished;
  }

  /// Tokens of the prompt, cached ones included; null if nobody said.
  public final @Nullable Long inputTokens() {
    return inputTokens;
  }

  /// Tokens of the answer; null if nobody said.
  public final @Nullable Long outputTokens() {
    return outputTokens;
  }

  /// Whether the tokens of the answer were told before it was written: more may follow.
  public final boolean provisional() {
    return provisional;
  }

  /// The part of the prompt that came from a cache; null if nobody said.
  public final @Nullable Long cachedTokens() {
    return cachedTokens;
  }

  /// The part of the prompt that went into a cache; null if nobody said.
  public final @Nullable Long cacheWriteTokens() {
    return cacheWriteTokens;
  }

  /// The part of the prompt that was sound; null if nobody said.
  public final @Nullable Long audioInputTokens() {
    return audioInputTokens;
  }

  /// The part of the answer that was sound; null if nobody said.
  public final @Nullable Long audioOutputTokens() {
    return audioOutputTokens;
  }

  /// Bytes of text, reasoning and tool arguments in all documents so far, as they were escaped.
  public final long saidBytes() {
    return saidBytes;
  }

  /// A text was read that is part of what is said.
  final void said(long start, long behind) {
    saidBytes += behind - start - 2;
    saidStart = start;
    saidEnd = behind;
  }

  /// The number that was just read; `before` if it is none.
  final @Nullable Long tokens(@Nullable Long before) {
    String number = scanner.captured();
    if (number.isEmpty() || number.length() > 12) {
      return before;
    }
    for (int i = 0; i < number.length(); i++) {
      if (number.charAt(i) < '0' || number.charAt(i) > '9') {
        return before;
      }
    }
    return Long.valueOf(number);
  }
}
