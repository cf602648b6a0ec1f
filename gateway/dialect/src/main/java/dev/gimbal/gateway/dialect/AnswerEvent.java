package dev.gimbal.gateway.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A step of a streamed answer, said in no dialect. The order is [Started], pieces of parts,
/// [Stopped], then [Ended]; [Counted] may come anywhere between. Parts are numbered from 0 in the
/// order in which they begin. Where several answers were asked for, what belongs to another than
/// the first comes as [Further]. [Failed] ends a stream at any point.
public sealed interface AnswerEvent {

  /// @param id null: the provider gave none
  /// @param created seconds since 1970; null: not said
  record Started(@Nullable String id, String model, @Nullable Long created)
      implements AnswerEvent {}

  /// @param logprobs of its tokens, where they were asked for
  record TextPiece(int part, String text, List<TokenLogprob> logprobs) implements AnswerEvent {
    public TextPiece {
      logprobs = List.copyOf(logprobs);
    }

    public TextPiece(int part, String text) {
      this(part, text, List.of());
    }
  }

  record RefusalPiece(int part, String text) implements AnswerEvent {}

  record ThinkingPiece(int part, String text) implements AnswerEvent {}

  /// The signature of a thinking part, behind its text.
  record ThinkingSigned(int part, String signature) implements AnswerEvent {}

  record HiddenThinking(int part, @Nullable String id, String data) implements AnswerEvent {}

  /// @param signature null: none
  record ToolStarted(int part, String id, String name, @Nullable String signature)
      implements AnswerEvent {}

  /// @param json the next piece of the call's arguments
  record ToolPiece(int part, String json) implements AnswerEvent {}

  /// A picture or the like that the model made, whole.
  record MediaGiven(int part, Part.Media media) implements AnswerEvent {}

  /// Tokens so far; what a later one does not know stays as an earlier one said.
  record Counted(TokenCount usage) implements AnswerEvent {}

  record Stopped(Stop stop) implements AnswerEvent {}

  /// A piece of another answer than the first, or its [Stopped]. Each answer numbers its own parts.
  ///
  /// @param answer from 1
  record Further(int answer, AnswerEvent step) implements AnswerEvent {}

  /// The stream is whole.
  record Ended() implements AnswerEvent {}

  record Failed(ModelError error) implements AnswerEvent {}

  /// Hears the steps of one of several answers.
  ///
  /// @param answer from 0
  static Consumer<AnswerEvent> of(int answer, Consumer<AnswerEvent> to) {
    return answer == 0 ? to : step -> to.accept(new Further(answer, step));
  }

  /// A whole answer as the events of its stream, each part in one piece.
  static List<AnswerEvent> of(ModelAnswer answer) {
    List<AnswerEvent> events = new ArrayList<>();
    events.add(new Started(answer.id(), answer.model(), answer.created()));
    int which = 0;
    for (ModelAnswer.Choice choice : answer.choices()) {
      Consumer<AnswerEvent> to = of(which++, events::add);
      int number = 0;
      for (Part part : choice.parts()) {
        of(number++, part).forEach(to);
      }
      to.accept(new Stopped(choice.stop()));
    }
    if (answer.usage() != null) {
      events.add(new Counted(answer.usage()));
    }
    events.add(new Ended());
    return events;
  }

  private static List<AnswerEvent> of(int number, Part part) {
    return switch (part) {
      case Part.Text text -> List.of(new TextPiece(number, text.text(), text.logprobs()));
      case Part.Refusal refusal -> List.of(new RefusalPiece(number, refusal.text()));
      case Part.Thinking thinking ->
          thinking.signature() == null
              ? List.of(new ThinkingPiece(number, thinking.text()))
              : List.of(
                  new ThinkingPiece(number, thinking.text()),
                  new ThinkingSigned(number, thinking.signature()));
      case Part.HiddenThinking hidden ->
          List.of(new HiddenThinking(number, hidden.id(), hidden.data()));
      case Part.ToolCall call ->
          List.of(
              new ToolStarted(number, call.id(), call.name(), call.signature()),
              new ToolPiece(number, call.arguments()));
      case Part.Media media -> List.of(new MediaGiven(number, media));
      case Part.ToolResult result ->
          throw new DialectException("answer", "holds the result of " + result.callId());
    };
  }
}
