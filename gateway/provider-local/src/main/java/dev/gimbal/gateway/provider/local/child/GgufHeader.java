package dev.gimbal.gateway.provider.local.child;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The facts about a model that stand at the beginning of its GGUF file (versions 2 and 3, little
/// endian).
public final class GgufHeader {
  /// Where nobody says how long a context shall be, or the file says more: the memory for it is
  /// taken at once.
  public static final int CONTEXT_AT_MOST_UNASKED = 4096;

  private static final int STRING_AT_MOST = 16 << 20;
  private static final int ENTRIES_AT_MOST = 1 << 22;
  private static final int CONTROL = 3;
  private static final String TOKENS = "tokenizer.ggml.tokens";
  private static final String TYPES = "tokenizer.ggml.token_type";

  /// Kinds of values, by the number that the format gives them.
  private static final int STRING = 8;

  private static final int ARRAY = 9;
  private static final int[] SIZES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};

  private final Map<String, Object> values = new HashMap<>();
  private List<String> tokens = List.of();
  private List<Long> types = List.of();

  private GgufHeader() {}

  /// Reads no further than the length of the context, which stands near the front.
  ///
  /// @throws IOException if the file cannot be read or is no GGUF; its message says so
  public static GgufHeader front(Path file) throws IOException {
    return read(file, false);
  }

  /// Reads all of it, the vocabulary too.
  static GgufHeader whole(Path file) throws IOException {
    return read(file, true);
  }

  private static GgufHeader read(Path file, boolean whole) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no such file");
    }
    GgufHeader header = new GgufHeader();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      header.read(new Source(in), whole);
    }
    return header;
  }

  private void read(Source in, boolean whole) throws IOException {
    if (!new String(in.bytes(4), StandardCharsets.ISO_8859_1).equals("GGUF")) {
      throw new IOException("it is no GGUF file");
    }
    long version = in.number(4);
    if (version < 2 || version > 3) {
      throw new IOException("it is a GGUF file of version " + version + ", not 2 or 3");
    }
    in.number(8);
    long count = in.count();
    for (long i = 0; i < count; i++) {
      String key = in.string();
      int type = (int) in.number(4);
      value(in, key, type);
      if (!whole && trainedContext() != null) {
        return;
      }
    }
  }

  private void value(Source in, String key, int type) throws IOException {
    if (type == STRING) {
      values.put(key, in.string());
    } else if (type == ARRAY) {
      array(in, key);
    } else {
      values.put(key, in.number(size(type)));
    }
  }

  private void array(Source in, String key) throws IOException {
    int of = (int) in.number(4);
    int count = (int) in.count();
    if (of == STRING) {
      List<String> strings = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String text = in.string();
        if (key.equals(TOKENS)) {
          strings.add(text);
        }
      }
      tokens = key.equals(TOKENS) ? strings : tokens;
    } else if (of == ARRAY) {
      throw new IOException("its header nests lists");
    } else {
      List<Long> numbers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        long number = in.number(size(of));
        if (key.equals(TYPES)) {
          numbers.add(number);
        }
      }
      types = key.equals(TYPES) ? numbers : types;
    }
  }

  private static int size(int type) throws IOException {
    if (type < 0 || type >= SIZES.length || SIZES[type] == 0) {
      throw new IOException("its header holds a value of unknown kind " + type);
    }
    return SIZES[type];
  }

  /// Tokens that the model was trained to see at a time; null if the file does not say.
  public @Nullable Integer trainedContext() {
    return values.get(values.get("general.architecture") + ".context_length") instanceof Long length
        ? Math.toIntExact(Math.min(length, Integer.MAX_VALUE))
        : null;
  }

  /// Whether the engine puts a token in front of every prompt: as the file says, or as the engine
  /// decides where it does not.
  boolean beginsWithToken() {
    if (values.get("tokenizer.ggml.add_bos_token") instanceof Long flag) {
      return flag != 0;
    }
    Object model = values.getOrDefault("tokenizer.ggml.model", "");
    Object splitter = values.getOrDefault("tokenizer.ggml.pre", "");
    return model.equals("llama")
        || model.equals("bert")
        || List.of("llama3", "llama-v3", "llama-bpe", "falcon3").contains(splitter);
  }

  /// Texts that the tokenizer takes for a control token wherever they stand.
  List<String> controlTokens() {
    List<String> control = new ArrayList<>();
    for (int i = 0; i < Math.min(tokens.size(), types.size()); i++) {
      if (types.get(i) == CONTROL && tokens.get(i).length() > 1) {
        control.add(tokens.get(i));
      }
    }
    return control;
  }

  private record Source(InputStream in) {

    byte[] bytes(int count) throws IOException {
      byte[] bytes = in.readNBytes(count);
      if (bytes.length < count) {
        throw new IOException("it ends within its header");
      }
      return bytes;
    }

    long number(int size) throws IOException {
      byte[] bytes = bytes(size);
      long number = 0;
      for (int i = size - 1; i >= 0; i--) {
        number = (number << 8) | (bytes[i] & 0xff);
      }
      return number;
    }

    long count() throws IOException {
      long count = number(8);
      if (count < 0 || count > ENTRIES_AT_MOST) {
        throw new IOException("its header claims " + Long.toUnsignedString(count) + " entries");
      }
      return count;
    }

    String string() throws IOException {
      long length = number(8);
      if (length < 0 || length > STRING_AT_MOST) {
        throw new IOException(
            "its header claims a text of " + Long.toUnsignedString(length) + " bytes");
      }
      return new String(bytes((int) length), StandardCharsets.UTF_8);
    }
  }
}
