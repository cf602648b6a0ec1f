package dev.gimbal.knowledge.api;

/// How a question was answered.
public enum AnswerKind {
  /// A model wrote the answer from the passages that it cites.
  GENERATED,
  /// The sentences of the documents that answer, word for word.
  QUOTED,
  /// The documents do not support an answer.
  REFUSED
}
