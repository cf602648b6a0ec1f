package dev.gimbal.access.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.time.Clock;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/// Writes down who changed what, in the transaction of the change.
final class AuditLog implements Audit {
  private final Ids ids;
  private final Clock clock;

  AuditLog(Ids ids, Clock clock) {
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void append(
      Transaction transaction, Principal principal, String action, String subject, Object detail) {
    append(
        transaction.handle(), transaction.tenant(), new Entry(principal, action, subject, detail));
  }

  /// What is written down.
  record Entry(Principal principal, String action, String subject, Object detail) {}

  void append(Handle handle, TenantId tenant, Entry entry) {
    handle
        .createUpdate(
            """
            INSERT INTO access.audit
              (tenant_id, id, at, principal, principal_kind, action, subject, detail)
            VALUES (:tenant, :id, :at, :principal, :kind, :action, :subject, :detail::jsonb)
            """)
        .bind("tenant", tenant.value())
        .bind("id", ids.next())
        .bind("at", Times.column(clock.instant()))
        .bind("principal", entry.principal().id())
        .bind("kind", entry.principal().kind().name().toLowerCase(Locale.ROOT))
        .bind("action", entry.action())
        .bind("subject", entry.subject())
        .bind("detail", Json.write(entry.detail()))
        .execute();
  }
}
