package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LeaseStore;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.MemoryLeaseStore;

class MemoryLeaseStoreTest extends LeaseStoreContractTest {
  private final MemoryLeaseStore store =
      new MemoryLeaseStore(clock, PostgresLeaseStore.TTL.toMillis());

  @Override
  LeaseStore store() {
    return store;
  }

  @Override
  void declare(Limit limit) {}
}
