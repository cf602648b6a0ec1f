package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes one stream of chunks, as events or as a JSON array. A call is in one chunk, so its
/// pieces are held until something else follows; of a stream that fails no held call is told.
/// Each candidate's reason is in its last chunk, the tokens are in the last of all.
final class GeminiStreamWriter implements StreamWriter {
  private final boolean array;
  private final TreeMap<Integer, CandidateWriter> candidates = new TreeMap<>();
  private String id;
  private String model = "";
  private @Nullable TokenCount usage;
  private boolean any;
  private boolean over;

  GeminiStreamWriter(StreamForm form) {
    this.array = form.array();
    this.id = form.id();
  }

  @Override
  public void write(AnswerEvent event, StringBuilder out) {
    if (over) {
      throw new DialectException("stream", "has ended before " + event);
    }
    switch (event) {
      case AnswerEvent.Started e -> {
        id = e.id() == null ? id : e.id();
        model = e.model();
      }
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Further e -> candidate(e.answer()).write(e.step(), to(out));
      case AnswerEvent.Ended ignored -> end(out);
      case AnswerEvent.Failed e -> {
        element(Errors.write(e.error()), out);
        close(out);
      }
      default -> candidate(0).write(event, to(out));
    }
  }

  private CandidateWriter candidate(int number) {
    return candidates.computeIfAbsent(number, CandidateWriter::new);
  }

  private Consumer<ObjectNode> to(StringBuilder out) {
    return candidate -> element(AnswerWriter.chunk(candidate, null, model, id), out);
  }

  private void end(StringBuilder out) {
    candidate(0);
    int left = candidates.size();
    for (CandidateWriter candidate : candidates.values()) {
      ObjectNode last = candidate.end(to(out));
      left--;
      element(AnswerWriter.chunk(last, left == 0 ? usage : null, model, id), out);
    }
    close(out);
  }

  private void element(ObjectNode element, StringBuilder out) {
    if (array) {
      out.append(any ? ",\n" : "[").append(Json.write(element));
    } else {
      out.append("data: ").append(Json.write(element)).append("\n\n");
    }
    any = true;
  }

  private void close(StringBuilder out) {
    over = true;
    if (array) {
      out.append("]\n");
    }
  }
}
