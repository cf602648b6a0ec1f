package dev.gimbal.knowledge.core.index;

import dev.gimbal.platform.text.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.StopFilter;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/// The terms under which a text is found: of words the English stem; of Chinese the words as jieba
/// cuts them for search, and each pair of neighbouring characters, so that a word that the
/// dictionary does not know is found too. Width, case, accents and traditional characters are
/// folded. Texts and queries go through the same. Thread-safe.
final class PassageTerms implements AutoCloseable {
  private final Analyzer words =
      new Analyzer() {
        @Override
        protected TokenStreamComponents createComponents(String field) {
          Tokenizer tokenizer = new StandardTokenizer();
          TokenStream stream = new EnglishPossessiveFilter(tokenizer);
          stream = new StopFilter(stream, EnglishAnalyzer.ENGLISH_STOP_WORDS_SET);
          return new TokenStreamComponents(tokenizer, new PorterStemFilter(stream));
        }
      };

  /// The terms in order, with repetitions.
  List<String> of(String text) {
    String folded = Simplified.fold(Tokens.fold(text));
    List<String> terms = new ArrayList<>(folded.length() / 5 + 1);
    int at = 0;
    while (at < folded.length()) {
      boolean ideographic = Tokens.ideographic(folded.codePointAt(at));
      int end = at;
      while (end < folded.length() && Tokens.ideographic(folded.codePointAt(end)) == ideographic) {
        end += Character.charCount(folded.codePointAt(end));
      }
      if (ideographic) {
        chinese(folded.substring(at, end), terms);
      } else {
        words(folded.substring(at, end), terms);
      }
      at = end;
    }
    return terms;
  }

  private void words(String text, List<String> terms) {
    if (text.isBlank()) {
      return;
    }
    try (TokenStream stream = words.tokenStream("", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      stream.reset();
      while (stream.incrementToken()) {
        terms.add(term.toString());
      }
      stream.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void chinese(String run, List<String> terms) {
    terms.addAll(Tokens.of(run));
    for (String word : ChineseWords.ofRun(run)) {
      // A pair that is a word stands twice: it says more than one that only happens to be there.
      if (word.length() > 1) {
        terms.add(word);
      }
    }
  }

  @Override
  public void close() {
    words.close();
  }
}
