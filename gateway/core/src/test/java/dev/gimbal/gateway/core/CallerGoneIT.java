package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.core.call.RunningCalls;
import dev.gimbal.gateway.testing.Received;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CallerGoneIT {
  private static final TenantId OTHER = new TenantId(new UUID(0, 7));

  private House house;

  @BeforeAll
  void open() {
    house = new House();
  }

  @AfterAll
  void close() {
    house.close();
  }

  private CallSettled only(int before) {
    CallSettled settled = house.ledger.awaitSettled(before + 1);
    assertThat(house.ledger.settlements()).hasSize(before + 1);
    assertThat(settled.outcome()).isEqualTo(Outcome.CANCELLED);
    return settled;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldCancelTheUpstreamBeforeItsFirstByte(boolean stream) throws Exception {
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    Received received;
    try (RawCall caller = new RawCall(house.port(), House.body("mute", stream))) {
      received = house.upstream.awaitCall(calls + 1);
      caller.hangUp();
    }

    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    CallSettled settled = only(before);
    assertThat(settled.inputTokens()).isNull();
    assertThat(settled.firstByte()).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void shouldEndACallByHandOnItsOwnTenantsWordOnly(boolean begun) throws Exception {
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    try (RawCall caller =
        new RawCall(house.port(), House.body(begun ? "slow-100" : "mute", begun))) {
      if (begun) {
        caller.readUntil("token2");
      }
      Received received = house.upstream.awaitCall(calls + 1);
      RunningCalls running = house.calls.running();
      String id = running.list(TenantId.FIRST).getLast().id();

      assertThat(running.list(OTHER)).isEmpty();
      assertThat(running.cancel(OTHER, id)).isFalse();
      assertThat(running.cancel(TenantId.FIRST, id)).isTrue();

      caller.readUntil("call_cancelled");
      assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
      CallSettled settled = only(before);
      assertThat(settled.error()).isEqualTo("call_cancelled");
      assertThat(running.cancel(TenantId.FIRST, id)).isFalse();
    }
  }

  @Test
  void shouldCancelTheUpstreamInTheMiddleOfAStreamAndRecordWhatWasSeen() throws Exception {
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    try (RawCall caller = new RawCall(house.port(), House.body("slow-100", true))) {
      caller.readUntil("token2");
    }
    Received received = house.upstream.awaitCall(calls + 1);

    assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    assertThat(received.sent().get()).isLessThan(20);
    CallSettled settled = only(before);
    assertThat(settled.estimated()).isTrue();
    assertThat(settled.outputTokens()).isBetween(4L, 20L);
  }

  @Test
  void shouldCancelTheUpstreamOfALongAnswerThatNobodyReads() throws Exception {
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    try (RawCall caller = new RawCall(house.port(), House.body("huge-500", true))) {
      Received received = house.upstream.awaitCall(calls + 1);
      caller.readUntil("xxxx");
      caller.hangUp();
      assertThat(received.ended().get(10, TimeUnit.SECONDS)).isFalse();
    }
    only(before);
  }

  @Test
  void shouldHoldTheUpstreamBackWhileTheCallerDoesNotRead() throws IOException {
    int calls = house.upstream.received().size();
    int before = house.ledger.settlements().size();
    try (RawCall caller = new RawCall(house.port(), House.body("huge-2000", true))) {
      Received received = house.upstream.awaitCall(calls + 1);
      caller.readUntil("xxxx");
      long settling = System.nanoTime() + 300_000_000L;
      while (System.nanoTime() < settling) {
        LockSupport.parkNanos(10_000_000);
      }
      assertThat(received.sent().get()).as("of 20 pieces of 2 MB").isLessThan(15);
    }
    only(before);
  }
}
