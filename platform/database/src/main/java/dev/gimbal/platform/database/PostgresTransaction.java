package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/// A tenant's transaction on one connection.
final class PostgresTransaction implements Transaction {
  private final TenantId tenant;
  private final Handle handle;
  private final List<Runnable> afterCommit = new ArrayList<>();
  private boolean changed;

  PostgresTransaction(TenantId tenant, Handle handle) {
    this.tenant = tenant;
    this.handle = handle;
  }

  /// Becomes the application role and the tenant until the transaction ends. Together with the
  /// driver's BEGIN this is one round trip.
  void enter() {
    handle
        .createQuery(
            """
            SELECT set_config('role', 'gimbal_app', true),
              set_config('gimbal.tenant', :tenant, true)
            """)
        .bind("tenant", tenant.value().toString())
        .mapTo(String.class)
        .one();
  }

  @Override
  public TenantId tenant() {
    return tenant;
  }

  @Override
  public Handle handle() {
    return handle;
  }

  @Override
  public void changed(String topic, String id) {
    handle
        .createUpdate(
            "INSERT INTO gimbal.change (tenant_id, topic, id) VALUES (:tenant, :topic, :id)")
        .bind("tenant", tenant.value())
        .bind("topic", topic)
        .bind("id", id)
        .execute();
    changed = true;
  }

  @Override
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /// Whether the change log has grown.
  boolean changed() {
    return changed;
  }

  List<Runnable> actions() {
    return afterCommit;
  }
}
