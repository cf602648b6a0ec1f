package dev.gimbal.knowledge.core.index;

import dev.gimbal.knowledge.core.chunking.Chunk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.jspecify.annotations.Nullable;

/// The fields of a passage in Lucene. A passage's terms stand in the field of its language's
/// writing, so that each kind of writing has statistics of its own; text and context share a field:
/// headings count as text that every passage under them begins with.
final class PassageFields {
  static final String DOCUMENT = "document";
  static final String DOCUMENT_HIGH = "document-high";
  static final String DOCUMENT_LOW = "document-low";
  static final String ORDINAL = "ordinal";
  static final String FORMAT = "format";
  static final String LANGUAGE = "language";
  static final String CREATED = "created";
  static final String METADATA = "metadata";

  /// 1 on passages whose terms stand in [#IDEOGRAPHS], else 0.
  static final String IDEOGRAPHIC = "ideographic";

  /// Stands on the first passage of each document.
  static final String FIRST = "first";

  /// Terms of passages in languages that are written with spaces, and of the others.
  static final String WORDS = "words";

  static final String IDEOGRAPHS = "ideographs";

  static final List<String> TERMS = List.of(WORDS, IDEOGRAPHS);

  /// Characters of a metadata entry that count: Lucene refuses terms of 32 KB.
  private static final int LONGEST_METADATA = 8_000;

  private static final FieldType TERM_TYPE = termType();

  private PassageFields() {}

  static List<Document> of(IndexedDocument document, PassageTerms terms) {
    List<Document> passages = new ArrayList<>(document.passages().size());
    for (IndexedDocument.Passage passage : document.passages()) {
      Document fields = passage(document, passage, terms);
      if (passages.isEmpty()) {
        fields.add(new StringField(FIRST, "1", Field.Store.NO));
      }
      passages.add(fields);
    }
    return passages;
  }

  /// The name of a metadata entry's term; a key cannot hold the separator.
  static String metadata(String key, String value) {
    String term = key.replace('\u0000', ' ') + '\u0000' + value;
    return term.length() <= LONGEST_METADATA ? term : term.substring(0, LONGEST_METADATA);
  }

  /// The field of a model's vectors. The width is part of it: a model that changes it starts anew.
  static String vectors(String model, int dimensions) {
    return "vector:" + dimensions + ':' + model;
  }

  /// Whether a language is written without spaces.
  static boolean ideographic(String language) {
    return switch (language) {
      case "zh", "ja", "ko" -> true;
      default -> false;
    };
  }

  /// The vector with length one; null if it has no direction.
  static float @Nullable [] unit(float[] vector) {
    double sum = 0;
    for (float value : vector) {
      sum += (double) value * value;
    }
    if (!(sum > 0) || Double.isInfinite(sum)) {
      return null;
    }
    float scale = (float) (1 / Math.sqrt(sum));
    float[] unit = new float[vector.length];
    for (int at = 0; at < unit.length; at++) {
      unit[at] = vector[at] * scale;
    }
    return unit;
  }

  private static Document passage(
      IndexedDocument document, IndexedDocument.Passage passage, PassageTerms terms) {
    Chunk chunk = passage.chunk();
    UUID id = document.document();
    Document fields = new Document();
    fields.add(new StringField(DOCUMENT, id.toString(), Field.Store.NO));
    fields.add(new NumericDocValuesField(DOCUMENT_HIGH, id.getMostSignificantBits()));
    fields.add(new NumericDocValuesField(DOCUMENT_LOW, id.getLeastSignificantBits()));
    fields.add(new NumericDocValuesField(ORDINAL, chunk.ordinal()));
    fields.add(new StringField(FORMAT, document.format(), Field.Store.NO));
    fields.add(new StringField(LANGUAGE, chunk.language(), Field.Store.NO));
    fields.add(new LongField(CREATED, document.created().toEpochMilli(), Field.Store.NO));
    document
        .metadata()
        .forEach(
            (key, value) ->
                fields.add(new StringField(METADATA, metadata(key, value), Field.Store.NO)));
    List<String> all = new ArrayList<>(terms.of(chunk.context()));
    all.addAll(terms.of(chunk.text()));
    boolean ideographic = ideographic(chunk.language());
    fields.add(new NumericDocValuesField(IDEOGRAPHIC, ideographic ? 1 : 0));
    fields.add(new Field(ideographic ? IDEOGRAPHS : WORDS, new TermStream(all), TERM_TYPE));
    for (Map.Entry<String, float[]> vector : passage.vectors().entrySet()) {
      float[] unit = unit(vector.getValue());
      if (unit != null) {
        fields.add(
            new KnnFloatVectorField(
                vectors(vector.getKey(), unit.length), unit, VectorSimilarityFunction.DOT_PRODUCT));
      }
    }
    return fields;
  }

  private static FieldType termType() {
    FieldType type = new FieldType();
    type.setTokenized(true);
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    type.freeze();
    return type;
  }
}
