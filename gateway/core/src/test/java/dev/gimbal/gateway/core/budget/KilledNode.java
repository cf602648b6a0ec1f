package dev.gimbal.gateway.core.budget;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.budget.SpendingDecision.Admitted;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// A process that uses a budget of tokens until it is killed: `KilledNode DIRECTORY URL USER
/// PASSWORD` says `used` once it used and holds [#USED], most of it untold to the database.
final class KilledNode {
  private static final int CALLS = 20;
  private static final long RESERVED = 50;
  private static final long SETTLED = 7;

  /// The calls that ended, and one that runs.
  static final long USED = CALLS * SETTLED + RESERVED;

  private KilledNode() {}

  public static void main(String[] arguments) throws InterruptedException {
    Clock clock = Clock.systemUTC();
    Ids ids = new TimeOrderedIds(clock);
    Principal caller =
        new Principal(
            TenantId.FIRST,
            Principal.Kind.SERVICE,
            ids.next(),
            "killed",
            "administrator",
            Rights.TENANT,
            null);
    DatabaseConfig config =
        DatabaseConfig.of(
            new DatabaseConfig.Server.Disposable(arguments[1], arguments[2], arguments[3]));
    Database database = DatabaseModule.open(config, ids);
    BudgetModule budgets =
        BudgetModule.create(
            database, (transaction, alert) -> {}, clock, ids, Path.of(arguments[0]));
    Subject subject = new Subject(caller, null, null, null);
    for (int call = 0; call <= CALLS; call++) {
      Admitted admitted =
          (Admitted)
              budgets
                  .spending()
                  .reserve(subject, new Worst(1L, RESERVED, true))
                  .toCompletableFuture()
                  .join();
      if (call < CALLS) {
        admitted.reservation().settle(1L, SETTLED);
      }
    }
    System.out.println("used");
    Thread.sleep(Duration.ofMinutes(2));
  }
}
