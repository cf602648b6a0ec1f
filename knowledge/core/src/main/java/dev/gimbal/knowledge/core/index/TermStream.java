package dev.gimbal.knowledge.core.index;

import java.util.List;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/// Hands terms that are there already to Lucene.
final class TermStream extends TokenStream {
  /// Lucene refuses terms beyond this many bytes; nobody looks for one.
  private static final int LONGEST_CHARS = 8_000;

  private final List<String> terms;
  private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
  private int next;

  TermStream(List<String> terms) {
    this.terms = terms;
  }

  @Override
  public boolean incrementToken() {
    while (next < terms.size()) {
      String text = terms.get(next++);
      if (text.length() <= LONGEST_CHARS) {
        clearAttributes();
        term.append(text);
        return true;
      }
    }
    return false;
  }

  @Override
  public void reset() {
    next = 0;
  }
}
