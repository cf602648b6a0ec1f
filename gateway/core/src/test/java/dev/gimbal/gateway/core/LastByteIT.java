package dev.gimbal.gateway.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LastByteIT {
  private House house;

  @BeforeAll
  void open() {
    house = new House();
  }

  @AfterAll
  void close() {
    house.close();
  }

  @ParameterizedTest
  @CsvSource({"plain, false", "plain, true", "huge-3000, false", "status-400, false"})
  void shouldNotLeaveBeforeTheCallIsOnRecord(String model, boolean stream) throws Exception {
    int before = house.ledger.settlements().size();
    house.ledger.kept.holdSettles(true);
    CompletableFuture<HttpResponse<String>> answer =
        house.client.sendAsync(
            house
                .request("/v1/chat/completions")
                .POST(BodyPublishers.ofString(House.body(model, stream)))
                .build(),
            BodyHandlers.ofString());
    house.ledger.awaitSettled(before + 1);
    LockSupport.parkNanos(150_000_000);
    boolean early = answer.isDone();

    house.ledger.kept.holdSettles(false);

    assertThat(early).isFalse();
    assertThat(answer.get(20, TimeUnit.SECONDS).body()).isNotEmpty();
  }
}
