package dev.gimbal.access.core;

import dev.gimbal.access.api.AccessError;
import dev.gimbal.access.api.AccessException;
import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// Tenants: made by the operator, who stands above them, hence as the owner of the schema.
final class Tenants {
  private static final String FIRST_NAME = "default";
  private static final String FIRST_KEY = "administrator";

  private final Database database;
  private final Keys keys;
  private final KeyRing ring;
  private final AuditLog audit;
  private final Ids ids;
  private final Clock clock;

  Tenants(Database database, Keys keys, KeyRing ring, AuditLog audit, Ids ids, Clock clock) {
    this.database = database;
    this.keys = keys;
    this.ring = ring;
    this.audit = audit;
    this.ids = ids;
    this.clock = clock;
  }

  /// A tenant that is asked for.
  record NewTenant(String name, @Nullable String title) {
    private static final int LONGEST_TITLE = 200;

    NewTenant {
      if (Slug.of(name).isEmpty()) {
        throw HttpException.invalid(
            "name", "must be 1 to 100 of a-z 0-9 . _ : - and start with a letter or digit");
      }
      if (title != null && title.length() > LONGEST_TITLE) {
        throw HttpException.invalid("title", "must have at most 200 characters");
      }
    }
  }

  /// A tenant as it is kept.
  record Kept(TenantId id, String name, @Nullable String title, Instant created) {}

  /// A tenant that was made.
  ///
  /// @param secret the text of its administrator's key, for this once
  record Made(Kept tenant, String secret) {}

  Made create(Principal operator, NewTenant wanted) {
    TenantId id = new TenantId(ids.next());
    Made made =
        database.asOwner(
            handle -> {
              Kept kept = new Kept(id, wanted.name(), wanted.title(), clock.instant());
              if (!insert(handle, kept)) {
                throw new AccessException(
                    AccessError.TENANT_EXISTS, "there is a tenant named " + wanted.name());
              }
              Keys.NewKey key = new Keys.NewKey(FIRST_KEY, "administrator", null, null, null);
              Keys.Made first = keys.insert(handle, id, operator, key);
              AuditLog.Entry entry =
                  new AuditLog.Entry(
                      operator, "tenant.created", id.toString(), Map.of("name", wanted.name()));
              audit.append(handle, id, entry);
              audit.append(handle, operator.tenant(), entry);
              return new Made(kept, first.secret());
            });
    ring.reload(id);
    return made;
  }

  /// Makes the first tenant and the operator's key, unless there is a tenant.
  boolean ensureFirst(Consumer<String> keep) {
    Principal system = Principal.system(TenantId.FIRST);
    boolean made =
        database.asOwner(
            handle -> {
              Kept first = new Kept(TenantId.FIRST, FIRST_NAME, null, clock.instant());
              if (!insert(handle, first)) {
                return false;
              }
              Keys.NewKey key = new Keys.NewKey(FIRST_KEY, "operator", null, null, null);
              Keys.Made operator = keys.insert(handle, TenantId.FIRST, system, key);
              audit.append(
                  handle,
                  TenantId.FIRST,
                  new AuditLog.Entry(
                      system, "tenant.created", TenantId.FIRST.toString(), Map.of()));
              keep.accept(operator.secret());
              return true;
            });
    ring.reload(TenantId.FIRST);
    return made;
  }

  /// All tenants, newest first.
  List<Kept> list(@Nullable UUID before, int limit) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    """
                    SELECT tenant_id, name, title, created
                    FROM access.tenant
                    WHERE :before::uuid IS NULL OR tenant_id < :before::uuid
                    ORDER BY tenant_id DESC
                    LIMIT :limit
                    """)
                .bind("before", before)
                .bind("limit", limit)
                .map(
                    (row, context) ->
                        new Kept(
                            new TenantId(row.getObject("tenant_id", UUID.class)),
                            row.getString("name"),
                            row.getString("title"),
                            row.getTimestamp("created").toInstant()))
                .list());
  }

  private static boolean insert(Handle handle, Kept tenant) {
    return handle
            .createUpdate(
                """
                INSERT INTO access.tenant (tenant_id, name, title, created)
                VALUES (:id, :name, :title, :created)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", tenant.id().value())
            .bind("name", tenant.name())
            .bind("title", tenant.title())
            .bind("created", Times.column(tenant.created()))
            .execute()
        == 1;
  }
}
