package dev.gimbal.access.core;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.security.SecureRandom;
import java.time.Clock;

/// The room's only door for wiring.
public final class AccessModule {
  private AccessModule() {}

  /// Brings the room's schema up to date.
  ///
  /// @param random where keys and session cookies come from
  public static Access create(
      AccessConfig config, Database database, Clock clock, Ids ids, SecureRandom random) {
    database.migrate("access");
    return new PostgresAccess(config, database, clock, ids, random);
  }
}
