package dev.gimbal.platform.jobs;

import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// Names a job everywhere.
record JobKey(TenantId tenant, UUID id) {

  /// The job of an instance in the scheduler's table.
  static JobKey of(String instance) {
    String[] parts = instance.split("/", -1);
    return new JobKey(new TenantId(UUID.fromString(parts[0])), UUID.fromString(parts[1]));
  }

  /// Its name in the scheduler's table. It is another one each time the job is handed over: the
  /// scheduler takes the last one out of its table only after the job may wait for the next turn.
  String instance(long turn) {
    return tenant.value() + "/" + id + "/" + turn;
  }
}
