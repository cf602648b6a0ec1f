package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EvidenceListenerIT {
  private static final TenantId TENANT = new TenantId(new UUID(7, 7));
  private final Clock clock = Clock.systemUTC();
  private final TimeOrderedIds ids = new TimeOrderedIds(clock);
  @TempDir private Path directory;

  private Observability room(TestDatabase database, List<EndedCall> heard) throws Exception {
    Observability room =
        ObservabilityModule.create(ObservabilityConfig.in(directory), database, clock, ids);
    room.listen(
        (calls, spans) -> {
          throw new IllegalStateException("a listener that fails");
        });
    room.listen((calls, spans) -> heard.addAll(calls));
    room.start();
    return room;
  }

  @Test
  void shouldTellListenersOfEachCallThatIsKeptOnceAlsoOfThoseThatAKillLeftOpen() throws Exception {
    List<EndedCall> heard = new CopyOnWriteArrayList<>();
    CallOpened ends = Records.opened(TENANT, ids.next(), 5L, clock.instant());
    CallOpened breaks = Records.opened(TENANT, ids.next(), 6L, clock.instant());
    try (TestDatabase database = TestDatabase.fresh()) {
      try (Observability room = room(database, heard)) {
        room.ledger().open(ends).toCompletableFuture().get(20, TimeUnit.SECONDS);
        room.ledger().open(breaks).toCompletableFuture().get(20, TimeUnit.SECONDS);
        room.ledger().settle(Records.settled(ends, Outcome.SUCCEEDED, 4L, clock.instant()));
        room.ledger().flushed().toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
      try (Observability room = room(database, heard)) {
        room.ledger().flushed().toCompletableFuture().get(20, TimeUnit.SECONDS);
      }
    }

    assertThat(heard)
        .extracting(call -> call.opened().id())
        .containsExactly(ends.id(), breaks.id());
    assertThat(heard.getFirst().settled()).isNotNull();
    assertThat(heard.getLast().settled()).isNull();
  }
}
