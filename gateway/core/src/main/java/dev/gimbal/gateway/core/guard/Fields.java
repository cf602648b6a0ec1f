package dev.gimbal.gateway.core.guard;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Names of fields that tell where texts stand, as numbers.
final class Fields {
  static final int OTHER = 0;
  static final int CONTENT = 1;
  static final int TEXT = 2;
  static final int REFUSAL = 3;
  static final int REASONING_CONTENT = 4;
  static final int REASONING = 5;
  static final int THINKING = 6;
  static final int ARGUMENTS = 7;
  static final int PARTIAL_JSON = 8;
  static final int OUTPUT = 9;
  static final int INPUT = 10;
  static final int ARGS = 11;
  static final int RESPONSE = 12;
  static final int FUNCTION_RESPONSE = 13;
  static final int TITLE = 14;
  static final int CONTEXT = 15;
  static final int DATA = 16;
  static final int PROMPT = 17;
  static final int SUFFIX = 18;
  static final int SYSTEM = 19;
  static final int INSTRUCTIONS = 20;
  static final int MESSAGES = 21;
  static final int CONTENTS = 22;
  static final int SYSTEM_INSTRUCTION = 23;
  static final int PREDICTION = 24;
  static final int ROLE = 25;
  static final int TYPE = 26;
  static final int INDEX = 27;
  static final int CHOICES = 28;
  static final int DELTA = 29;
  static final int CONTENT_BLOCK = 30;
  static final int ITEM = 31;
  static final int PART = 32;
  static final int CANDIDATES = 33;
  static final int FINISH_REASON = 34;
  static final int LOGPROBS = 35;
  static final int THOUGHT = 36;
  static final int TRANSCRIPT = 37;
  static final int MESSAGE = 38;
  static final int SUMMARY = 39;
  static final int QUERY = 40;
  static final int DOCUMENTS = 41;
  static final int FILE = 42;

  private static final String[][] NAMES = {
    {},
    {"content"},
    {"text"},
    {"refusal"},
    {"reasoning_content"},
    {"reasoning"},
    {"thinking"},
    {"arguments"},
    {"partial_json"},
    {"output"},
    {"input"},
    {"args"},
    {"response"},
    {"functionResponse", "function_response"},
    {"title"},
    {"context"},
    {"data"},
    {"prompt"},
    {"suffix"},
    {"system"},
    {"instructions"},
    {"messages"},
    {"contents"},
    {"systemInstruction", "system_instruction"},
    {"prediction"},
    {"role"},
    {"type"},
    {"index", "output_index", "content_index", "summary_index"},
    {"choices"},
    {"delta"},
    {"content_block"},
    {"item"},
    {"part"},
    {"candidates"},
    {"finish_reason", "finishReason", "stop_reason"},
    {"logprobs", "logprobsResult"},
    {"thought"},
    {"transcript"},
    {"message"},
    {"summary"},
    {"query"},
    {"documents"},
    {"image_url", "inlineData", "inline_data", "input_audio", "fileData", "file_data", "audio"}
  };

  private static final byte[][][] BY_LENGTH = new byte[24][][];
  private static final int[][] SYMBOLS = new int[24][];

  static {
    for (int length = 0; length < BY_LENGTH.length; length++) {
      List<byte[]> names = new ArrayList<>();
      List<Integer> symbols = new ArrayList<>();
      for (int symbol = 0; symbol < NAMES.length; symbol++) {
        for (String name : NAMES[symbol]) {
          if (name.length() == length) {
            names.add(name.getBytes(StandardCharsets.US_ASCII));
            symbols.add(symbol);
          }
        }
      }
      BY_LENGTH[length] = names.toArray(byte[][]::new);
      SYMBOLS[length] = symbols.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private Fields() {}

  /// The number of the name between two quotes, however it is escaped.
  static int symbol(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\\') {
        byte[] plain = JsonText.decode(bytes, from, to).getBytes(StandardCharsets.UTF_8);
        return plainSymbol(plain, 0, plain.length);
      }
    }
    return plainSymbol(bytes, from, to);
  }

  private static int plainSymbol(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length >= BY_LENGTH.length) {
      return OTHER;
    }
    byte[][] names = BY_LENGTH[length];
    for (int i = 0; i < names.length; i++) {
      if (java.util.Arrays.equals(names[i], 0, length, bytes, from, to)) {
        return SYMBOLS[length][i];
      }
    }
    return OTHER;
  }
}
