package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What calls on record used: where there is no database to count in, budgets go on from it after a
/// restart. Thread-safe.
@FunctionalInterface
public interface SpentRecord {

  /// Says nothing.
  SpentRecord NONE = (tenant, principal, route, from) -> List.of();

  /// What was used since a time, oldest first, in pieces of an hour; older ones are longer. A piece
  /// that the time lies in is there whole.
  ///
  /// @param principal text id; null: of every caller
  /// @param route that the caller named; null: whatever was named
  List<Piece> since(
      TenantId tenant, @Nullable String principal, @Nullable String route, Instant from);

  /// @param until its calls began before
  record Piece(Instant until, long nanoUsd, long tokens) {}
}
