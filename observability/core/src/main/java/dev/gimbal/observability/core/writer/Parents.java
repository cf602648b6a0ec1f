package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Finds the application that a call was made by: what the call above it was asked for. That one
/// ends later, nearly always, and so is among the calls that the writer knows as open. For one
/// thread, within one transaction.
final class Parents {
  /// What the name of a call of an application begins with.
  private static final String APPLICATION = "app:";

  private final Handle handle;
  private final Function<UUID, @Nullable CallOpened> begun;
  private final Map<UUID, String> written = new HashMap<>();

  /// @param begun the calls that are open, or were until this transaction
  Parents(Handle handle, Function<UUID, @Nullable CallOpened> begun) {
    this.handle = handle;
    this.begun = begun;
  }

  /// Its name; empty: none made it.
  String application(CallOpened call) {
    UUID parent = call.parent();
    if (parent == null) {
      return "";
    }
    CallOpened above = begun.apply(parent);
    String requested =
        above != null && above.tenant().equals(call.tenant())
            ? above.requested()
            : written.computeIfAbsent(parent, id -> find(call.tenant().value(), id));
    return requested.startsWith(APPLICATION) ? requested.substring(APPLICATION.length()) : "";
  }

  /// One that was written earlier.
  private String find(UUID tenant, UUID id) {
    return handle
        .createQuery(
            "SELECT requested FROM observability.call WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", tenant)
        .bind("id", id)
        .mapTo(String.class)
        .findOne()
        .orElse("");
  }
}
