package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// One way of asking a model and of answering. What is read in one dialect can be written in any
/// other; nothing is dropped without a word: what a reader does not understand is a
/// [Leftover], what a writer cannot say goes to its [Losses]. Thread-safe; readers and writers of
/// streams are not.
public interface Dialect {

  /// `openai-chat`, `anthropic-messages` …
  String name();

  /// What a caller calls a feature: `max_tokens`; null if this dialect cannot ask for it.
  @Nullable String field(Feature feature);

  /// What a caller calls a feature, also where it is read from callers and not written to
  /// upstreams: a mark for a cache that some servers of a dialect know and others refuse.
  default @Nullable String callerField(Feature feature) {
    return field(feature);
  }

  /// Where the dialect says a hint: `text.verbosity`; null if it cannot.
  default @Nullable String field(Hint hint) {
    return null;
  }

  /// Whether an upstream may be sent a [Hint]: some servers refuse what they do not know.
  default boolean takesHints() {
    return true;
  }

  /// Reads a call.
  ///
  /// @throws DialectException if a field has a wrong form; it names the field
  ModelRequest readRequest(JsonNode body);

  /// Writes a call for an upstream.
  ObjectNode writeRequest(ModelRequest request, Losses losses);

  /// Reads a whole answer of status 200.
  ///
  /// @throws DialectException if it is none
  ModelAnswer readAnswer(JsonNode body);

  /// Writes a whole answer.
  ObjectNode writeAnswer(ModelAnswer answer);

  /// A reader for one stream.
  StreamReader streamReader();

  /// A writer for one stream.
  StreamWriter streamWriter(StreamForm form);

  /// Reads an error answer; what is no error of this dialect becomes one by its status.
  ModelError readError(int status, @Nullable JsonNode body);

  /// Writes an error answer.
  ObjectNode writeError(ModelError error);
}
