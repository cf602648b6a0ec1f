package dev.gimbal.knowledge.core.index;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/// A [Filter] as Lucene applies it, built from values: no text is ever read as query syntax.
final class FilterQuery {
  private FilterQuery() {}

  /// Null if everything passes.
  static @Nullable Query of(Filter filter) {
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    anyOf(all, PassageFields.DOCUMENT, filter.documents().stream().map(UUID::toString).toList());
    anyOf(all, PassageFields.FORMAT, filter.formats());
    anyOf(all, PassageFields.LANGUAGE, filter.languages());
    Instant from = filter.from();
    Instant until = filter.until();
    if (from != null || until != null) {
      long least = from == null ? Long.MIN_VALUE : ceiling(from);
      long most = until == null ? Long.MAX_VALUE : ceiling(until) - 1;
      all.add(
          LongField.newRangeQuery(PassageFields.CREATED, least, most), BooleanClause.Occur.FILTER);
    }
    filter
        .metadata()
        .forEach(
            (key, values) ->
                anyOf(
                    all,
                    PassageFields.METADATA,
                    values.stream().map(value -> PassageFields.metadata(key, value)).toList()));
    BooleanQuery query = all.build();
    return query.clauses().isEmpty() ? null : query;
  }

  private static void anyOf(BooleanQuery.Builder all, String field, List<String> values) {
    if (values.size() == 1) {
      all.add(new TermQuery(new Term(field, values.getFirst())), BooleanClause.Occur.FILTER);
    } else if (!values.isEmpty()) {
      Collection<BytesRef> terms = values.stream().map(BytesRef::new).toList();
      all.add(new TermInSetQuery(field, terms), BooleanClause.Occur.FILTER);
    }
  }

  /// The index keeps whole milliseconds, cut off; a bound between two of them is the later one.
  private static long ceiling(Instant instant) {
    long milliseconds = instant.toEpochMilli();
    return Instant.ofEpochMilli(milliseconds).equals(instant) ? milliseconds : milliseconds + 1;
  }
}
