package dev.gimbal.gateway.api;

import dev.gimbal.platform.errors.ErrorCode;

/// Why a model call did not go through.
public enum GatewayError implements ErrorCode {
  MODEL_UNKNOWN(404, Blame.USER, false, "No provider, route or application has this name."),
  FIELD_INVALID(400, Blame.USER, false, "A field of the call is missing, wrong or stands twice."),
  MODEL_MISMATCHED(400, Blame.USER, false, "The model does not do what this path asks for."),
  CONTEXT_LENGTH_EXCEEDED(400, Blame.USER, false, "The prompt is longer than the model can read."),
  RATE_LIMITED(429, Blame.USER, true, "A limit on requests, tokens or parallel calls is spent."),
  BUDGET_SPENT(429, Blame.USER, false, "The budget is spent."),
  CALL_CANCELLED(409, Blame.USER, false, "Somebody with the right to do so ended the call."),
  MODEL_UNPRICED(400, Blame.USER, false, "A hard budget takes no model that has no price."),
  LIMITS_UNAVAILABLE(503, Blame.RESOURCE, true, "Limits could not be leased from the database."),
  BUDGET_UNKNOWN(404, Blame.USER, false, "There is no budget of this name."),
  BUDGET_EXISTS(409, Blame.USER, false, "A budget of this name exists."),
  LIMIT_UNKNOWN(404, Blame.USER, false, "There is no limit of this name."),
  LIMIT_EXISTS(409, Blame.USER, false, "A limit of this name exists."),
  CALL_TOO_DEEP(400, Blame.USER, false, "Applications call each other more than four deep."),
  UPSTREAM_REFUSED(502, Blame.EXTERNAL, false, "The provider refused the credential or request."),
  UPSTREAM_FAILED(502, Blame.EXTERNAL, true, "The provider failed or broke off."),
  UPSTREAM_TIMED_OUT(504, Blame.EXTERNAL, true, "The provider did not answer in time."),
  UPSTREAM_BUSY(503, Blame.EXTERNAL, true, "The provider or its bounded queue takes no more."),
  UPSTREAM_FORBIDDEN(
      400, Blame.USER, false, "The address is private and private upstreams are not allowed."),
  GUARD_REFUSED(400, Blame.USER, false, "A guard refuses a text of the call."),
  GUARD_UNAVAILABLE(503, Blame.RESOURCE, true, "A guard that fails closed cannot judge."),
  GUARD_UNKNOWN(404, Blame.USER, false, "There is no guard of this name."),
  GUARD_EXISTS(409, Blame.USER, false, "A guard of this name exists."),
  ALERT_UNKNOWN(404, Blame.USER, false, "There is no alert of this id."),
  ALERT_CHANNEL_UNKNOWN(404, Blame.USER, false, "There is no alert channel of this name."),
  ALERT_CHANNEL_EXISTS(409, Blame.USER, false, "An alert channel of this name exists."),
  CACHE_HIT_UNKNOWN(404, Blame.USER, false, "This node gave the call no answer by meaning."),
  PROVIDER_UNKNOWN(404, Blame.USER, false, "There is no provider of this name."),
  ROUTE_UNKNOWN(404, Blame.USER, false, "There is no route of this name."),
  ROUTE_EXISTS(409, Blame.USER, false, "A route of this name exists."),
  TENANT_QUEUED(429, Blame.USER, true, "Too many calls of the tenant wait for the provider."),
  PROVIDER_EXISTS(409, Blame.USER, false, "A provider of this name exists.");

  private final Facts facts;

  GatewayError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
