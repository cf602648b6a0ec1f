package dev.gimbal.knowledge.api;

import dev.gimbal.release.api.Application;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A question.
///
/// @param question at most 8 KiB
/// @param conversation that it goes on with; null: a new one
/// @param kind the only kind of answer that is wanted besides a refusal; null: the best there is
/// @param earlier turns that the caller keeps itself; only without a conversation
/// @param kept whether question and answer are kept as a conversation of the caller
/// @param parent the call that this works for; null if none
/// @param traceparent the caller's trace to continue; null: none
public record AskRequest(
    String question,
    @Nullable UUID conversation,
    Retrieval retrieval,
    @Nullable AnswerKind kind,
    SearchFilter filter,
    List<Application.Turn> earlier,
    boolean kept,
    @Nullable UUID parent,
    @Nullable String traceparent) {
  public AskRequest {
    earlier = List.copyOf(earlier);
  }
}
