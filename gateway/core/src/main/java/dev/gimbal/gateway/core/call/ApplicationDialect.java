package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.Dialect;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import dev.gimbal.release.api.Application.Citation;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An application's answer in a dialect that has a writer. A whole answer has its citations in the
/// dialect's own place for them; a stream has the text alone.
final class ApplicationDialect implements ApplicationForm {
  private final Endpoint endpoint;
  private final Dialect dialect;
  private final StreamForm form;
  private final String model;
  private final StreamWriter writer;

  ApplicationDialect(CallTicket ticket) {
    this.endpoint = ticket.endpoint();
    this.dialect = Translations.caller(endpoint, call(ticket));
    this.model = ticket.fields().model();
    this.form =
        new StreamForm(
            Ledger.text(ticket.id()), ticket.at().getEpochSecond(), true, ticket.fields().array());
    this.writer = dialect.streamWriter(form);
  }

  /// What is no JSON is refused when it is read as a conversation.
  private static JsonNode call(CallTicket ticket) {
    try {
      return Json.MAPPER.readTree(ticket.body().getBytes());
    } catch (IOException e) {
      return Json.MAPPER.createObjectNode();
    }
  }

  @Override
  public String contentType() {
    return form.array() ? "application/json" : "text/event-stream";
  }

  @Override
  public Buffer whole(Application.Answer answer) {
    ObjectNode written =
        dialect.writeAnswer(
            new ModelAnswer(
                form.id(),
                model,
                form.created(),
                List.of(new Part.Text(answer.text())),
                Stop.of(Stop.Reason.END),
                usage(answer)));
    if (!answer.citations().isEmpty()) {
      cite(written, answer);
    }
    return Buffer.buffer(Json.bytes(written));
  }

  private void cite(ObjectNode written, Application.Answer answer) {
    switch (endpoint) {
      case RESPONSES -> {
        if (written.at("/output/0/content/0") instanceof ObjectNode text) {
          ArrayNode annotations = text.putArray("annotations");
          answer.citations().forEach(citation -> annotations.add(annotation(citation)));
        }
      }
      case MESSAGES -> {
        if (written.at("/content/0") instanceof ObjectNode text) {
          ArrayNode citations = text.putArray("citations");
          for (int i = 0; i < answer.citations().size(); i++) {
            citations.add(location(i, answer));
          }
        }
      }
      case GENERATE_CONTENT -> {
        if (written.at("/candidates/0") instanceof ObjectNode candidate) {
          candidate.set("groundingMetadata", grounding(answer));
        }
      }
      default -> throw new IllegalStateException("no application answers " + endpoint);
    }
  }

  private static JsonNode annotation(Citation citation) {
    return Json.MAPPER
        .createObjectNode()
        .put("type", "url_citation")
        .put("start_index", citation.start())
        .put("end_index", citation.end())
        .put("title", citation.title())
        .put("url", citation.url());
  }

  private static JsonNode location(int index, Application.Answer answer) {
    Citation citation = answer.citations().get(index);
    return Json.MAPPER
        .createObjectNode()
        .put("type", "search_result_location")
        .put("cited_text", stretch(answer.text(), citation))
        .put("source", citation.url())
        .put("title", citation.title())
        .put("search_result_index", index)
        .put("start_block_index", 0)
        .put("end_block_index", 1);
  }

  /// Its offsets are of bytes.
  private static ObjectNode grounding(Application.Answer answer) {
    ObjectNode grounding = Json.MAPPER.createObjectNode();
    ArrayNode chunks = grounding.putArray("groundingChunks");
    ArrayNode supports = grounding.putArray("groundingSupports");
    for (int i = 0; i < answer.citations().size(); i++) {
      Citation citation = answer.citations().get(i);
      chunks.addObject().putObject("web").put("uri", citation.url()).put("title", citation.title());
      ObjectNode support = supports.addObject();
      support
          .putObject("segment")
          .put("startIndex", bytes(answer.text(), citation.start()))
          .put("endIndex", bytes(answer.text(), citation.end()))
          .put("text", stretch(answer.text(), citation));
      support.putArray("groundingChunkIndices").add(i);
    }
    return grounding;
  }

  private static int offset(String text, int codePoints) {
    return text.offsetByCodePoints(0, Math.min(codePoints, text.codePointCount(0, text.length())));
  }

  private static int bytes(String text, int codePoints) {
    return text.substring(0, offset(text, codePoints)).getBytes(StandardCharsets.UTF_8).length;
  }

  private static String stretch(String text, Citation citation) {
    return text.substring(offset(text, citation.start()), offset(text, citation.end()));
  }

  @Override
  public Buffer first() {
    return written(new AnswerEvent.Started(form.id(), model, form.created()));
  }

  @Override
  public Buffer piece(String text) {
    return written(new AnswerEvent.TextPiece(0, text));
  }

  @Override
  public Buffer last(Application.Answer answer, boolean usage) {
    Buffer last = written(new AnswerEvent.Stopped(Stop.of(Stop.Reason.END)));
    TokenCount count = usage(answer);
    if (count != null) {
      last.appendBuffer(written(new AnswerEvent.Counted(count)));
    }
    return last.appendBuffer(written(new AnswerEvent.Ended()));
  }

  @Override
  public Buffer error(ErrorAnswer error) {
    return ErrorForm.of(endpoint).event(error);
  }

  @Override
  public boolean comments() {
    return !form.array();
  }

  private Buffer written(AnswerEvent event) {
    StringBuilder out = new StringBuilder();
    writer.write(event, out);
    return Buffer.buffer(out.toString());
  }

  private static @Nullable TokenCount usage(Application.Answer answer) {
    Long input = answer.inputTokens();
    Long output = answer.outputTokens();
    return input == null || output == null ? null : new TokenCount(input, null, null, output, null);
  }
}
