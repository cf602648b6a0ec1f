package dev.gimbal.platform.database;

import dev.gimbal.platform.database.embedded.ExternalServer;

/// The contract on the oldest PostgreSQL of your own, without a superuser.
class ExternalDatabaseIT extends DatabaseContractTest {
  @Override
  protected Database fresh() {
    return ExternalServer.running().fresh();
  }
}
