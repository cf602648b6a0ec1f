package dev.gimbal.platform.database;

import dev.gimbal.platform.database.testing.TestDatabase;

/// The contract on the PostgreSQL that we carry.
class EmbeddedDatabaseIT extends DatabaseContractTest {
  @Override
  protected Database fresh() {
    return TestDatabase.fresh();
  }
}
