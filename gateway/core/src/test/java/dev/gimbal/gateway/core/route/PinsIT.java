package dev.gimbal.gateway.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PinsIT {
  private static final TenantId OTHER = new TenantId(new UUID(7, 7));
  private static final Pins.Pin ONE = new Pins.Pin("p", "one");
  private static final Pins.Pin TWO = new Pins.Pin("p", "two");

  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));

  private static <T> T done(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void shouldKnowOnAnotherNodeWhoMadeAnItemUntilItIsOldOrThereAreTooMany() {
    try (TestDatabase database = TestDatabase.fresh()) {
      database.migrate("gateway");
      done(node(database).put(TenantId.FIRST, List.of("a", "b"), ONE));
      clock.advance(Duration.ofDays(1));
      done(node(database).put(TenantId.FIRST, List.of("b", "c"), TWO));
      done(node(database).put(OTHER, List.of("a"), TWO));

      assertThat(known(database, TenantId.FIRST))
          .as("who made it first made it")
          .isEqualTo(Map.of("a", ONE, "b", ONE, "c", TWO));
      assertThat(known(database, OTHER)).isEqualTo(Map.of("a", TWO));

      node(database).forgetOld(2);
      assertThat(known(database, TenantId.FIRST)).containsOnlyKeys("a", "c");
      clock.advance(Duration.ofDays(30).plusHours(1));
      node(database).forgetOld();
      assertThat(known(database, TenantId.FIRST)).containsOnlyKeys("c");
    }
  }

  private Pins node(TestDatabase database) {
    return new Pins(clock, database, Runnable::run);
  }

  private Map<String, Pins.Pin> known(TestDatabase database, TenantId tenant) {
    return done(node(database).find(tenant, List.of("a", "b", "c")));
  }
}
