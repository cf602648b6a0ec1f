package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// What was said in a call or step, one direction of it.
///
/// @param id of the call, or of the span's record
/// @param body the bytes as they went over the wire, cut at 1 MiB
/// @param complete whether nothing was cut
/// @param hashed whether the body is already `sha256:` and a hash instead of what was said
public record ContentRecord(
    TenantId tenant, UUID id, Direction direction, byte[] body, boolean complete, boolean hashed) {

  /// What was said, as it was said.
  public ContentRecord(
      TenantId tenant, UUID id, Direction direction, byte[] body, boolean complete) {
    this(tenant, id, direction, body, complete, false);
  }

  /// Which way it went.
  public enum Direction {
    INPUT,
    OUTPUT
  }
}
