package dev.gimbal.gateway.core.wire;

/// Answers in OpenAI's newer dialect: a whole response, or the events of its stream, the last of
/// which carries the whole response with its usage.
public final class ResponsesAnswerScan extends AnswerScan {
  private static final byte[][] NAMES =
      JsonScanner.names(
          "type",
          "error",
          "usage",
          "response",
          "delta",
          "output",
          "text",
          "arguments",
          "input_tokens",
          "output_tokens",
          "input_tokens_details",
          "cached_tokens",
          "status");
  private static final int TYPE = 0;
  private static final int ERROR = 1;
  private static final int USAGE = 2;
  private static final int RESPONSE = 3;
  private static final int DELTA = 4;
  private static final int OUTPUT = 5;
  private static final int TEXT = 6;
  private static final int ARGUMENTS = 7;
  private static final int INPUT_TOKENS = 8;
  private static final int OUTPUT_TOKENS = 9;
  private static final int DETAILS = 10;
  private static final int CACHED_TOKENS = 11;
  private static final int STATUS = 12;

  private boolean terminal;

  public ResponsesAnswerScan() {
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
    }
  }

  @Override
  public void text(long start, long behind) {
    int depth = scanner.depth();
    int field = depth == 0 ? -1 : scanner.at(depth - 1);
    if (depth == 1 && field == TYPE) {
      type(scanner.captured());
    } else if (depth == 1 && field == DELTA) {
      said(start, behind);
    } else if (depth == 1 && field == STATUS) {
      finished = true;
    } else if (depth >= 3 && scanner.at(0) == OUTPUT && (field == TEXT || field == ARGUMENTS)) {
      said(start, behind);
    }
  }

  private void type(String type) {
    switch (type) {
      case "response.completed", "response.incomplete" -> {
        terminal = true;
        finished = true;
      }
      case "response.failed", "error" -> {
        terminal = true;
        error = true;
      }
      default -> {}
    }
  }

  @Override
  public void plain(long start, long behind) {
    int at = scanner.depth() > 0 && scanner.at(0) == RESPONSE ? 1 : 0;
    int depth = scanner.depth() - at;
    if (depth < 2 || scanner.at(at) != USAGE) {
      return;
    }
    int field = scanner.at(scanner.depth() - 1);
    if (depth == 2 && field == INPUT_TOKENS) {
      inputTokens = tokens(inputTokens);
    } else if (depth == 2 && field == OUTPUT_TOKENS) {
      outputTokens = tokens(outputTokens);
    } else if (depth == 3 && scanner.at(at + 1) == DETAILS && field == CACHED_TOKENS) {
      cachedTokens = tokens(cachedTokens);
    }
  }
}
