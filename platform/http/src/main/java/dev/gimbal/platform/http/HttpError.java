package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.ErrorCode;

/// What can be wrong with a request before any room sees it.
public enum HttpError implements ErrorCode {
  REQUEST_INVALID(400, Blame.USER, false, "A field of the request is missing or wrong."),
  CREDENTIAL_MISSING(401, Blame.USER, false, "The credential is missing, unknown or expired."),
  RIGHT_MISSING(403, Blame.USER, false, "The caller's role lacks a right; the message names it."),
  PATH_UNKNOWN(404, Blame.USER, false, "There is no such path."),
  METHOD_UNSUPPORTED(405, Blame.USER, false, "The path does not take this method."),
  IDEMPOTENCY_CONFLICT(
      409, Blame.USER, false, "The idempotency key was used before with another body."),
  IDEMPOTENCY_RUNNING(
      409, Blame.USER, true, "A request under this idempotency key is being handled."),
  VERSION_STALE(412, Blame.USER, false, "The thing changed since the version in If-Match."),
  BODY_TOO_LARGE(413, Blame.USER, false, "The body is larger than the limit."),
  BODY_TOO_SLOW(408, Blame.USER, true, "The body did not arrive in time."),
  MEDIA_UNSUPPORTED(415, Blame.USER, false, "The content type is not one that the path takes."),
  HEAD_TOO_LARGE(431, Blame.USER, false, "The request's line and headers are over the limit."),
  SERVER_BUSY(503, Blame.RESOURCE, true, "A bounded queue is full; try again later."),
  SERVER_DRAINING(503, Blame.RESOURCE, true, "The server is stopping and takes no new work."),
  RESOURCE_DECLARED(409, Blame.USER, false, "It is declared in a file; change it there."),
  ROOM_ABSENT(501, Blame.USER, false, "This server runs without the room that has this path."),
  SERVER_FAILED(500, Blame.INTERNAL, false, "A defect of ours; the log has the request id.");

  private final Facts facts;

  HttpError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
