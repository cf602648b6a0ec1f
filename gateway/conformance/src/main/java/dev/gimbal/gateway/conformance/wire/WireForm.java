package dev.gimbal.gateway.conformance.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What one wire looks like: the requests that its clients send, the answers that its vendor
/// gives, and a strict reading of both. Stateless.
public interface WireForm {

  /// Where a client sends a request at a gateway.
  String path(String model, boolean stream);

  /// Whether the vendor's server has a path, its query included.
  boolean takes(String target);

  /// The headers of a client with a key.
  Map<String, String> headers(String key);

  /// A request as a client writes it.
  ObjectNode request(Ask ask);

  /// The next request of a conversation: what was answered goes back as it came, with the results
  /// of its tool calls, by their ids, or a further question where it called none.
  ObjectNode followUp(ObjectNode request, JsonNode answer, String result);

  /// A whole answer as the vendor writes it.
  ObjectNode answer(Said said);

  /// The events of a streamed answer, each with the empty line behind it.
  List<String> events(Said said);

  /// A stream that says text, stop and usage in one event; empty where the wire cannot.
  Optional<List<String>> inOne(Said said);

  /// Adds a picture to a request's question.
  ObjectNode picture(ObjectNode request, String base64);

  /// The body of an error answer.
  ObjectNode error(int status, String message);

  /// An error inside of a stream.
  String errorEvent(String message);

  /// Reads a whole answer.
  Heard readAnswer(JsonNode answer);

  /// Reads a streamed answer.
  Heard readEvents(List<SentEvent> events);

  /// The message of an error body; empty if it does not have the wire's shape.
  Optional<String> readError(JsonNode body);

  /// The ids of tool results in a request, those of one turn together, in order.
  List<List<String>> resultGroups(JsonNode request);

  /// The arguments of the tool calls that a request repeats.
  List<JsonNode> repeatedArguments(JsonNode request);

  /// The schema of a request's first tool; missing if it has none.
  JsonNode toolSchema(JsonNode request);

  /// Whether a request asks for a stream.
  boolean asksStream(String target, JsonNode request);

  /// A list of the models `model` and `other` as the vendor shows it.
  ObjectNode models();
}
