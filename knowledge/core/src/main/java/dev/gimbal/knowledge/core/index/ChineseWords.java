package dev.gimbal.knowledge.core.index;

import com.huaban.analysis.jieba.JiebaSegmenter;
import com.huaban.analysis.jieba.SegToken;
import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.List;

/// Chinese text cut into words by jieba's dictionary. Loaded with the first Chinese text: the
/// dictionary takes a second and 50 MB. Thread-safe.
public final class ChineseWords {
  private ChineseWords() {}

  /// The words of a text in order, without overlaps, as indexes into it. What is not written in
  /// Chinese characters is left out.
  public static List<Word> of(String text) {
    List<Word> words = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int end = at;
      while (end < text.length() && Tokens.ideographic(text.codePointAt(end))) {
        end += Character.charCount(text.codePointAt(end));
      }
      if (end == at) {
        at += Character.charCount(text.codePointAt(at));
        continue;
      }
      // The dictionary knows simplified characters; folding keeps the places.
      String run = Simplified.fold(text.substring(at, end));
      for (SegToken token : Dictionary.SEGMENTER.process(run, JiebaSegmenter.SegMode.SEARCH)) {
        words.add(new Word(at + token.startOffset, at + token.endOffset));
      }
      at = end;
    }
    return words;
  }

  /// Folds traditional characters into simplified ones; the length stays.
  public static String simplified(String text) {
    return Simplified.fold(text);
  }

  /// The words of a run of Chinese characters.
  static List<String> ofRun(String run) {
    return Dictionary.SEGMENTER.process(run, JiebaSegmenter.SegMode.SEARCH).stream()
        .map(token -> token.word)
        .toList();
  }

  /// A word as indexes into the string.
  public record Word(int start, int end) {}

  private static final class Dictionary {
    private static final JiebaSegmenter SEGMENTER = SilentLoading.of(JiebaSegmenter::new);
  }
}
