package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.responses.ResponsesDialect;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What goes over the wire in the Responses dialect, for its tests.
final class ResponsesWire {
  static final ResponsesDialect DIALECT = new ResponsesDialect();
  private static final StreamForm FORM = new StreamForm("call-7", 1_760_000_000L, true, false);

  private ResponsesWire() {}

  static ModelRequest request(String json) {
    return DIALECT.readRequest(Samples.tree(json));
  }

  /// The call written and read again.
  static ModelRequest again(ModelRequest request) {
    return DIALECT.readRequest(DIALECT.writeRequest(request, new Losses()));
  }

  static ModelRequest turns(ModelRequest.Turn... turns) {
    return new Samples.Change(Samples.plain()).turns(List.of(turns), List.of());
  }

  static ModelAnswer answer(List<Part> parts, Stop stop) {
    return new ModelAnswer("resp_7", "some-model", 1_760_000_000L, parts, stop, null);
  }

  /// @param events the data of one event a line
  static List<AnswerEvent> read(String events) {
    StreamReader reader = DIALECT.streamReader();
    List<AnswerEvent> read = new ArrayList<>();
    events.lines().forEach(line -> reader.event(null, line, read::add));
    reader.end(read::add);
    return read;
  }

  static ModelAnswer collected(List<AnswerEvent> events) {
    AnswerCollector collector = new AnswerCollector();
    events.forEach(collector);
    return collector.answer();
  }

  static String written(AnswerEvent... events) {
    StreamWriter writer = DIALECT.streamWriter(FORM);
    StringBuilder out = new StringBuilder();
    for (AnswerEvent event : events) {
      writer.write(event, out);
    }
    return out.toString();
  }

  /// The data of the events of a stream.
  static List<JsonNode> data(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> Samples.tree(line.substring(6)))
        .toList();
  }

  static List<String> types(String stream) {
    return data(stream).stream().map(event -> event.path("type").asText()).toList();
  }

  /// The stream read again.
  static List<AnswerEvent> again(String stream) {
    StringBuilder lines = new StringBuilder();
    data(stream).forEach(event -> lines.append(event).append('\n'));
    return read(lines.toString());
  }

  static AnswerEvent.Started started(@Nullable String id) {
    return new AnswerEvent.Started(id, "some-model", 1_760_000_000L);
  }

  static AnswerEvent.Stopped stopped(Stop.Reason reason) {
    return new AnswerEvent.Stopped(Stop.of(reason));
  }
}
