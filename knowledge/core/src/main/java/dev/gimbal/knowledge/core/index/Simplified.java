package dev.gimbal.knowledge.core.index;

import com.github.houbb.opencc4j.util.ZhConverterUtil;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Folds traditional characters into simplified ones, character by character, by OpenCC's table.
/// That is enough for finding: both sides of a match are folded alike.
final class Simplified {
  private static final int FIRST = 0x3400;
  private static final char[] TABLE = load();

  private Simplified() {}

  static String fold(String text) {
    char[] folded = null;
    for (int at = 0; at < text.length(); at++) {
      char character = text.charAt(at);
      if (character < FIRST || character - FIRST >= TABLE.length) {
        continue;
      }
      char simplified = TABLE[character - FIRST];
      if (simplified != 0) {
        if (folded == null) {
          folded = text.toCharArray();
        }
        folded[at] = simplified;
      }
    }
    return folded == null ? text : new String(folded);
  }

  private static char[] load() {
    char[] table = new char[0xA000 - FIRST];
    try (InputStream in =
            Objects.requireNonNull(
                ZhConverterUtil.class.getResourceAsStream("/data/dictionary/TSCharacters.txt"));
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        int tab = line.indexOf('\t');
        if (tab == 1 && line.length() > 2 && !Character.isSurrogate(line.charAt(2))) {
          int index = line.charAt(0) - FIRST;
          if (index >= 0 && index < table.length && line.charAt(0) != line.charAt(2)) {
            table[index] = line.charAt(2);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return table;
  }
}
