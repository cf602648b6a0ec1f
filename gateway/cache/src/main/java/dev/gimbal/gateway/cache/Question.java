package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;

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

  @Override
  public String toString() {
    return "Question[" + tenant + " " + route + "]";
  }
}
