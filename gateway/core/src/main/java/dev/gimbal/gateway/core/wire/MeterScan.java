package dev.gimbal.gateway.core.wire;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/// Answers of endpoints that write no chat: rankings, moderations, vectors, images, transcripts.
/// Of them only the usage is read, in each vendor's spelling.
public final class MeterScan extends AnswerScan {
  private static final byte[][] NAMES =
      JsonScanner.names(
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
          "error",
          "data",
          "size",
          "quality",
          "duration",
          "seconds",
          "input_tokens_details",
          "input_token_details",
          "audio_tokens");
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
  private static final int DATA = 11;
  private static final int SIZE = 12;
  private static final int QUALITY = 13;
  private static final int DURATION = 14;
  private static final int SECONDS = 15;
  private static final int INPUT_DETAILS = 16;
  private static final int AUDIO_DETAILS = 17;
  private static final int AUDIO_TOKENS = 18;

  private final Meter meter;
  private int images;
  private @Nullable String size;
  private @Nullable String quality;
  private @Nullable BigDecimal seconds;

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
    if (object && scanner.depth() == 2 && scanner.at(0) == DATA) {
      images++;
    }
  }

  @Override
  public void text(long start, long behind) {
    if (scanner.depth() != 1) {
      return;
    }
    switch (scanner.at(0)) {
      case ERROR -> error = true;
      case SIZE -> size = scanner.captured();
      case QUALITY -> quality = scanner.captured();
      default -> {
        // what nobody is charged for
      }
    }
  }

  /// Pictures in the answer, if this is one of pictures; 0 if nobody said.
  public int images() {
    return images;
  }

  /// Of the pictures; null if nobody said.
  public @Nullable String size() {
    return size;
  }

  /// Of the pictures; null if nobody said.
  public @Nullable String quality() {
    return quality;
  }

  /// Of sound that was heard; null if nobody said.
  public @Nullable BigDecimal seconds() {
    return seconds;
  }

  @Override
  public void plain(long start, long behind) {
    int depth = scanner.depth();
    boolean usage = depth >= 2 && scanner.at(0) == USAGE;
    if (meter == Meter.FREE) {
      return;
    }
    if (inUsage()) {
      count(scanner.at(depth - 1));
    } else if (depth == 1 && scanner.at(0) == DURATION) {
      seconds = seconds == null ? decimal() : seconds;
    } else if (depth == 3 && usage && scanner.at(2) == AUDIO_TOKENS) {
      boolean input = scanner.at(1) == INPUT_DETAILS || scanner.at(1) == AUDIO_DETAILS;
      audioInputTokens = input ? tokens(audioInputTokens) : audioInputTokens;
    }
  }

  private @Nullable BigDecimal decimal() {
    String number = scanner.captured();
    return number.matches("[0-9]{1,9}(\\.[0-9]{1,20})?") ? new BigDecimal(number) : null;
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
      case SECONDS -> seconds = decimal();
      case OUTPUT_TOKENS, COMPLETION_TOKENS ->
          outputTokens = meter == Meter.BOTH ? tokens(outputTokens) : outputTokens;
      default -> {
        // details of these
      }
    }
  }
}
