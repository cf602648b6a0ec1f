package dev.gimbal.access.api;

import dev.gimbal.platform.http.Caller;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Who acts: a user, a service (by its key) or the system itself.
///
/// @param uuid of the user or key
/// @param role whose rights it holds
/// @param requestsPerMinute limit on interactive model calls; null: none
/// @param tags of its model calls, whatever the caller says
public record Principal(
    TenantId tenant,
    Kind kind,
    UUID uuid,
    String name,
    String role,
    Set<String> rights,
    @Nullable Integer requestsPerMinute,
    Map<String, String> tags)
    implements Caller {

  public Principal {
    rights = Set.copyOf(rights);
    tags = Map.copyOf(tags);
  }

  /// One whose calls have no tags of their own.
  public Principal(
      TenantId tenant,
      Kind kind,
      UUID uuid,
      String name,
      String role,
      Set<String> rights,
      @Nullable Integer requestsPerMinute) {
    this(tenant, kind, uuid, name, role, rights, requestsPerMinute, Map.of());
  }

  /// The kinds of principal.
  public enum Kind {
    USER("usr"),
    SERVICE("key"),
    SYSTEM("sys");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /// Prefix of the id's text form.
    public String prefix() {
      return prefix;
    }
  }

  /// The system at work in a tenant: jobs, retention. It holds every right of a tenant.
  public static Principal system(TenantId tenant) {
    return new Principal(
        tenant, Kind.SYSTEM, new UUID(0, 0), "system", "system", Rights.TENANT, null);
  }

  /// The principal behind a request.
  public static Principal of(Caller caller) {
    if (caller instanceof Principal principal) {
      return principal;
    }
    throw new IllegalArgumentException("not a principal: " + caller.getClass());
  }

  @Override
  public String id() {
    return IdText.format(kind.prefix(), uuid);
  }

  @Override
  public boolean may(String right) {
    return rights.contains(right);
  }
}
