package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;
import java.nio.charset.StandardCharsets;

/// A call whose answer may be kept.
///
/// @param family the caller's dialect, as in `chat`: answers are kept in it
/// @param model `provider/model` that answers, as resolved
/// @param route the model as the caller wrote it, with the release where there is one: policies
///     and purges go by it
/// @param scope what the caller may see, as any text that is equal for equal views; empty where
///     everybody of the tenant sees the same
/// @param body the caller's bytes; not changed afterwards
public record Question(
    TenantId tenant, String family, String model, String route, String scope, byte[] body) {

  /// Behind the name of whatever asks for them, or at the end of a text, where it does no harm.
  private static final byte[] LOGPROBS = "ogprobs\"".getBytes(StandardCharsets.US_ASCII);

  /// Whether the body asks for the probabilities of tokens, in any dialect. An answer that is put
  /// from a stream into a whole one, or the other way about, does not tell them.
  public static boolean asksLogprobs(byte[] body) {
    return StoredAnswer.find(body, LOGPROBS, 0) >= 0;
  }

  @Override
  public String toString() {
    return "Question[" + tenant + " " + route + "]";
  }
}
