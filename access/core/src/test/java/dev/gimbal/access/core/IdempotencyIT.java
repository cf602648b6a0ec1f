package dev.gimbal.access.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.http.IdempotencyStore;
import dev.gimbal.platform.http.IdempotencyStore.Answer;
import dev.gimbal.platform.http.IdempotencyStore.Begun;
import dev.gimbal.platform.ids.TenantId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdempotencyIT {
  private static final Principal CALLER = Principal.system(TenantId.FIRST);
  private static final byte[] BODY = {1};
  private static final byte[] OTHER_BODY = {2};

  private final AccessHouse house = new AccessHouse();
  private final IdempotencyStore store = house.access.idempotency();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void shouldRunOneOfTwentyRequestsUnderOneKey() {
    List<Callable<HttpResponse<String>>> makers =
        Collections.nCopies(20, () -> make("worker", "one-key"));

    List<HttpResponse<String>> answers = AccessHouse.together(makers);

    assertThat(answers).filteredOn(answer -> answer.body().contains("\"key\":\"gmb_")).hasSize(1);
    assertThat(answers).allMatch(answer -> List.of(201, 409).contains(answer.statusCode()));
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() == 409)
        .allMatch(answer -> AccessHouse.field(answer, "code").equals("idempotency_running"));
  }

  @Test
  void shouldRepeatAnAnswerWithoutItsSecret() {
    HttpResponse<String> first = make("worker", "k1");
    HttpResponse<String> second = make("worker", "k1");

    assertThat(first.body()).contains("\"key\":\"gmb_");
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(AccessHouse.header(second, "idempotency-replayed")).isEqualTo("true");
    assertThat(AccessHouse.field(second, "id")).isEqualTo(AccessHouse.field(first, "id"));
    assertThat(AccessHouse.json(second).has("key")).isFalse();
  }

  @Test
  void shouldRefuseTheSameKeyWithAnotherBody() {
    make("worker", "k1");

    HttpResponse<String> other = make("other", "k1");

    assertThat(other.statusCode()).isEqualTo(409);
    assertThat(AccessHouse.field(other, "code")).isEqualTo("idempotency_conflict");
  }

  @Test
  void shouldRunARefusedRequestAgain() {
    make("worker", "k1");
    assertThat(make("worker", "k2").statusCode()).isEqualTo(409);
    house.delete(house.operatorKey, "/api/keys/worker");

    assertThat(make("worker", "k2").statusCode()).isEqualTo(201);
  }

  @Test
  void shouldForgetAfterADay() {
    begin(BODY);
    store.finish(CALLER, "POST /x", "k", new Answer(201, "{}"));
    assertThat(begin(BODY)).isEqualTo(new Begun.Repeated(new Answer(201, "{}")));

    house.clock.advance(Duration.ofHours(24).plusSeconds(1));

    assertThat(begin(OTHER_BODY)).isEqualTo(new Begun.First());
  }

  @Test
  void shouldGiveTheRequestOfADeadNodeToOneOfItsRepetitions() {
    begin(BODY);
    assertThat(begin(BODY)).isEqualTo(new Begun.Running());

    house.clock.advance(Duration.ofMinutes(6));

    List<Callable<Begun>> repetitions = Collections.nCopies(10, () -> begin(BODY));
    assertThat(AccessHouse.together(repetitions))
        .filteredOn(Begun.First.class::isInstance)
        .hasSize(1);
  }

  @Test
  void shouldKeepTheKeysOfPrincipalsApart() {
    begin(BODY);
    Principal other =
        new Principal(
            TenantId.FIRST,
            Principal.Kind.SERVICE,
            new UUID(1, 1),
            "other",
            "viewer",
            Set.of(),
            null);

    assertThat(store.begin(other, "POST /x", "k", OTHER_BODY)).isEqualTo(new Begun.First());
    assertThat(store.begin(CALLER, "POST /y", "k", OTHER_BODY)).isEqualTo(new Begun.First());
  }

  private Begun begin(byte[] body) {
    return store.begin(CALLER, "POST /x", "k", body);
  }

  private HttpResponse<String> make(String name, String idempotencyKey) {
    return house.send(
        house
            .posting(
                house.operatorKey, "/api/keys", "{\"name\":\"" + name + "\",\"role\":\"viewer\"}")
            .header("idempotency-key", idempotencyKey)
            .build());
  }
}
