package dev.gimbal.access.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Caller;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RotationIT {
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
  void shouldTakeOldAndNewSecretUntilTheOverlapIsOverAndThenTheNewOneOnly() {
    String old = house.newKey(operator, "worker", "viewer");

    HttpResponse<String> answer = rotate(operator, "worker", "{\"overlap_hours\":2}");

    String fresh = AccessHouse.field(answer, "key");
    assertThat(AccessHouse.field(answer, "old_secret_until")).isEqualTo("2026-11-22T14:00:00Z");
    assertThat(fresh).isNotEqualTo(old);
    assertThat(status(old)).isEqualTo(200);
    assertThat(status(fresh)).isEqualTo(200);
    assertThat(principal(old)).isEqualTo(principal(fresh));
    house.clock.advance(Duration.ofHours(2).minusMillis(1));
    assertThat(status(old)).isEqualTo(200);
    house.clock.advance(Duration.ofMillis(1));
    assertThat(status(old)).isEqualTo(401);
    assertThat(status(fresh)).isEqualTo(200);
  }

  @Test
  void shouldEndTheOldSecretAfterADayWhereNothingIsSaidAndAtOnceWhereNothingIsLeft() {
    String first = house.newKey(operator, "worker", "viewer");
    String second = AccessHouse.field(rotate(operator, "worker", "{}"), "key");
    assertThat(kept("worker").get("old_secret_until").asText()).isEqualTo("2026-11-23T12:00:00Z");

    String third = AccessHouse.field(rotate(operator, "worker", "{\"overlap_hours\":0}"), "key");

    assertThat(List.of(status(first), status(second), status(third)))
        .containsExactly(401, 401, 200);
    assertThat(kept("worker").has("old_secret_until")).isFalse();
    assertThat(kept("worker").get("rotated_at").asText()).isEqualTo("2026-11-22T12:00:00Z");
    assertThat(kept("worker").get("prefix").asText()).isEqualTo(third.substring(0, 10));
  }

  @Test
  void shouldKeepTheDeclaredOverlapOfEachSecretWhenAKeyIsRotatedAgain() {
    String first = house.newKey(operator, "worker", "viewer");
    String second = AccessHouse.field(rotate(operator, "worker", "{\"overlap_hours\":5}"), "key");

    rotate(operator, "worker", "{\"overlap_hours\":1}");
    house.clock.advance(Duration.ofHours(2));

    assertThat(status(first)).isEqualTo(200);
    assertThat(status(second)).isEqualTo(401);
  }

  @Test
  void shouldNotMakeAnExpiredKeyGoodWithoutANewTimeNorItsOldSecretWithOne() {
    String old =
        AccessHouse.field(
            house.post(
                operator,
                "/api/keys",
                "{\"name\":\"brief\",\"role\":\"viewer\",\"expires_at\":\"2026-11-22T13:00:00Z\"}"),
            "key");
    house.clock.advance(Duration.ofHours(1));
    assertThat(status(old)).isEqualTo(401);

    HttpResponse<String> without = rotate(operator, "brief", "{}");
    HttpResponse<String> with =
        rotate(operator, "brief", "{\"expires_at\":\"2026-11-22T20:00:00Z\"}");

    assertThat(without.statusCode()).isEqualTo(400);
    assertThat(without.body()).contains("expires_at");
    String fresh = AccessHouse.field(with, "key");
    assertThat(List.of(status(old), status(fresh))).containsExactly(401, 200);
    house.clock.advance(Duration.ofHours(7));
    assertThat(status(fresh)).isEqualTo(401);
  }

  @Test
  void shouldEndASessionWithTheSecretThatItWasMadeWith() {
    String old = house.newKey(operator, "worker", "viewer");
    String before = signIn(old);
    String fresh = AccessHouse.field(rotate(operator, "worker", "{\"overlap_hours\":1}"), "key");
    String late = signIn(old);
    String after = signIn(fresh);
    assertThat(List.of(sessionStatus(before), sessionStatus(late))).containsExactly(200, 200);

    house.clock.advance(Duration.ofHours(1));

    assertThat(List.of(sessionStatus(before), sessionStatus(late), sessionStatus(after)))
        .containsExactly(401, 401, 200);
  }

  @Test
  void shouldRotateForNobodyWhoLacksTheRightsOfTheKey() {
    String administrator = house.newKey(operator, "admin", "administrator");
    house.newKey(operator, "second-operator", "operator");
    String viewer = house.newKey(operator, "looker", "viewer");

    assertThat(rotate(administrator, "second-operator", "{}").statusCode()).isEqualTo(403);
    assertThat(rotate(viewer, "looker", "{}").statusCode()).isEqualTo(403);
    assertThat(rotate(administrator, "looker", "{}").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldAnswerForAnotherTenantsKeyAsForOneThatIsNot() {
    String acme = house.newTenant("acme");
    String theirs = house.newKey(operator, "secret-project", "viewer");
    String id = kept("secret-project").get("id").asText();

    for (String key : List.of(id, "secret-project", "none")) {
      HttpResponse<String> answer = rotate(acme, key, "{}");
      assertThat(answer.statusCode()).as(key).isEqualTo(404);
      assertThat(AccessHouse.field(answer, "code")).isEqualTo("key_unknown");
    }
    assertThat(status(theirs)).isEqualTo(200);
  }

  @Test
  void shouldRefuseEverySecretOfARevokedKeyHereAndOnAnotherNode() throws Exception {
    String old = house.newKey(operator, "worker", "viewer");
    String fresh = AccessHouse.field(rotate(operator, "worker", "{}"), "key");
    try (Database connection = house.database.secondNode();
        Access other = house.node(connection)) {
      other.start();
      assertThat(authenticates(other, old)).isTrue();

      house.delete(operator, "/api/keys/worker");

      assertThat(List.of(status(old), status(fresh))).containsExactly(401, 401);
      AccessHouse.await("old one refused on the other node", () -> !authenticates(other, old));
      AccessHouse.await("new one refused there", () -> !authenticates(other, fresh));
    }
  }

  @Test
  void shouldBoundTheSecretsThatAreGoodAtATime() {
    house.newKey(operator, "worker", "viewer");
    for (int rotation = 0; rotation < 10; rotation++) {
      assertThat(rotate(operator, "worker", "{}").statusCode()).isEqualTo(200);
    }

    HttpResponse<String> eleventh = rotate(operator, "worker", "{}");

    assertThat(eleventh.statusCode()).isEqualTo(409);
    assertThat(AccessHouse.field(eleventh, "code")).isEqualTo("key_rotating");
    assertThat(rotate(operator, "worker", "{\"overlap_hours\":0}").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldWriteDownWhoRotatedAndKeepNoSecretNorRepeatOne() {
    house.newKey(operator, "worker", "viewer");
    HttpRequest request =
        house
            .posting(operator, "/api/keys/worker/rotate", "{}")
            .header("idempotency-key", "once")
            .build();
    String fresh = AccessHouse.field(house.send(request), "key");

    HttpResponse<String> again = house.send(request);

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).doesNotContain("gmb_");
    assertThat(status(fresh)).isEqualTo(200);
    assertThat(house.get(operator, "/api/audit").body())
        .contains("key.rotated")
        .doesNotContain(fresh);
    String rows =
        house.database.asOwner(
            handle ->
                String.join(
                    "\n",
                    handle
                        .createQuery(
                            """
                            SELECT k::text FROM access.key k
                            UNION ALL SELECT o::text FROM access.old_secret o
                            """)
                        .mapTo(String.class)
                        .list()));
    assertThat(rows).doesNotContain(fresh, fresh.substring(12));
  }

  @Test
  void shouldNameTheFieldThatIsWrong() {
    house.newKey(operator, "worker", "viewer");

    assertThat(rotate(operator, "worker", "{\"overlap_hours\":721}").body())
        .contains("overlap_hours");
    assertThat(rotate(operator, "worker", "{\"overlap_hours\":-1}").statusCode()).isEqualTo(400);
    HttpResponse<String> tags =
        house.post(
            operator,
            "/api/keys",
            "{\"name\":\"x\",\"role\":\"viewer\",\"tags\":{\"Team One\":\"a\"}}");
    assertThat(tags.statusCode()).isEqualTo(400);
    assertThat(tags.body()).contains("tags");
  }

  @Test
  void shouldTagWhatAKeyCallsAlsoAfterARotation() {
    String old =
        AccessHouse.field(
            house.post(
                operator,
                "/api/keys",
                "{\"name\":\"search\",\"role\":\"viewer\",\"tags\":{\"team\":\"搜索\"}}"),
            "key");

    String fresh = AccessHouse.field(rotate(operator, "search", "{}"), "key");

    assertThat(principal(old).tags()).containsEntry("team", "搜索");
    assertThat(principal(fresh).tags()).containsEntry("team", "搜索");
    assertThat(kept("search").get("tags").get("team").asText()).isEqualTo("搜索");
  }

  private HttpResponse<String> rotate(String by, String key, String body) {
    return house.post(by, "/api/keys/" + key + "/rotate", body);
  }

  private int status(String key) {
    return house.get(key, "/api/roles").statusCode();
  }

  private Principal principal(String key) {
    return house
        .access
        .authenticator()
        .authenticate(new Authenticator.Credentials(key, null))
        .map((Caller caller) -> Principal.of(caller))
        .orElseThrow();
  }

  private static boolean authenticates(Access access, String key) {
    return access
        .authenticator()
        .authenticate(new Authenticator.Credentials(key, null))
        .isPresent();
  }

  private String signIn(String key) {
    HttpResponse<String> answer = house.post(key, "/api/sessions", "{\"key\":\"" + key + "\"}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    String cookie = String.valueOf(AccessHouse.header(answer, "set-cookie"));
    return cookie.substring(cookie.indexOf('=') + 1, cookie.indexOf(';'));
  }

  private int sessionStatus(String session) {
    return house
            .access
            .authenticator()
            .authenticate(new Authenticator.Credentials(null, session))
            .isPresent()
        ? 200
        : 401;
  }

  private JsonNode kept(String name) {
    for (JsonNode one : AccessHouse.json(house.get(operator, "/api/keys")).get("data")) {
      if (one.get("name").asText().equals(name)) {
        return one;
      }
    }
    throw new AssertionError("no key " + name);
  }
}
