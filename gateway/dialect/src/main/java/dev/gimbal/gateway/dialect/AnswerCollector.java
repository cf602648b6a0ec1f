package dev.gimbal.gateway.dialect;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes a whole answer of a stream's events, for a caller that asked for no stream of an upstream
/// that sends one all the same. For one thread at a time.
public final class AnswerCollector implements Consumer<AnswerEvent> {
  private final TreeMap<Integer, Answer> answers = new TreeMap<>();
  private AnswerEvent.@Nullable Started started;
  private @Nullable TokenCount usage;
  private @Nullable ModelError failure;

  private static final class Answer {
    private final TreeMap<Integer, Piece> parts = new TreeMap<>();
    private @Nullable Stop stop;

    Piece piece(int number, AnswerEvent event) {
      return parts.computeIfAbsent(number, n -> new Piece(event));
    }

    ModelAnswer.Choice whole() {
      List<Part> whole = new ArrayList<>();
      parts.values().forEach(piece -> whole.add(piece.part()));
      return new ModelAnswer.Choice(
          whole, Objects.requireNonNullElse(stop, Stop.of(Stop.Reason.END)));
    }
  }

  private static final class Piece {
    private final AnswerEvent first;
    private final StringBuilder text = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>(0);
    private @Nullable String signature;

    Piece(AnswerEvent first) {
      this.first = first;
    }

    Part part() {
      return switch (first) {
        case AnswerEvent.TextPiece ignored -> new Part.Text(text.toString(), null, logprobs);
        case AnswerEvent.RefusalPiece ignored -> new Part.Refusal(text.toString());
        case AnswerEvent.ThinkingPiece ignored -> new Part.Thinking(text.toString(), signature);
        case AnswerEvent.ThinkingSigned ignored -> new Part.Thinking(text.toString(), signature);
        case AnswerEvent.HiddenThinking hidden ->
            new Part.HiddenThinking(hidden.id(), hidden.data());
        case AnswerEvent.ToolStarted tool ->
            new Part.ToolCall(
                tool.id(),
                tool.name(),
                text.isEmpty() ? "{}" : text.toString(),
                tool.signature(),
                null);
        case AnswerEvent.MediaGiven given -> given.media();
        default -> throw new IllegalStateException("no part begins with " + first);
      };
    }
  }

  @Override
  public void accept(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.Started e -> started = e;
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Ended ignored -> {
        // says nothing of its own
      }
      case AnswerEvent.Failed e -> failure = e.error();
      case AnswerEvent.Further e -> step(answer(e.answer()), e.step());
      default -> step(answer(0), event);
    }
  }

  private Answer answer(int number) {
    return answers.computeIfAbsent(number, n -> new Answer());
  }

  private static void step(Answer answer, AnswerEvent event) {
    switch (event) {
      case AnswerEvent.TextPiece e -> {
        Piece piece = answer.piece(e.part(), e);
        piece.text.append(e.text());
        piece.logprobs.addAll(e.logprobs());
      }
      case AnswerEvent.RefusalPiece e -> answer.piece(e.part(), e).text.append(e.text());
      case AnswerEvent.ThinkingPiece e -> answer.piece(e.part(), e).text.append(e.text());
      case AnswerEvent.ThinkingSigned e -> answer.piece(e.part(), e).signature = e.signature();
      case AnswerEvent.HiddenThinking e -> answer.piece(e.part(), e);
      case AnswerEvent.ToolStarted e -> answer.piece(e.part(), e);
      case AnswerEvent.ToolPiece e -> answer.piece(e.part(), e).text.append(e.json());
      case AnswerEvent.MediaGiven e -> answer.piece(e.part(), e);
      case AnswerEvent.Stopped e -> answer.stop = e.stop();
      default -> throw new IllegalStateException("no step of an answer: " + event);
    }
  }

  /// The error that ended the stream; null if none did.
  public @Nullable ModelError failure() {
    return failure;
  }

  /// The answer so far.
  ///
  /// @throws IllegalStateException before the stream began
  public ModelAnswer answer() {
    AnswerEvent.Started head = started;
    if (head == null) {
      throw new IllegalStateException("the stream has not begun");
    }
    ModelAnswer.Choice first = answer(0).whole();
    List<ModelAnswer.Choice> others =
        answers.tailMap(1).values().stream().map(Answer::whole).toList();
    return new ModelAnswer(
        head.id(), head.model(), head.created(), first.parts(), first.stop(), others, usage);
  }
}
