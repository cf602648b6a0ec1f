package dev.gimbal.knowledge.api;

import dev.gimbal.platform.errors.ErrorCode;

/// What can go wrong with documents and questions.
public enum KnowledgeError implements ErrorCode {
  COLLECTION_UNKNOWN(404, Blame.USER, false, "There is no collection of this name or id."),
  COLLECTION_EXISTS(409, Blame.USER, false, "A collection of this name exists."),
  DOCUMENT_UNKNOWN(404, Blame.USER, false, "There is no document of this key or id."),
  VERSION_UNKNOWN(404, Blame.USER, false, "The document has no such version."),
  CONVERSATION_UNKNOWN(404, Blame.USER, false, "There is no conversation of this id."),
  JOB_UNKNOWN(404, Blame.USER, false, "There is no job of this id."),
  DOCUMENT_EMPTY(422, Blame.USER, false, "The file is empty or holds no text."),
  DOCUMENT_TOO_LARGE(413, Blame.USER, false, "The file is larger than the limit."),
  DOCUMENT_TOO_LONG(422, Blame.USER, false, "The text, its pages or its parts pass the limit."),
  DOCUMENT_UNREADABLE(422, Blame.USER, false, "The file is damaged and cannot be read."),
  DOCUMENT_ENCRYPTED(422, Blame.USER, false, "The file needs a password."),
  FORMAT_UNSUPPORTED(415, Blame.USER, false, "The file's format is not one that is read."),
  DOCUMENT_SUSPICIOUS(
      422, Blame.USER, false, "The file unpacks or nests beyond the limits, as a bomb does."),
  PARSER_TIMED_OUT(422, Blame.USER, false, "Reading the file took longer than the limit."),
  PARSER_FAILED(500, Blame.INTERNAL, true, "The parser process died on the file."),
  QUESTION_TOO_LONG(400, Blame.USER, false, "The question is longer than the limit."),
  FILTER_INVALID(400, Blame.USER, false, "A filter names an unknown field or a wrong value."),
  EMBEDDING_FAILED(
      502, Blame.EXTERNAL, true, "The embedding model refused or stayed away; upload again."),
  INGESTION_CANCELLED(409, Blame.USER, true, "The job was cancelled before the file was read."),
  INGESTION_FAILED(500, Blame.INTERNAL, true, "Work on the file failed again and again."),
  INGESTION_BUSY(503, Blame.RESOURCE, true, "Too much work waits; try again later."),
  STORAGE_FULL(507, Blame.RESOURCE, true, "The disk for documents is full.");

  private final Facts facts;

  KnowledgeError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
