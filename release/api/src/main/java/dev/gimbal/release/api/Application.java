package dev.gimbal.release.api;

import dev.gimbal.platform.http.Caller;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Something that answers an input: a knowledge base now; an analyst, an agent, a classifier later.
/// Callers reach it as the model `app:NAME`, evaluation reaches it directly. Thread-safe; blocks.
public interface Application {

  /// Its name within its tenant.
  String name();

  /// Answers. Pieces of text reach the sink in order as they come; the answer holds the whole.
  ///
  /// @throws dev.gimbal.platform.errors.GimbalException with the code that the caller is to see
  Answer run(Caller caller, Input input, Sink sink);

  /// What is asked.
  ///
  /// @param turns the conversation so far, oldest first; the last one is the question and is by
  ///     the user
  /// @param call the record of this call in the ledger, the parent of what it calls
  record Input(List<Turn> turns, UUID call) {
    public Input {
      turns = List.copyOf(turns);
      if (turns.isEmpty() || turns.getLast().by() != Turn.By.USER) {
        throw new IllegalArgumentException("the last turn must be the user's");
      }
    }
  }

  /// One turn of a conversation.
  record Turn(By by, String text) {

    /// Who spoke.
    public enum By {
      USER,
      APPLICATION
    }
  }

  /// Takes the pieces of an answer.
  @FunctionalInterface
  interface Sink {
    /// Drops every piece: for callers that want the whole answer only.
    Sink NONE = piece -> {};

    /// May throw to stop the run: the caller went away.
    void text(String piece);
  }

  /// An answer.
  ///
  /// @param kind as in `generated`, `quoted`, `refused`
  /// @param citations in the order of their first use
  /// @param inputTokens of the model calls below; null if unknown or none
  record Answer(
      String text,
      String kind,
      List<Citation> citations,
      @Nullable Long inputTokens,
      @Nullable Long outputTokens) {
    public Answer {
      citations = List.copyOf(citations);
    }
  }

  /// A place that a stretch of the answer rests on.
  ///
  /// @param start of the stretch in the answer, in code points
  /// @param end behind it
  /// @param url opens the place in the console
  record Citation(int start, int end, String title, String url) {}
}
