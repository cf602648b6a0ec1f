package dev.gimbal.knowledge.api;

import dev.gimbal.platform.http.Caller;
import org.jspecify.annotations.Nullable;

/// Finds passages and answers questions from a tenant's documents. Thread-safe; blocks, at most for
/// the configured deadline. Both methods see the caller's tenant only, and of each document the
/// version that serves.
public interface Knowledge {

  /// The passages that fit a question best.
  ///
  /// @param collection name or id
  /// @param traceparent the caller's trace to continue; null: none
  /// @throws KnowledgeException [KnowledgeError#COLLECTION_UNKNOWN],
  ///     [KnowledgeError#QUESTION_TOO_LONG]
  Found search(
      Caller caller, String collection, SearchRequest request, @Nullable String traceparent);

  /// Answers a question, or says that the documents do not.
  ///
  /// @param collection name or id
  /// @param listener hears the answer piece by piece, on the calling thread
  /// @throws KnowledgeException [KnowledgeError#COLLECTION_UNKNOWN],
  ///     [KnowledgeError#CONVERSATION_UNKNOWN], [KnowledgeError#QUESTION_TOO_LONG]
  CitedAnswer ask(Caller caller, String collection, AskRequest request, AnswerListener listener);
}
