package dev.gimbal.access.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.ids.TenantId;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KeysIT {
  private AccessHouse house = new AccessHouse();
  private String operator = "";

  @BeforeEach
  void open() {
    operator = house.operatorKey;
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void shouldMakeOneKeyOfTwentyThatWantTheSameName() {
    List<Callable<Integer>> makers =
        Collections.nCopies(
            20,
            () ->
                house
                    .post(operator, "/api/keys", "{\"name\":\"same\",\"role\":\"viewer\"}")
                    .statusCode());

    List<Integer> answers = AccessHouse.together(makers);

    assertThat(answers).filteredOn(status -> status == 201).hasSize(1);
    assertThat(answers).filteredOn(status -> status == 409).hasSize(19);
  }

  @Test
  void shouldKeepOneOfTwoAdministratorsThatAreRevokedAtTheSameTime() {
    String first = house.newTenant("acme");
    String second = house.newKey(first, "second", "administrator");

    List<Integer> answers =
        AccessHouse.together(
            List.of(
                () -> house.delete(first, "/api/keys/second").statusCode(),
                () -> house.delete(second, "/api/keys/administrator").statusCode()));

    // Who loses is refused: because it would be the last, or because it was revoked first.
    assertThat(answers).filteredOn(status -> status == 204).hasSize(1);
    assertThat(house.get(first, "/api/keys").statusCode() == 200)
        .isNotEqualTo(house.get(second, "/api/keys").statusCode() == 200);
  }

  @Test
  void shouldRefuseToRevokeTheLastAdministratorAndTheLastOperator() {
    String acme = house.newTenant("acme");
    house.newKey(operator, "other", "administrator");

    HttpResponse<String> last = house.delete(acme, "/api/keys/administrator");
    HttpResponse<String> lastOperator = house.delete(operator, "/api/keys/administrator");

    assertThat(last.statusCode()).isEqualTo(409);
    assertThat(AccessHouse.field(last, "code")).isEqualTo("key_last");
    assertThat(lastOperator.statusCode()).isEqualTo(409);
    assertThat(house.get(acme, "/api/keys").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRefuseARevokedKeyAtOnceHereAndWithinTwoSecondsOnAnotherNode() throws Exception {
    String key = house.newKey(operator, "short", "viewer");
    Authenticator.Credentials credentials = new Authenticator.Credentials(key, null);
    try (Database connection = house.database.secondNode();
        Access other = house.node(connection)) {
      other.start();
      assertThat(other.authenticator().authenticate(credentials)).isPresent();

      house.delete(operator, "/api/keys/short");

      assertThat(house.access.authenticator().authenticate(credentials)).isEmpty();
      assertThat(house.get(key, "/api/roles").statusCode()).isEqualTo(401);
      Duration took =
          AccessHouse.await(
              "refused on the other node",
              () -> other.authenticator().authenticate(credentials).isEmpty());
      assertThat(took).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void shouldKnowAKeyOnAnotherNodeSoonAfterItWasMade() throws Exception {
    try (Database connection = house.database.secondNode();
        Access other = house.node(connection)) {
      other.start();

      String key = house.newKey(operator, "new", "viewer");

      AccessHouse.await(
          "known on the other node",
          () ->
              other
                  .authenticator()
                  .authenticate(new Authenticator.Credentials(key, null))
                  .isPresent());
    }
  }

  @Test
  void shouldAnswerForAnotherTenantsKeyAsForOneThatIsNot() {
    String acme = house.newTenant("acme");
    house.newKey(operator, "secret-project", "viewer");
    String id = idOf(operator, "secret-project");

    HttpResponse<String> theirs = house.delete(acme, "/api/keys/" + id);
    HttpResponse<String> none = house.delete(acme, "/api/keys/" + idLike(id));
    HttpResponse<String> byName = house.delete(acme, "/api/keys/secret-project");

    assertThat(theirs.statusCode()).isEqualTo(404);
    assertThat(AccessHouse.field(theirs, "code")).isEqualTo(AccessHouse.field(none, "code"));
    assertThat(byName.statusCode()).isEqualTo(404);
    assertThat(house.get(acme, "/api/keys").body()).doesNotContain("secret-project");
    assertThat(house.get(operator, "/api/keys").body()).contains("secret-project");
  }

  @Test
  void shouldGiveNoKeyMoreRightsThanItsMakerHas() {
    String acme = house.newTenant("acme");

    HttpResponse<String> above =
        house.post(acme, "/api/keys", "{\"name\":\"boss\",\"role\":\"operator\"}");
    HttpResponse<String> withoutRight =
        house.post(
            house.newKey(acme, "dev", "developer"),
            "/api/keys",
            "{\"name\":\"x\",\"role\":\"viewer\"}");

    assertThat(above.statusCode()).isEqualTo(403);
    assertThat(AccessHouse.field(above, "code")).isEqualTo("key_exceeds_rights");
    assertThat(withoutRight.statusCode()).isEqualTo(403);
    assertThat(withoutRight.body()).contains("keys.write");
  }

  @Test
  void shouldRefuseAKeyWhenItsTimeIsOver() {
    HttpResponse<String> made =
        house.post(
            operator,
            "/api/keys",
            "{\"name\":\"brief\",\"role\":\"viewer\",\"expires_at\":\"2026-11-22T13:00:00Z\"}");
    String key = AccessHouse.field(made, "key");
    assertThat(house.get(key, "/api/roles").statusCode()).isEqualTo(200);

    house.clock.advance(Duration.ofHours(1));

    assertThat(house.get(key, "/api/roles").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldNameTheFieldOfAKeyThatCannotBeMade() {
    for (List<String> wrong :
        List.of(
            List.of("{\"name\":\"No Slug\",\"role\":\"viewer\"}", "name"),
            List.of("{\"name\":\"x\",\"role\":\"king\"}", "role"),
            List.of(
                "{\"name\":\"x\",\"role\":\"viewer\",\"requests_per_minute\":0}",
                "requests_per_minute"),
            List.of(
                "{\"name\":\"x\",\"role\":\"viewer\",\"expires_at\":\"2020-01-01T00:00:00Z\"}",
                "expires_at"))) {
      HttpResponse<String> answer = house.post(operator, "/api/keys", wrong.getFirst());

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
      assertThat(AccessHouse.json(answer).get("errors").get(0).get("field").asText())
          .as(answer.body())
          .isEqualTo(wrong.getLast());
    }
  }

  @Test
  void shouldListKeysPageByPageNewestFirstWithoutTheirText() {
    String acme = house.newTenant("acme");
    List<String> secrets = new ArrayList<>();
    for (int number = 0; number < 5; number++) {
      secrets.add(house.newKey(acme, "k" + number, "viewer"));
    }

    JsonNode first = AccessHouse.json(house.get(acme, "/api/keys?limit=4"));
    JsonNode second =
        AccessHouse.json(house.get(acme, "/api/keys?limit=4&cursor=" + first.get("next").asText()));

    assertThat(first.get("data").findValuesAsText("name")).containsExactly("k4", "k3", "k2", "k1");
    assertThat(second.get("data").findValuesAsText("name")).containsExactly("k0", "administrator");
    assertThat(second.get("next").isNull()).isTrue();
    assertThat(first.get("data").get(0).get("prefix").asText())
        .isEqualTo(secrets.get(4).substring(0, 10));
    secrets.forEach(secret -> assertThat(first.toString()).doesNotContain(secret));
    assertThat(house.get(acme, "/api/keys?cursor=nonsense").statusCode()).isEqualTo(400);
  }

  @Test
  void shouldWriteDownWhenAKeyWasUsedLast() {
    String key = house.newKey(operator, "worker", "viewer");
    house.get(key, "/api/roles");

    house.clock.advance(Duration.ofSeconds(31));

    AccessHouse.await(
        "last use written",
        () -> {
          for (JsonNode one : AccessHouse.json(house.get(operator, "/api/keys")).get("data")) {
            if (one.get("name").asText().equals("worker")) {
              return one.has("last_used_at")
                  && one.get("last_used_at").asText().equals("2026-11-22T12:00:00Z");
            }
          }
          return false;
        });
  }

  @Test
  void shouldKeepNoSecretButItsHash() {
    String key = house.newKey(operator, "worker", "viewer");
    house.send(
        house
            .posting(operator, "/api/keys", "{\"name\":\"once\",\"role\":\"viewer\"}")
            .header("idempotency-key", "again")
            .build());

    String everything =
        house.database.asOwner(
            handle ->
                String.join(
                    "\n",
                    List.of(
                        rows(handle, "access.key"),
                        rows(handle, "access.audit"),
                        rows(handle, "access.session"),
                        rows(handle, "access.idempotency"))));

    assertThat(everything).contains("once").doesNotContain(key, key.substring(12), operator);
    assertThat(everything).doesNotContainPattern("gmb_[0-9A-Za-z]{12}");
  }

  @Test
  void shouldSeeNothingOfAnotherTenantEvenInAQueryThatNamesNone() {
    house.newTenant("acme");
    UUID acme =
        house.database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT tenant_id FROM access.tenant WHERE name = 'acme'")
                    .mapTo(UUID.class)
                    .one());

    for (String table : List.of("tenant", "key", "audit")) {
      List<UUID> seen =
          house.database.inTransaction(
              new TenantId(acme),
              transaction ->
                  transaction
                      .handle()
                      .createQuery("SELECT DISTINCT tenant_id FROM access." + table)
                      .mapTo(UUID.class)
                      .list());
      assertThat(seen).as(table).containsExactly(acme);
    }
  }

  @Test
  void shouldLetNoApplicationTransactionChangeTheAudit() {
    assertThatThrownBy(
            () ->
                house.database.inTransaction(
                    TenantId.FIRST,
                    transaction -> transaction.handle().execute("DELETE FROM access.audit")))
        .hasStackTraceContaining("permission denied");
  }

  private static String rows(Handle handle, String table) {
    return String.join(
        "\n", handle.createQuery("SELECT t::text FROM " + table + " t").mapTo(String.class).list());
  }

  private String idOf(String key, String name) {
    for (JsonNode one : AccessHouse.json(house.get(key, "/api/keys")).get("data")) {
      if (one.get("name").asText().equals(name)) {
        return one.get("id").asText();
      }
    }
    throw new AssertionError("no key " + name);
  }

  private static String idLike(String id) {
    return id.substring(0, id.length() - 1) + (id.endsWith("0") ? "1" : "0");
  }
}
