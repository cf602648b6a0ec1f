package dev.gimbal.platform.http;

/// An answer that holds a secret shown once. What is stored for repetitions of the request under
/// its idempotency key is [#withoutSecret], never the answer itself.
public interface WithoutSecret {

  /// The same answer with the secret left out.
  Object withoutSecret();
}
