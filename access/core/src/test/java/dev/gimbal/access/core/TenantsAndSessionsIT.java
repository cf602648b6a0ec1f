package dev.gimbal.access.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.http.Csrf;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TenantsAndSessionsIT {
  private final AccessHouse house = new AccessHouse();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void shouldMakeTheFirstTenantOnceThoughTwoNodesStartTogether() throws Exception {
    try (TestDatabase database = TestDatabase.fresh();
        Database second = database.secondNode();
        Access one = house.node(database);
        Access other = house.node(second)) {
      ConcurrentLinkedQueue<String> kept = new ConcurrentLinkedQueue<>();

      List<Boolean> made =
          AccessHouse.together(
              List.of(
                  () -> one.ensureFirstTenant(kept::add),
                  () -> other.ensureFirstTenant(kept::add)));

      assertThat(made).containsExactlyInAnyOrder(true, false);
      assertThat(kept).hasSize(1);
      assertThat(one.ensureFirstTenant(kept::add)).isFalse();
    }
  }

  @Test
  void shouldMakeNoTenantWhenItsKeyCouldNotBeKept() throws Exception {
    try (TestDatabase database = TestDatabase.fresh();
        Access access = house.node(database)) {
      assertThatThrownBy(
              () ->
                  access.ensureFirstTenant(
                      key -> {
                        throw new IllegalStateException("the disk is full");
                      }))
          .hasStackTraceContaining("the disk is full");

      assertThat(access.ensureFirstTenant(key -> {})).isTrue();
    }
  }

  @Test
  void shouldLetTheOperatorMakeTenantsAndNobodyElse() {
    HttpResponse<String> made =
        house.post(house.operatorKey, "/api/tenants", "{\"name\":\"acme\",\"title\":\"Acme Ltd\"}");
    String acme = AccessHouse.field(made, "key");

    assertThat(made.statusCode()).isEqualTo(201);
    assertThat(AccessHouse.field(made, "id")).startsWith("ten_");
    assertThat(house.get(acme, "/api/keys").statusCode()).isEqualTo(200);
    assertThat(house.get(acme, "/api/tenants").statusCode()).isEqualTo(403);
    assertThat(house.post(acme, "/api/tenants", "{\"name\":\"mine\"}").statusCode()).isEqualTo(403);
    assertThat(house.post(house.operatorKey, "/api/tenants", "{\"name\":\"acme\"}").statusCode())
        .isEqualTo(409);
    assertThat(house.get(house.operatorKey, "/api/tenants").body()).contains("acme", "default");
  }

  @Test
  void shouldWriteDownATenantsBeginningOnBothSides() {
    String acme = house.newTenant("acme");

    assertThat(house.get(acme, "/api/audit").body()).contains("tenant.created");
    assertThat(house.get(house.operatorKey, "/api/audit").body()).contains("\"name\":\"acme\"");
  }

  @Test
  void shouldWriteDownWhoMadeAndRevokedAKey() {
    house.newKey(house.operatorKey, "worker", "viewer");
    house.delete(house.operatorKey, "/api/keys/worker");

    var entries = AccessHouse.json(house.get(house.operatorKey, "/api/audit?limit=2")).get("data");

    assertThat(entries.findValuesAsText("action")).containsExactly("key.revoked", "key.created");
    assertThat(entries.get(0).get("principal").asText()).startsWith("key_");
    assertThat(entries.get(1).get("detail").get("role").asText()).isEqualTo("viewer");
  }

  @Test
  void shouldKeepNoAuditEntryOfAChangeThatWasRolledBack() {
    Principal system = Principal.system(TenantId.FIRST);
    assertThatThrownBy(
            () ->
                house.database.inTransaction(
                    TenantId.FIRST,
                    transaction -> {
                      house.access.audit().append(transaction, system, "thing.lost", "x", Map.of());
                      throw new IllegalStateException("the change failed");
                    }))
        .isInstanceOf(IllegalStateException.class);
    house.database.inTransaction(
        TenantId.FIRST,
        transaction -> {
          house.access.audit().append(transaction, system, "thing.kept", "x", Map.of("a", 1));
          return true;
        });

    assertThat(house.get(house.operatorKey, "/api/audit").body())
        .contains("thing.kept")
        .doesNotContain("thing.lost");
  }

  @Test
  void shouldSignInWithAKeyAndOutAgain() {
    HttpResponse<String> in = signIn(house.operatorKey);
    String cookie = cookieOf(in);

    assertThat(in.statusCode()).isEqualTo(201);
    assertThat(AccessHouse.header(in, "set-cookie"))
        .contains("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200")
        .doesNotContain("Secure");
    assertThat(AccessHouse.json(in).get("principal").get("role").asText()).isEqualTo("operator");
    assertThat(AccessHouse.field(in, "csrf")).isEqualTo(Csrf.tokenOf(cookie));
    assertThat(get(cookie, "/api/sessions/current").body()).isEqualTo(in.body());

    assertThat(changing(cookie, "DELETE", "/api/sessions/current", "wrong")).isEqualTo(401);
    assertThat(changing(cookie, "DELETE", "/api/sessions/current", Csrf.tokenOf(cookie)))
        .isEqualTo(204);
    assertThat(get(cookie, "/api/sessions/current").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldEndASessionWithItsTime() {
    String cookie = cookieOf(signIn(house.operatorKey));

    house.clock.advance(Duration.ofHours(12));

    assertThat(get(cookie, "/api/sessions/current").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldEndASessionWithItsKey() {
    String key = house.newKey(house.operatorKey, "worker", "viewer");
    String cookie = cookieOf(signIn(key));
    assertThat(get(cookie, "/api/sessions/current").statusCode()).isEqualTo(200);

    house.delete(house.operatorKey, "/api/keys/worker");

    assertThat(get(cookie, "/api/sessions/current").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldNotSignInWithAWrongKey() {
    assertThat(signIn("gmb_wrong").statusCode()).isEqualTo(401);
    assertThat(signIn("").statusCode()).isEqualTo(401);
  }

  @Test
  void shouldKeepOneKeyFromPilingUpSessions() {
    Keys keys =
        new Keys(
            house.database,
            new KeyRing(house.database, house.clock),
            new AuditLog(new TimeOrderedIds(Clock.systemUTC()), house.clock),
            new Secrets(new SecureRandom()),
            new TimeOrderedIds(Clock.systemUTC()),
            house.clock);
    Sessions sessions =
        new Sessions(
            house.database,
            keys,
            new AuditLog(new TimeOrderedIds(Clock.systemUTC()), house.clock),
            new Secrets(new SecureRandom()),
            house.clock,
            Duration.ofHours(12));
    Principal operator =
        house
            .access
            .authenticator()
            .authenticate(new Authenticator.Credentials(house.operatorKey, null))
            .map(Principal::of)
            .orElseThrow();
    for (int number = 0; number < 102; number++) {
      house.clock.advance(Duration.ofSeconds(1));
      sessions.create(operator, null);
    }

    int kept =
        house.database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT count(*) FROM access.session")
                    .mapTo(Integer.class)
                    .one());
    assertThat(kept).isEqualTo(100);
  }

  @Test
  void shouldEraseSessionsAndStoredAnswersOfAPrincipal() {
    String acme = house.newTenant("acme");
    String cookie = cookieOf(signIn(house.operatorKey));
    signIn(acme);
    String principal =
        AccessHouse.json(signIn(house.operatorKey)).get("principal").get("id").asText();

    long erased =
        house.database.inTransaction(
            TenantId.FIRST, transaction -> house.access.erasable().erase(transaction, principal));
    long again =
        house.database.inTransaction(
            TenantId.FIRST, transaction -> house.access.erasable().erase(transaction, principal));

    assertThat(cookie).isNotEmpty();
    assertThat(erased).isEqualTo(2);
    assertThat(again).isZero();
  }

  private HttpResponse<String> signIn(String key) {
    return house.send(
        house
            .posting("", "/api/sessions", "{\"key\":\"" + key + "\"}")
            .setHeader("authorization", "none")
            .build());
  }

  private static String cookieOf(HttpResponse<String> answer) {
    String header = AccessHouse.header(answer, "set-cookie");
    assertThat(header).startsWith("gimbal_session=");
    return header == null ? "" : header.substring("gimbal_session=".length(), header.indexOf(';'));
  }

  private HttpResponse<String> get(String cookie, String path) {
    return house.send(withCookie(cookie, path).build());
  }

  private int changing(String cookie, String method, String path, String csrf) {
    return house
        .send(
            withCookie(cookie, path)
                .header(Csrf.HEADER, csrf)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build())
        .statusCode();
  }

  private HttpRequest.Builder withCookie(String cookie, String path) {
    return house
        .request("", path)
        .setHeader("authorization", "none")
        .header("cookie", "gimbal_session=" + cookie);
  }
}
