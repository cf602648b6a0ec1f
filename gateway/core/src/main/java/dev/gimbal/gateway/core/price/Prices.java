package dev.gimbal.gateway.core.price;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Finds prices. Thread-safe; answers from memory.
@FunctionalInterface
public interface Prices {

  /// What `provider/model` costs a tenant at a time; null if nobody knows.
  @Nullable Price find(TenantId tenant, String model, Instant at);
}
