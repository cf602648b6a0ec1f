package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// What was said in a call or step, one direction of it.
///
/// @param id of the call, or of the span's record
/// @param body the bytes as they went over the wire, cut at 1 MiB
/// @param complete whether nothing was cut
public record ContentRecord(
    TenantId tenant, UUID id, Direction direction, byte[] body, boolean complete) {

  /// Which way it went.
  public enum Direction {
    INPUT,
    OUTPUT
  }
}
