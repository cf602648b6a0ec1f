package dev.gimbal.gateway.core.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.guard.GuardedBody.Passed;
import dev.gimbal.gateway.core.guard.GuardedBody.Refused;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Declared guards, on a real database, one of them on another server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuardsIT {
  private static final TenantId OTHER = new TenantId(new UUID(0x7000L, 1L << 63));
  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.fresh();
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Principal owner = principal(TenantId.FIRST, "ann");
  private final Principal stranger = principal(OTHER, "eve");
  private Guards guards;
  private HttpServer server;
  private volatile String answer = "{}";

  private static Principal principal(TenantId tenant, String name) {
    return new Principal(
        tenant,
        Principal.Kind.SERVICE,
        UUID.randomUUID(),
        name,
        "administrator",
        Rights.TENANT,
        null);
  }

  @BeforeAll
  void open() {
    database.migrate("gateway");
    guards = guards(true);
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              asked.add(body.toString());
                              request.response().end(answer);
                            }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
  }

  private Guards guards(boolean allowPrivate) {
    return Guards.create(
        new GuardParts(
            vertx,
            database,
            (transaction, who, action, subject, detail) -> audited.add(action + " " + subject),
            Clock.systemUTC(),
            List.of(),
            () -> {
              throw new IllegalStateException("no model here");
            },
            allowPrivate));
  }

  @AfterAll
  void close() {
    guards.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
    database.close();
  }

  private Response call(Principal who, String method, String path, Map<String, ?> body) {
    return TestRequest.send(guards.routes(), who, method, path, body);
  }

  private static Map<String, Object> guard(String name, String action, Object... more) {
    Map<String, Object> guard = new HashMap<>();
    guard.put("name", name);
    guard.put("kind", "deny");
    guard.put("places", List.of("prompt"));
    guard.put("action", action);
    guard.put("settings", Map.of("phrases", List.of(name + " word")));
    for (int i = 0; i < more.length; i += 2) {
      guard.put((String) more[i], more[i + 1]);
    }
    return guard;
  }

  private GuardedBody prompt(Principal who, String model, String text) {
    return guards
        .guard(new GuardedCall(UUID.randomUUID(), who, model, null, Runnable::run))
        .prompt(Buffer.buffer("{\"messages\":[{\"content\":" + Json.write(text) + "}]}"), List.of())
        .toCompletableFuture()
        .join();
  }

  @Test
  void shouldGuardTheCallsOfItsTenantAsDeclaredUntilItIsRemoved() {
    call(owner, "POST", "/api/guards", guard("first", "block"));
    assertThat(prompt(owner, "m", "the first word")).isInstanceOf(Refused.class);
    assertThat(prompt(stranger, "m", "the first word")).isInstanceOf(Passed.class);
    assertThatThrownBy(() -> call(owner, "POST", "/api/guards", guard("first", "block")))
        .isInstanceOf(GatewayException.class);
    assertThatThrownBy(() -> call(stranger, "GET", "/api/guards/first", Map.of()))
        .hasMessage("There is no guard first.");
    assertThatThrownBy(() -> call(stranger, "DELETE", "/api/guards/first", Map.of()))
        .hasMessage("There is no guard first.");

    Response.Json changed =
        (Response.Json) call(owner, "PUT", "/api/guards/first", guard("first", "redact"));
    assertThat(changed.headers()).containsEntry("ETag", "\"2\"");
    assertThat(((Passed) prompt(owner, "m", "the first word")).body().toString())
        .contains("the [removed]");

    call(owner, "DELETE", "/api/guards/first", Map.of());
    assertThat(prompt(owner, "m", "the first word")).isInstanceOf(Passed.class);
    assertThat(audited)
        .contains("guard.created first", "guard.changed first", "guard.removed first");
  }

  @Test
  void shouldLookOnlyAtTheCallsItAppliesTo() {
    call(
        owner,
        "POST",
        "/api/guards",
        guard(
            "some",
            "block",
            "applies_to",
            Map.of("models", List.of("openai/*"), "principals", List.of("ann"))));

    assertThat(prompt(owner, "openai/gpt", "some word")).isInstanceOf(Refused.class);
    assertThat(prompt(owner, "other/gpt", "some word")).isInstanceOf(Passed.class);
    assertThat(prompt(principal(TenantId.FIRST, "bob"), "openai/gpt", "some word"))
        .isInstanceOf(Passed.class);
    call(owner, "DELETE", "/api/guards/some", Map.of());
  }

  @Test
  void shouldLookAtTheCallsOfAnApplicationAlone() {
    call(
        owner,
        "POST",
        "/api/guards",
        guard("app", "block", "applies_to", Map.of("apps", List.of("shop"))));

    for (Map.Entry<String, Class<?>> each :
        Map.<String, Class<?>>of("shop", Refused.class, "other", Passed.class).entrySet()) {
      GuardedBody said =
          guards
              .guard(new GuardedCall(UUID.randomUUID(), owner, "m", each.getKey(), Runnable::run))
              .prompt(Buffer.buffer("{\"messages\":[{\"content\":\"app word\"}]}"), List.of())
              .toCompletableFuture()
              .join();
      assertThat(said).isInstanceOf(each.getValue());
    }
    assertThat(prompt(owner, "m", "app word")).as("no application's").isInstanceOf(Passed.class);
    call(owner, "DELETE", "/api/guards/app", Map.of());
  }

  @Test
  void shouldTakeAModelForNamesOnlyWhereNamesAreLookedFor() {
    Map<String, Object> named = guard("names", "redact", "kind", "pii");
    named.put("settings", Map.of("entities", List.of("person"), "model", "up/names"));
    assertThat(((Response.Json) call(owner, "POST", "/api/guards", named)).status()).isEqualTo(201);
    named.put("name", "wrong");
    named.put("settings", Map.of("entities", List.of("email"), "model", "up/names"));
    assertThatThrownBy(() -> call(owner, "POST", "/api/guards", named))
        .hasMessageContaining("settings.model");
    call(owner, "DELETE", "/api/guards/names", Map.of());
  }

  @Test
  void shouldFollowWhatAnotherNodeDeclared() {
    try (Guards node = guards(true)) {
      TestRequest.send(node.routes(), owner, "POST", "/api/guards", guard("far", "block"));
    }
    assertThat(prompt(owner, "m", "far word")).isInstanceOf(Passed.class);
    guards.reload();
    assertThat(prompt(owner, "m", "far word")).isInstanceOf(Refused.class);
    call(owner, "DELETE", "/api/guards/far", Map.of());
  }

  @Test
  void shouldNameTheFieldThatIsWrong() {
    assertWrong("settings.phrases", guard("w", "block", "settings", Map.of()));
    assertWrong(
        "settings.colour",
        guard("w", "block", "settings", Map.of("colour", 1, "phrases", List.of("x"))));
    assertWrong("kind", guard("w", "block", "kind", "x"));
    assertWrong("action", guard("w", "delete"));
    assertWrong("places", guard("w", "block", "places", List.of("nowhere")));
    assertWrong("name", guard("W!", "block"));
    assertWrong(
        "settings.entities",
        guard("w", "block", "kind", "pii", "settings", Map.of("entities", List.of("x"))));
    assertWrong(
        "settings.classifier",
        guard("w", "block", "kind", "injection", "settings", Map.of("classifier", "none")));
  }

  private void assertWrong(String field, Map<String, Object> guard) {
    assertThatThrownBy(() -> call(owner, "POST", "/api/guards", guard))
        .isInstanceOfSatisfying(
            HttpException.class, e -> assertThat(e.fields().getFirst().field()).isEqualTo(field));
  }

  @Test
  void shouldAskAGuardOnAnotherServerAndFailClosedWhereItSaysNothingOfUse() {
    String url = "http://127.0.0.1:" + server.actualPort() + "/judge";
    call(
        owner,
        "POST",
        "/api/guards",
        guard("remote", "redact", "kind", "http", "settings", Map.of("url", url)));
    answer =
        "{\"verdict\":\"found\",\"kinds\":[\"Some Kind\"],"
            + "\"replacements\":[{\"start\":4,\"end\":7,\"text\":\"X\"}]}";
    assertThat(prompt(owner, "m", "the cat"))
        .isInstanceOfSatisfying(
            Passed.class, passed -> assertThat(passed.body().toString()).contains("\"the X\""));
    assertThat(asked.getLast())
        .isEqualTo("{\"guard\":\"remote\",\"place\":\"prompt\",\"text\":\"the cat\"}");

    answer = "{\"verdict\":\"found\",\"replacements\":[{\"start\":4,\"end\":99,\"text\":\"X\"}]}";
    assertThat(prompt(owner, "m", "the cat")).isInstanceOf(Refused.class);
    answer = "no";
    assertThat(prompt(owner, "m", "the cat")).isInstanceOf(Refused.class);
    answer = "{\"verdict\":\"pass\"}";
    assertThat(prompt(owner, "m", "the cat")).isInstanceOf(Passed.class);

    int before = asked.size();
    try (Guards strict = guards(false)) {
      GuardedBody refused =
          strict
              .guard(new GuardedCall(UUID.randomUUID(), owner, "m", null, Runnable::run))
              .prompt(Buffer.buffer("{\"messages\":[{\"content\":\"hi\"}]}"), List.of())
              .toCompletableFuture()
              .join();
      assertThat(refused).isInstanceOf(Refused.class);
    }
    assertThat(asked).hasSize(before);
    call(owner, "DELETE", "/api/guards/remote", Map.of());
  }
}
