package dev.gimbal.gateway.core.wire;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.CallFields.Places;
import dev.gimbal.gateway.core.wire.CallFields.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Reads a call's body as it comes in and finds what decides. A deciding field that stands twice,
/// also if it is spelt with escapes, is refused, since the upstream might believe the other one.
/// For one body and one thread at a time.
public final class CallScan implements JsonSink {
  private static final String[] NAMES = {
    "model",
    "stream",
    "stream_options",
    "max_tokens",
    "max_completion_tokens",
    "max_output_tokens",
    "n",
    "include_usage",
    "input",
    "prompt",
    "messages",
    "role",
    "content",
    "text",
    "generationConfig",
    "generation_config",
    "maxOutputTokens",
    "contents",
    "parts",
    "requests",
    "generateContentRequest",
    "candidateCount",
    "candidate_count",
    "best_of"
  };
  private static final byte[][] BYTES = JsonScanner.names(NAMES);
  private static final int MODEL = 0;
  private static final int STREAM = 1;
  private static final int OPTIONS = 2;
  private static final int MAX_TOKENS = 3;
  private static final int MAX_COMPLETION_TOKENS = 4;
  private static final int MAX_OUTPUT_TOKENS = 5;
  private static final int N = 6;
  private static final int INCLUDE_USAGE = 7;
  private static final int INPUT = 8;
  private static final int PROMPT = 9;
  private static final int MESSAGES = 10;
  private static final int ROLE = 11;
  private static final int CONTENT = 12;
  private static final int TEXT = 13;
  private static final int GENERATION = 14;
  private static final int GENERATION_SNAKE = 15;
  private static final int MAX_OUTPUT_CAMEL = 16;
  private static final int CONTENTS = 17;
  private static final int PARTS = 18;
  private static final int REQUESTS = 19;
  private static final int REQUEST = 20;
  private static final int CANDIDATES = 21;
  private static final int CANDIDATES_SNAKE = 22;

  /// Answers that are made, and paid for, to choose `n` of them.
  private static final int BEST_OF = 23;

  /// A call asks for at most so many answers or tokens; more is a mistake, or an attempt to
  /// overflow what is reserved for it.
  private static final long MOST = 1_000_000_000L;

  private static final int MOST_ANSWERS = 128;

  private final JsonScanner scanner = new JsonScanner(this, BYTES);
  private final @Nullable InPath path;
  private int seen;
  private boolean object;
  private @Nullable String model;
  private @Nullable Range modelRange;
  private boolean stream;
  private @Nullable Range streamRange;
  private long optionsStart;
  private @Nullable Range options;
  private boolean optionsEmpty = true;
  private boolean optionsNull;
  private boolean includeUsage;
  private @Nullable Range includeUsageRange;
  private @Nullable Long maxTokens;
  private int answers = 1;
  private int texts;
  private @Nullable String text;
  private @Nullable String messageRole;
  private @Nullable String messageText;
  private final List<Range> repeated = new ArrayList<>();

  /// A body that says its model itself.
  public CallScan() {
    this.path = null;
  }

  /// A body whose model stands in the path.
  public CallScan(InPath path) {
    this.path = path;
  }

  /// What a path says of a call.
  ///
  /// @param array whether a stream is a JSON array instead of events
  public record InPath(String model, boolean stream, boolean array) {}

  /// Reads the next bytes of the body.
  ///
  /// @throws GatewayException `FIELD_INVALID` naming what is wrong
  public void feed(byte[] bytes, int from, int to) {
    try {
      scanner.feed(bytes, from, to);
    } catch (MalformedJsonException e) {
      throw malformed(e);
    }
  }

  /// What was found, once the body is whole.
  ///
  /// @throws GatewayException `FIELD_INVALID` naming what is wrong or missing
  public CallFields finish() {
    try {
      scanner.finish();
    } catch (MalformedJsonException e) {
      throw malformed(e);
    }
    if (!object) {
      throw invalid("body", "must be a JSON object");
    }
    if (path == null && (model == null || modelRange == null)) {
      throw invalid("model", "is missing");
    }
    return new CallFields(
        path == null ? Objects.requireNonNull(model) : path.model,
        path == null ? stream : path.stream,
        path != null && path.array,
        includeUsage,
        maxTokens,
        answers,
        Math.max(1, texts),
        text,
        new Places(
            scanner.markBytes(),
            path == null ? modelRange : null,
            streamRange,
            options,
            includeUsageRange,
            optionsEmpty,
            optionsNull,
            List.copyOf(repeated)));
  }

  private static GatewayException malformed(MalformedJsonException e) {
    return invalid("body", "is not JSON: " + e.getMessage());
  }

  private static GatewayException invalid(String field, String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, field, message);
  }

  @Override
  public void name(int symbol, long start) {
    if (scanner.depth() == 2 && scanner.at(0) == OPTIONS) {
      optionsEmpty = false;
    }
    if (!decides(symbol)) {
      return;
    }
    int bit = 1 << oneOf(symbol);
    if ((seen & bit) != 0) {
      String name = symbol == INCLUDE_USAGE ? "stream_options.include_usage" : NAMES[symbol];
      throw invalid(name, "stands twice");
    }
    seen |= bit;
  }

  private boolean decides(int symbol) {
    return switch (scanner.depth()) {
      case 1 -> isTop(symbol) || isGeneration(symbol);
      case 2 ->
          (scanner.at(0) == OPTIONS && symbol == INCLUDE_USAGE)
              || (isGeneration(scanner.at(0)) && isAmount(symbol));
      default -> false;
    };
  }

  private static boolean isGeneration(int symbol) {
    return symbol == GENERATION || symbol == GENERATION_SNAKE;
  }

  /// A field at the top that decides.
  private static boolean isTop(int symbol) {
    return (symbol >= MODEL && symbol <= N) || symbol == BEST_OF;
  }

  private static boolean isAmount(int symbol) {
    return isMostOutput(symbol) || isCandidates(symbol);
  }

  private static boolean isCandidates(int symbol) {
    return symbol == CANDIDATES || symbol == CANDIDATES_SNAKE;
  }

  private static boolean isMostOutput(int symbol) {
    return symbol == MAX_OUTPUT_CAMEL || symbol == MAX_OUTPUT_TOKENS;
  }

  /// Two spellings of one field are one field: the upstream might believe either.
  private int oneOf(int symbol) {
    return switch (symbol) {
      case GENERATION_SNAKE -> GENERATION;
      case CANDIDATES_SNAKE -> CANDIDATES;
      case MAX_OUTPUT_TOKENS -> scanner.depth() == 2 ? MAX_OUTPUT_CAMEL : symbol;
      default -> symbol;
    };
  }

  @Override
  public void begin(boolean isObject, long at) {
    int depth = scanner.depth();
    if (depth == 0) {
      object = isObject;
    } else if (depth == 1) {
      int field = scanner.at(0);
      if (field == OPTIONS && isObject) {
        optionsStart = at;
      } else if (isTop(field)) {
        throw invalid(NAMES[field], "must be " + due(field));
      }
    } else if (depth == 2) {
      beginElement(isObject);
    }
  }

  private void beginElement(boolean isObject) {
    int field = scanner.at(0);
    if (isTurns(field)) {
      messageRole = null;
      messageText = null;
    }
    if (field == INPUT && scanner.at(1) == JsonScanner.ELEMENT && !isObject) {
      texts++;
    } else if (field == OPTIONS && scanner.at(1) == INCLUDE_USAGE) {
      throw invalid("stream_options.include_usage", "must be true or false");
    } else if (isGeneration(field) && isAmount(scanner.at(1))) {
      throw invalid(NAMES[scanner.at(1)], "must be a whole number");
    }
  }

  @Override
  public void end(boolean isObject, long behind) {
    int depth = scanner.depth();
    if (depth == 1 && scanner.at(0) == OPTIONS) {
      options = new Range(optionsStart, behind);
    } else if (depth == 2 && isTurns(scanner.at(0)) && isUsers()) {
      text = messageText != null ? messageText : text;
    }
  }

  /// Gemini's only turn may lack a role; an item of OpenAI's newer dialect has one or is no turn.
  private boolean isUsers() {
    return "user".equals(messageRole) || (messageRole == null && scanner.at(0) == CONTENTS);
  }

  private static boolean isTurns(int symbol) {
    return symbol == MESSAGES || symbol == INPUT || symbol == CONTENTS;
  }

  @Override
  public void text(long start, long behind) {
    int depth = scanner.depth();
    if (path != null && repeatsModel(depth)) {
      repeated.add(new Range(start, behind));
    }
    if (depth == 1) {
      topText(scanner.at(0), start, behind);
    } else if (depth == 2 && scanner.at(1) == JsonScanner.ELEMENT) {
      if (scanner.at(0) == INPUT) {
        texts++;
      }
      if (scanner.at(0) == INPUT || scanner.at(0) == PROMPT) {
        text = text == null ? scanner.captured() : text;
      }
    } else if (depth == 2 && scanner.at(0) == OPTIONS && scanner.at(1) == INCLUDE_USAGE) {
      throw invalid("stream_options.include_usage", "must be true or false");
    } else if (depth == 2 && isGeneration(scanner.at(0)) && isAmount(scanner.at(1))) {
      // The vendor reads a number in a text as well.
      throw invalid(NAMES[scanner.at(1)], "must be a whole number, but is a text");
    } else if (depth >= 3 && isTurns(scanner.at(0)) && scanner.at(1) == JsonScanner.ELEMENT) {
      messageText(depth);
    }
  }

  /// Gemini's clients say the model of the path in some bodies again.
  private boolean repeatsModel(int depth) {
    return switch (depth) {
      case 1 -> scanner.at(0) == MODEL;
      case 2 -> scanner.at(0) == REQUEST && scanner.at(1) == MODEL;
      case 3 -> scanner.at(0) == REQUESTS && scanner.at(2) == MODEL;
      default -> false;
    };
  }

  private void topText(int field, long start, long behind) {
    if (field == MODEL) {
      if (scanner.overflowed()) {
        throw invalid("model", "is longer than 512 bytes");
      }
      model = scanner.captured();
      modelRange = new Range(start, behind);
    } else if (isTop(field)) {
      throw invalid(NAMES[field], "must be " + due(field) + ", but is a text");
    } else if (field == INPUT || field == PROMPT) {
      text = scanner.captured();
    }
  }

  private void messageText(int depth) {
    if (depth == 3 && scanner.at(2) == ROLE) {
      messageRole = scanner.captured();
    } else if (depth == 3 && scanner.at(2) == CONTENT) {
      messageText = scanner.captured();
    } else if (depth == 5
        && (scanner.at(2) == CONTENT || scanner.at(2) == PARTS)
        && scanner.at(4) == TEXT
        && messageText == null) {
      messageText = scanner.captured();
    }
  }

  @Override
  public void plain(long start, long behind) {
    int depth = scanner.depth();
    if (depth == 1) {
      topPlain(scanner.at(0), scanner.captured(), new Range(start, behind));
    } else if (depth == 2 && scanner.at(0) == OPTIONS && scanner.at(1) == INCLUDE_USAGE) {
      String value = scanner.captured();
      if (!value.equals("true") && !value.equals("false") && !value.equals("null")) {
        throw invalid("stream_options.include_usage", "must be true or false");
      }
      includeUsage = value.equals("true");
      includeUsageRange = new Range(start, behind);
    } else if (depth == 2 && isGeneration(scanner.at(0))) {
      generation(scanner.at(1), scanner.captured());
    }
  }

  private void generation(int field, String value) {
    if (value.equals("null")) {
      return;
    }
    if (isMostOutput(field)) {
      mostOutput(field, value);
    } else if (isCandidates(field)) {
      answers(field, value);
    }
  }

  private void answers(int field, String value) {
    answers = Math.max(answers, (int) number(field, value, MOST_ANSWERS));
  }

  private void mostOutput(int field, String value) {
    long tokens = number(field, value, MOST);
    maxTokens = maxTokens == null ? tokens : Long.valueOf(Math.max(tokens, maxTokens));
  }

  private void topPlain(int field, String value, Range range) {
    if (!isTop(field)) {
      return;
    }
    boolean isNull = value.equals("null");
    switch (field) {
      case STREAM -> {
        if (!isNull && !value.equals("true") && !value.equals("false")) {
          throw invalid("stream", "must be true or false, but is a number");
        }
        stream = value.equals("true");
        streamRange = range;
      }
      case OPTIONS -> {
        if (!isNull) {
          throw invalid("stream_options", "must be an object");
        }
        options = range;
        optionsNull = true;
      }
      case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS -> {
        if (!isNull) {
          mostOutput(field, value);
        }
      }
      case N, BEST_OF -> {
        if (!isNull) {
          answers(field, value);
        }
      }
      default -> throw invalid(NAMES[field], "must be " + due(field));
    }
  }

  private static long number(int field, String value, long most) {
    boolean digits = value.length() <= 10 && value.chars().allMatch(c -> c >= '0' && c <= '9');
    long number = digits ? Long.parseLong(value) : -1;
    if (number < 1 || number > most) {
      throw invalid(NAMES[field], "must be a whole number from 1 to " + most);
    }
    return number;
  }

  private static String due(int field) {
    return switch (field) {
      case MODEL -> "a text";
      case STREAM -> "true or false";
      case OPTIONS -> "an object";
      default -> "a whole number";
    };
  }
}
