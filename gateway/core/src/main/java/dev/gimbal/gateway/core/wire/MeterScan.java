package dev.gimbal.gateway.core.wire;

/// Answers of endpoints that write no chat: rankings, moderations, vectors, images, transcripts.
/// Of them only the usage is read, in each vendor's spelling.
public final class MeterScan extends AnswerScan {
  private static final String[] NAMES = {
    "usage",
    "meta",
    "usageMetadata",
    "tokens",
    "input_tokens",
    "prompt_tokens",
    "promptTokenCount",
    "total_tokens",
    "output_tokens",
    "completion_tokens",
    "error"
  };
  private static final int USAGE = 0;
  private static final int META = 1;
  private static final int USAGE_METADATA = 2;
  private static final int TOKENS = 3;
  private static final int INPUT_TOKENS = 4;
  private static final int PROMPT_TOKENS = 5;
  private static final int PROMPT_TOKEN_COUNT = 6;
  private static final int TOTAL_TOKENS = 7;
  private static final int OUTPUT_TOKENS = 8;
  private static final int COMPLETION_TOKENS = 9;
  private static final int ERROR = 10;

  private final Meter meter;

  /// What is counted.
  public enum Meter {
    /// Nothing: the vendor takes no money for it.
    FREE,
    /// The input alone; there is no output that is counted.
    INPUT,
    /// Both, where the vendor says them.
    BOTH
  }

  public MeterScan(Meter meter) {
    super(NAMES);
    this.meter = meter;
    if (meter != Meter.BOTH) {
      outputTokens = 0L;
    }
    if (meter == Meter.FREE) {
      inputTokens = 0L;
    }
  }

  @Override
  void forget() {}

  @Override
  public boolean usageOnly() {
    return false;
  }

  @Override
  public boolean terminal() {
    return false;
  }

  @Override
  public void begin(boolean object, long at) {
    error |= scanner.depth() == 1 && scanner.at(0) == ERROR;
  }

  @Override
  public void text(long start, long behind) {
    error |= scanner.depth() == 1 && scanner.at(0) == ERROR;
  }

  @Override
  public void plain(long start, long behind) {
    if (meter != Meter.FREE && inUsage()) {
      count(scanner.at(scanner.depth() - 1));
    }
  }

  private boolean inUsage() {
    int depth = scanner.depth();
    boolean usage = depth == 2 && (scanner.at(0) == USAGE || scanner.at(0) == USAGE_METADATA);
    return usage || (depth == 3 && scanner.at(0) == META && scanner.at(1) == TOKENS);
  }

  private void count(int field) {
    switch (field) {
      case INPUT_TOKENS, PROMPT_TOKENS, PROMPT_TOKEN_COUNT -> inputTokens = tokens(inputTokens);
      case TOTAL_TOKENS -> inputTokens = inputTokens == null ? tokens(null) : inputTokens;
      case OUTPUT_TOKENS, COMPLETION_TOKENS ->
          outputTokens = meter == Meter.BOTH ? tokens(outputTokens) : outputTokens;
      default -> {
        // details of these
      }
    }
  }
}
