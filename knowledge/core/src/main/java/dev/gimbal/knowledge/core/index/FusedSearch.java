package dev.gimbal.knowledge.core.index;

import dev.gimbal.knowledge.core.index.PassageIndex.Hit;
import dev.gimbal.platform.text.Languages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.apache.lucene.search.VectorScorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/// One search: BM25 and the vectors of each model bring candidates, each candidate gets its exact
/// score on every side, scores are normalised by side and summed by weight.
///
/// BM25 scores are divided by the best one: zero, which no term matches, stays zero. Similarities
/// have no such zero, so the least similar candidate stands for it: most often one that shares a
/// common word with the question and nothing else.
final class FusedSearch {
  /// A question of more distinct terms is searched with the first ones.
  private static final int MOST_TERMS = 512;

  /// What a similarity counts when it comes from a model for another kind of writing than the
  /// question's: such a model knows the question's language badly, and its scale says less.
  private static final double FOREIGN = 0.5;

  private final IndexSearcher searcher;
  private final IndexConfig config;
  private final PassageTerms terms;

  FusedSearch(IndexSearcher searcher, IndexConfig config, PassageTerms terms) {
    this.searcher = searcher;
    this.config = config;
    this.terms = terms;
  }

  List<Hit> run(PassageQuery query) throws IOException {
    Query filter = FilterQuery.of(query.filter());
    int depth = Math.max(query.limit(), config.candidates());
    Query keywords = query.keywords() ? keywords(query.text()) : null;
    TreeSet<Integer> found = new TreeSet<>();
    if (keywords != null) {
      for (ScoreDoc hit : top(filtered(keywords, filter), depth)) {
        found.add(hit.doc);
      }
    }
    Map<String, float[]> vectors = vectors(query.vectors());
    for (Map.Entry<String, float[]> vector : vectors.entrySet()) {
      Query nearest = new KnnFloatVectorQuery(vector.getKey(), vector.getValue(), depth, filter);
      for (ScoreDoc hit : top(nearest, depth)) {
        found.add(hit.doc);
      }
    }
    int[] docs = found.stream().mapToInt(Integer::intValue).toArray();
    double[] keyword = keywords == null ? absent(docs) : scores(keywords, docs);
    double[] similar = similarities(query, vectors, docs);
    normaliseByBest(keyword);
    return hits(docs, fuse(keyword, similar), keyword, similar, query.limit());
  }

  private double[] fuse(double[] keyword, double[] similar) {
    double[] fused = new double[keyword.length];
    double weight = config.vectorWeight();
    for (int at = 0; at < fused.length; at++) {
      if (Double.isNaN(similar[at])) {
        fused[at] = keyword[at];
      } else if (Double.isNaN(keyword[at])) {
        fused[at] = similar[at];
      } else {
        fused[at] = weight * similar[at] + (1 - weight) * keyword[at];
      }
    }
    return fused;
  }

  private ScoreDoc[] top(Query query, int depth) throws IOException {
    return searcher.search(query, new TopScoreDocCollectorManager(depth, null, depth)).scoreDocs;
  }

  private @Nullable Query keywords(String text) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String term : terms.of(text)) {
      if (counts.size() < MOST_TERMS || counts.containsKey(term)) {
        counts.merge(term, 1, Integer::sum);
      }
    }
    if (counts.isEmpty()) {
      return null;
    }
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    counts.forEach(
        (term, count) -> {
          for (String field : PassageFields.TERMS) {
            Query one = new TermQuery(new Term(field, term));
            any.add(count == 1 ? one : new BoostQuery(one, count), BooleanClause.Occur.SHOULD);
          }
        });
    return any.build();
  }

  private static Query filtered(Query query, @Nullable Query filter) {
    if (filter == null) {
      return query;
    }
    return new BooleanQuery.Builder()
        .add(query, BooleanClause.Occur.MUST)
        .add(filter, BooleanClause.Occur.FILTER)
        .build();
  }

  private Map<String, float[]> vectors(Map<String, float[]> byModel) {
    Map<String, float[]> vectors = new HashMap<>();
    byModel.forEach(
        (model, vector) -> {
          float[] unit = PassageFields.unit(vector);
          if (unit != null) {
            vectors.put(PassageFields.vectors(model, unit.length), unit);
          }
        });
    return vectors;
  }

  private static double[] absent(int[] docs) {
    double[] scores = new double[docs.length];
    Arrays.fill(scores, Double.NaN);
    return scores;
  }

  private double[] scores(Query query, int[] docs) throws IOException {
    double[] scores = new double[docs.length];
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE, 1);
    int at = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      Scorer scorer = at < docs.length && docs[at] < end ? weight.scorer(leaf) : null;
      DocIdSetIterator matches = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      for (; at < docs.length && docs[at] < end; at++) {
        int doc = docs[at] - leaf.docBase;
        if (matches.docID() < doc) {
          matches.advance(doc);
        }
        if (scorer != null && matches.docID() == doc) {
          scores[at] = scorer.score();
        }
      }
    }
    return scores;
  }

  /// Normalised similarities; NaN for a passage that carries no vector of a model asked.
  private double[] similarities(PassageQuery query, Map<String, float[]> vectors, int[] docs)
      throws IOException {
    double[] best = absent(docs);
    boolean[] ideographic = ideographic(docs);
    boolean question = PassageFields.ideographic(Languages.of(query.text()));
    Map<String, double[]> all = new HashMap<>();
    Map<String, Boolean> kinds = new HashMap<>();
    for (Map.Entry<String, float[]> vector : vectors.entrySet()) {
      double[] one = cosines(vector.getKey(), vector.getValue(), docs);
      all.put(vector.getKey(), one);
      kinds.put(vector.getKey(), mostly(ideographic, one));
    }
    boolean several = kinds.containsValue(true) && kinds.containsValue(false);
    all.forEach(
        (field, one) -> {
          normaliseFromLeast(one);
          boolean kind = kinds.getOrDefault(field, question);
          boolean foreign = several && !query.text().isBlank() && kind != question;
          for (int at = 0; at < one.length; at++) {
            if (!Double.isNaN(one[at])) {
              double value = foreign ? FOREIGN * one[at] : one[at];
              best[at] = Double.isNaN(best[at]) ? value : Math.max(best[at], value);
            }
          }
        });
    return best;
  }

  private double[] cosines(String field, float[] vector, int[] docs) throws IOException {
    double[] cosines = absent(docs);
    int at = 0;
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      FloatVectorValues values =
          at < docs.length && docs[at] < end ? leaf.reader().getFloatVectorValues(field) : null;
      VectorScorer scorer = values == null ? null : values.scorer(vector);
      DocIdSetIterator has = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
      for (; at < docs.length && docs[at] < end; at++) {
        int doc = docs[at] - leaf.docBase;
        if (has.docID() < doc) {
          has.advance(doc);
        }
        if (scorer != null && has.docID() == doc) {
          cosines[at] = 2 * scorer.score() - 1;
        }
      }
    }
    return cosines;
  }

  private boolean[] ideographic(int[] docs) throws IOException {
    boolean[] values = new boolean[docs.length];
    for (int at = 0; at < docs.length; at++) {
      values[at] = value(docs[at], PassageFields.IDEOGRAPHIC) == 1;
    }
    return values;
  }

  private static boolean mostly(boolean[] ideographic, double[] present) {
    int yes = 0;
    int no = 0;
    for (int at = 0; at < present.length; at++) {
      if (!Double.isNaN(present[at])) {
        if (ideographic[at]) {
          yes++;
        } else {
          no++;
        }
      }
    }
    return yes > no;
  }

  private static void normaliseByBest(double[] scores) {
    double best = Arrays.stream(scores).max().orElse(0);
    for (int at = 0; at < scores.length; at++) {
      scores[at] = best > 0 ? scores[at] / best : scores[at];
    }
  }

  private static void normaliseFromLeast(double[] cosines) {
    double[] sorted = Arrays.stream(cosines).filter(c -> !Double.isNaN(c)).sorted().toArray();
    if (sorted.length == 0) {
      return;
    }
    double best = sorted[sorted.length - 1];
    double least = sorted[0];
    double range = best - least;
    for (int at = 0; at < cosines.length; at++) {
      if (!Double.isNaN(cosines[at])) {
        cosines[at] = range > 0 ? (cosines[at] - least) / range : 1;
      }
    }
  }

  private List<Hit> hits(int[] docs, double[] fused, double[] keyword, double[] similar, int limit)
      throws IOException {
    List<Integer> order = new ArrayList<>(docs.length);
    for (int at = 0; at < docs.length; at++) {
      order.add(at);
    }
    order.sort(
        Comparator.<Integer>comparingDouble(at -> -fused[at]).thenComparingInt(at -> docs[at]));
    List<Hit> hits = new ArrayList<>(Math.min(limit, docs.length));
    for (int at : order.subList(0, Math.min(limit, docs.length))) {
      int doc = docs[at];
      UUID document =
          new UUID(value(doc, PassageFields.DOCUMENT_HIGH), value(doc, PassageFields.DOCUMENT_LOW));
      hits.add(
          new Hit(
              document,
              (int) value(doc, PassageFields.ORDINAL),
              clamp(fused[at]),
              clamp(keyword[at]),
              clamp(similar[at])));
    }
    return hits;
  }

  private long value(int doc, String field) throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    NumericDocValues values = leaf.reader().getNumericDocValues(field);
    if (values == null || !values.advanceExact(doc - leaf.docBase)) {
      throw new IllegalStateException("a passage has no field " + field);
    }
    return values.longValue();
  }

  /// NaN stays.
  private static double clamp(double score) {
    return Double.isNaN(score) ? score : Math.clamp(score, 0, 1);
  }
}
