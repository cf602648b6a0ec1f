package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Application;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An application's answer in OpenAI's form, whole or in chunks.
final class ApplicationOutput implements ApplicationForm {
  private static final Buffer DONE = Buffer.buffer("data: [DONE]\n\n");

  private final String id;
  private final long created;
  private final String model;

  ApplicationOutput(CallTicket ticket) {
    this.id = "chatcmpl-" + Ledger.text(ticket.id());
    this.created = ticket.at().getEpochSecond();
    this.model = ticket.fields().model();
  }

  record Completion(
      String id,
      String object,
      long created,
      String model,
      List<Choice> choices,
      @Nullable Tokens usage) {}

  record Choice(
      int index,
      @Nullable Message message,
      @Nullable Message delta,
      @Nullable String finishReason) {}

  record Message(
      @Nullable String role, @Nullable String content, @Nullable List<Annotation> annotations) {}

  record Annotation(String type, UrlCitation urlCitation) {}

  record UrlCitation(int startIndex, int endIndex, String title, String url) {}

  record Tokens(long promptTokens, long completionTokens, long totalTokens) {}

  @Override
  public String contentType() {
    return "text/event-stream";
  }

  @Override
  public Buffer whole(Application.Answer answer) {
    Message message = new Message("assistant", answer.text(), annotations(answer));
    Choice choice = new Choice(0, message, null, "stop");
    return Buffer.buffer(
        Json.bytes(
            new Completion(
                id, "chat.completion", created, model, List.of(choice), tokens(answer))));
  }

  @Override
  public Buffer first() {
    return chunk(new Message("assistant", "", null), null);
  }

  @Override
  public Buffer piece(String text) {
    return chunk(new Message(null, text, null), null);
  }

  @Override
  public Buffer last(Application.Answer answer, boolean usage) {
    Buffer last = chunk(new Message(null, null, annotations(answer)), "stop");
    if (usage) {
      last.appendBuffer(usage(answer));
    }
    return last.appendBuffer(DONE);
  }

  @Override
  public Buffer error(ErrorAnswer error) {
    return error.event();
  }

  @Override
  public boolean comments() {
    return true;
  }

  /// The extra chunk with usage; empty if nobody knows it.
  private Buffer usage(Application.Answer answer) {
    Tokens tokens = tokens(answer);
    return tokens == null ? Buffer.buffer() : event(List.of(), tokens);
  }

  private Buffer chunk(Message delta, @Nullable String finishReason) {
    return event(List.of(new Choice(0, null, delta, finishReason)), null);
  }

  private Buffer event(List<Choice> choices, @Nullable Tokens tokens) {
    Completion chunk = new Completion(id, "chat.completion.chunk", created, model, choices, tokens);
    return Buffer.buffer("data: ").appendBytes(Json.bytes(chunk)).appendString("\n\n");
  }

  private static List<Annotation> annotations(Application.Answer answer) {
    return answer.citations().stream()
        .map(c -> new UrlCitation(c.start(), c.end(), c.title(), c.url()))
        .map(c -> new Annotation("url_citation", c))
        .toList();
  }

  private static @Nullable Tokens tokens(Application.Answer answer) {
    Long input = answer.inputTokens();
    Long output = answer.outputTokens();
    return input == null || output == null ? null : new Tokens(input, output, input + output);
  }
}
