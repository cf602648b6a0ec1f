package dev.gimbal.knowledge.core.answers;

import dev.gimbal.knowledge.api.CitedAnswer;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.DocumentRow;
import dev.gimbal.platform.ids.IdText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Makes citations: the exact place, its text, and an address that opens it. Thread-safe.
public final class Citing {
  private final String publicUrl;

  /// @param publicUrl without a slash at its end
  public Citing(String publicUrl) {
    this.publicUrl = publicUrl;
  }

  /// One citation a quote, numbered from 1.
  List<CitedAnswer.Citation> quotes(UUID collection, List<Quotes.Quote> quotes) {
    List<CitedAnswer.Citation> citations = new ArrayList<>();
    for (Quotes.Quote quote : quotes) {
      citations.add(citation(collection, citations.size() + 1, quote));
    }
    return citations;
  }

  /// One citation a passage that a written answer names, narrowed to the sentences of it that are
  /// nearest to what the answer says by it.
  List<CitedAnswer.Citation> claims(
      UUID collection, Map<Integer, List<String>> claims, List<Evidence> passages) {
    List<CitedAnswer.Citation> citations = new ArrayList<>();
    claims.forEach(
        (marker, said) -> {
          Evidence passage = passages.get(marker - 1);
          Weights weights = Weights.even(String.join(" ", said));
          Quotes.Quote quote = Quotes.window(new Passage(passage), weights, 0);
          citations.add(citation(collection, marker, quote));
        });
    return citations;
  }

  private CitedAnswer.Citation citation(UUID collection, int marker, Quotes.Quote quote) {
    Evidence passage = quote.passage();
    UUID document = passage.row().document();
    int version = passage.row().number();
    return new CitedAnswer.Citation(
        marker,
        document,
        version,
        passage.row().title(),
        passage.chunk().locator(),
        quote.start(),
        quote.end(),
        quote.text(),
        publicUrl
            + "/library/"
            + IdText.format(CollectionRow.PREFIX, collection)
            + "/"
            + IdText.format(DocumentRow.PREFIX, document)
            + "?version="
            + version
            + "&start="
            + quote.start()
            + "&end="
            + quote.end());
  }
}
