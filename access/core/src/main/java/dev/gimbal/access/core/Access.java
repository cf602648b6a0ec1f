package dev.gimbal.access.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Erasable;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.IdempotencyStore;
import dev.gimbal.platform.http.Route;
import java.util.List;
import java.util.function.Consumer;

/// Who may do what. Thread-safe.
public interface Access extends AutoCloseable {

  /// Reads who there is into memory and begins to follow changes that other nodes make: a key
  /// revoked there is refused here within two seconds. Before it, nobody is known.
  void start();

  /// Makes the first tenant and a key of role `operator` for it, if there is no tenant yet.
  ///
  /// @param keep is handed the key's text before it is committed, and puts it where the operator
  ///     finds it; if it throws, nothing was made
  /// @return whether they were made
  boolean ensureFirstTenant(Consumer<String> keep);

  /// Tells who asks, from memory.
  Authenticator authenticator();

  /// Remembers answers under idempotency keys.
  IdempotencyStore idempotency();

  /// The record of who changed what.
  Audit audit();

  /// What this room holds about people.
  Erasable erasable();

  /// `/api/sessions`, `/api/keys`, `/api/tenants`, `/api/roles`, `/api/audit`.
  List<Route> routes();

  /// Stops following, and writes down when keys were used last.
  @Override
  void close();
}
