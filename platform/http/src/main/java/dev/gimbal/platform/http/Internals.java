package dev.gimbal.platform.http;

/// What every request of one server shares.
record Internals(
    HttpConfig config,
    IdempotencyStore idempotency,
    ByteBudget jsonInFlight,
    UploadSpace uploads,
    Forwarded forwarded) {

  HttpLimits limits() {
    return config.limits();
  }
}
