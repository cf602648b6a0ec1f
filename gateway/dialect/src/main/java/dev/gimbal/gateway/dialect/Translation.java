package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Puts a caller's calls into the dialect of a target, and the target's answers into the caller's.
/// Thread-safe.
///
/// @param caller the dialect of whoever asks
/// @param target the dialect of whoever answers
public record Translation(Dialect caller, Dialect target) {

  /// A call in the target's dialect.
  ///
  /// @param warnings fields of the caller that were left out because the answer is right without
  public record TranslatedRequest(ObjectNode body, List<String> warnings) {
    public TranslatedRequest {
      warnings = List.copyOf(warnings);
    }
  }

  /// Puts a call into the target's dialect.
  ///
  /// @param model as the target names it
  /// @param stream whether a stream is asked for, which some dialects do not say in the body; its
  ///     tokens are always asked for
  /// @throws DialectException with the caller's field that is wrong or that the target cannot say
  public TranslatedRequest request(JsonNode body, String model, boolean stream) {
    ModelRequest read = caller.readRequest(body);
    List<String> warnings = new ArrayList<>();
    Map<String, String> hints = new TreeMap<>();
    for (Leftover leftover : read.leftovers()) {
      if (!leftover.harmless()) {
        throw new DialectException(
            leftover.field(), "cannot be said to this model, which speaks " + target.name());
      }
      @Nullable String said = hinted(leftover.field());
      if (said == null) {
        warnings.add(leftover.field());
      } else {
        hints.put(leftover.field(), said);
      }
    }
    Losses losses = new Losses();
    List<ModelRequest.Turn> turns =
        same() ? read.turns() : Origin.own(read.turns(), target, losses);
    ObjectNode written = target.writeRequest(sent(read, turns, model, stream), losses);
    for (Feature feature : losses.harmful()) {
      throw new DialectException(
          field(feature), "cannot be said to this model, which speaks " + target.name());
    }
    losses.harmless().forEach(feature -> warnings.add(field(feature)));
    hints.forEach((from, to) -> hint(body.at(pointer(from)), to, written));
    return new TranslatedRequest(written, warnings);
  }

  /// Where the target says what the caller said there; null: nowhere.
  private @Nullable String hinted(String field) {
    if (same() || !target.takesHints()) {
      return null;
    }
    for (Hint hint : Hint.values()) {
      if (field.equals(caller.field(hint))) {
        return target.field(hint);
      }
    }
    return null;
  }

  private static String pointer(String field) {
    return "/" + field.replace('.', '/');
  }

  private static void hint(JsonNode value, String field, ObjectNode call) {
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    int last = field.lastIndexOf('.');
    ObjectNode parent = last < 0 ? call : call.withObject(pointer(field.substring(0, last)));
    parent.set(field.substring(last + 1), value);
  }

  private String field(Feature feature) {
    @Nullable String field = caller.callerField(feature);
    if (field == null) {
      throw new IllegalStateException(caller.name() + " asked for " + feature + " without a field");
    }
    return field;
  }

  private boolean same() {
    return caller.name().equals(target.name());
  }

  private static ModelRequest sent(
      ModelRequest read, List<ModelRequest.Turn> turns, String model, boolean stream) {
    return new ModelRequest(
        model,
        read.system(),
        turns,
        read.tools(),
        read.toolUse(),
        read.sampling(),
        read.reasoning(),
        read.form(),
        stream,
        stream,
        read.caller(),
        read.leftovers());
  }

  /// Puts a whole answer into the caller's dialect.
  public ObjectNode answer(JsonNode body) {
    return caller.writeAnswer(marked(target.readAnswer(body)));
  }

  /// What leaves the target's dialect says where it came from, for [#request] to know it again.
  public ModelAnswer marked(ModelAnswer answer) {
    return same() ? answer : answer.with(part -> Origin.marked(part, target));
  }

  /// The same of a step of a stream.
  public AnswerEvent marked(AnswerEvent event) {
    return same() ? event : Origin.marked(event, target);
  }

  /// Puts an error answer into the caller's dialect.
  public ObjectNode error(int status, @Nullable JsonNode body) {
    return caller.writeError(target.readError(status, body));
  }
}
