package dev.gimbal.gateway.core.wire;

/// Answers in OpenAI's older dialects: chat, completions, embeddings.
public final class ChatAnswerScan extends AnswerScan {
  private static final byte[][] NAMES =
      JsonScanner.names(
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
          "finish_reason",
          "completion_tokens_details",
          "audio_tokens");
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
  private static final int OUTPUT_DETAILS = 14;
  private static final int AUDIO_TOKENS = 15;

  private boolean usage;
  private boolean choices;
  private boolean choice;

  public ChatAnswerScan() {
    super(NAMES);
  }

  @Override
  void forget() {
    usage = false;
    choices = false;
    choice = false;
  }

  @Override
  public boolean usageOnly() {
    return ended() && usage && choices && !choice && !error;
  }

  /// `[DONE]`, which is no JSON, is the end.
  @Override
  public boolean terminal() {
    return false;
  }

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
  public void text(long start, long behind) {
    int depth = scanner.depth();
    if (depth == 1 && scanner.at(0) == ERROR) {
      error = true;
    } else if (depth >= 3 && scanner.at(0) == CHOICES) {
      int field = scanner.at(depth - 1);
      if (field == CONTENT || field == TEXT || field == REASONING || field == ARGUMENTS) {
        said(start, behind);
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
    } else if (depth == 3 && field == AUDIO_TOKENS && scanner.at(1) == DETAILS) {
      audioInputTokens = tokens(audioInputTokens);
    } else if (depth == 3 && field == AUDIO_TOKENS && scanner.at(1) == OUTPUT_DETAILS) {
      audioOutputTokens = tokens(audioOutputTokens);
    }
  }
}
