package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerCollector;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.ModelError;

/// Reads one whole answer, which has the form of a stream's chunk.
final class AnswerReader {
  private AnswerReader() {}

  static ModelAnswer read(JsonNode body) {
    ChunkReader reader = new ChunkReader();
    AnswerCollector collector = new AnswerCollector();
    reader.read(body, collector);
    reader.end(collector);
    ModelError failure = collector.failure();
    if (failure != null) {
      throw new DialectException("candidates", failure.message());
    }
    return collector.answer();
  }
}
