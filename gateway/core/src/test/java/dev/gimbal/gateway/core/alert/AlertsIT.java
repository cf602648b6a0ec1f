package dev.gimbal.gateway.core.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.core.budget.BudgetAlert;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.Sealing;
import dev.gimbal.gateway.core.routes.TestRequest;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import jakarta.mail.internet.MimeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AlertsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Delivery.Pace PACE =
      new Delivery.Pace(
          Duration.ofMillis(20),
          16,
          Duration.ofSeconds(3),
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          4);

  private final Vertx vertx = Vertx.vertx();
  private final TestDatabase database = TestDatabase.fresh();
  private final Clock clock = Clock.systemUTC();
  private final GreenMail mail =
      new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
  private final List<Hook> hooks = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<String> audited = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private AlertModule node;

  private record Hook(String signature, String delivery, byte[] body) {}

  private final TenantId tenant = new TenantId(new UUID(8, 1));
  private final Principal admin = principal(tenant, Rights.TENANT);
  private final Principal stranger = principal(new TenantId(new UUID(8, 2)), Rights.TENANT);

  private static Principal principal(TenantId tenant, java.util.Set<String> rights) {
    return new Principal(
        tenant, Principal.Kind.USER, UUID.randomUUID(), "p", "administrator", rights, null);
  }

  @BeforeAll
  void start() {
    database.migrate("gateway");
    mail.start();
    server =
        vertx
            .createHttpServer()
            .requestHandler(
                request ->
                    request
                        .body()
                        .onSuccess(
                            body -> {
                              hooks.add(
                                  new Hook(
                                      request.getHeader("x-gimbal-signature"),
                                      request.getHeader("x-gimbal-delivery"),
                                      body.getBytes()));
                              int status = failures.getAndDecrement() > 0 ? 503 : 204;
                              request.response().setStatusCode(status).end();
                            }))
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    node = node(database, true);
  }

  private AlertModule node(Database database, boolean allowPrivate) {
    AlertModule made =
        AlertModule.create(
            new AlertConfig(
                new AlertConfig.Smtp(
                    "127.0.0.1",
                    mail.getSmtp().getPort(),
                    AlertConfig.Security.NONE,
                    null,
                    null,
                    "gimbal@example.org")),
            new AlertModule.Parts(
                vertx,
                database,
                (transaction, who, action, subject, detail) ->
                    audited.add(action + " " + subject + " " + Json.write(detail)),
                Metrics.NONE,
                new ProviderCatalog(Map.of()),
                clock,
                new TimeOrderedIds(clock),
                allowPrivate),
            new Sealing(new SecretKeySpec(new byte[32], "AES")),
            PACE);
    open.add(made);
    return made;
  }

  @AfterAll
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    mail.stop();
    database.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @BeforeEach
  void nothingYet() throws Exception {
    database.asOwner(
        handle ->
            handle.execute("DELETE FROM gateway.alert")
                + handle.execute("DELETE FROM gateway.alert_channel"));
    hooks.clear();
    failures.set(0);
    mail.purgeEmailFromAllMailboxes();
  }

  private Response send(AlertModule to, Principal who, String method, String path, Object... json) {
    Map<String, Object> body = new HashMap<>();
    for (int i = 0; i < json.length; i += 2) {
      body.put((String) json[i], json[i + 1]);
    }
    return TestRequest.send(to.routes(), who, method, path, body);
  }

  private void webhook(AlertModule at, String name, String secret) {
    send(
        at,
        admin,
        "POST",
        "/api/alert-channels",
        "name",
        name,
        "kind",
        "webhook",
        "url",
        "http://127.0.0.1:" + server.actualPort() + "/hook?a=1",
        "secret",
        secret);
  }

  private void reach(AlertModule at, double share) {
    Limit limit =
        new Limit(
            new UUID(1, 1),
            tenant,
            "team",
            new Limit.Scope(Limit.Scope.Kind.TENANT, ""),
            Limit.Unit.NANO_USD,
            10_000_000_000L,
            new Window.Total(),
            true,
            false);
    database.inTransaction(
        tenant,
        transaction -> {
          at.budget(
              transaction,
              new BudgetAlert(limit, share, 9_000_000_000L, Instant.ofEpochSecond(1_000_000)));
          return true;
        });
  }

  private String states() {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    "SELECT coalesce(string_agg(state || ' ' || attempts, ',' ORDER BY channel), '')"
                        + " FROM gateway.alert_delivery")
                .mapTo(String.class)
                .one());
  }

  private static void await(BooleanSupplier there) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static String json(Response response) {
    return Json.write(((Response.Json) response).value());
  }

  @Test
  void shouldSignWhatAWebhookGetsSoThatTheReceiverCanTellItIsOurs() throws Exception {
    webhook(node, "hook", "very-secret");
    reach(node, 1);
    await(() -> states().equals("sent 1"));

    Hook hook = hooks.getFirst();
    String[] parts = hook.signature().split("[=,]");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("very-secret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    mac.update((parts[1] + ".").getBytes(StandardCharsets.UTF_8));
    assertThat(parts[3]).isEqualTo(HexFormat.of().formatHex(mac.doFinal(hook.body())));
    assertThat(new String(hook.body(), StandardCharsets.UTF_8))
        .contains(
            "\"kind\":\"budget\"", "team is spent, and calls are refused", "\"limit_usd\":\"10\"");
    assertThat(json(send(node, admin, "GET", "/api/alert-channels")))
        .contains("\"secret\":\"sealed\"")
        .doesNotContain("very-secret");
    assertThat(audited.toString())
        .contains("alert-channel.created hook")
        .doesNotContain("very-sec");
    assertThat(
            database.<String>asOwner(
                handle ->
                    handle
                        .createQuery("SELECT encode(sealed, 'escape') FROM gateway.alert_channel")
                        .mapTo(String.class)
                        .one()))
        .doesNotContain("very-secret");
  }

  @Test
  void shouldTryAgainUntilAChannelTakesItAndSendItOnceThen() {
    failures.set(2);
    webhook(node, "hook", "s");
    reach(node, 0.8);

    await(() -> states().equals("sent 3"));
    assertThat(hooks)
        .hasSize(3)
        .extracting(Hook::delivery)
        .containsOnly(hooks.getFirst().delivery());
  }

  /// The database's clock was two days ahead when it was put off, and is right again.
  @Test
  void shouldNotWaitForTheTimeOfAClockThatWasAhead() {
    webhook(node, "hook", "s");
    reach(node, 0.8);
    await(() -> states().equals("sent 1"));

    database.asOwner(
        handle ->
            handle.execute(
                "UPDATE gateway.alert_delivery"
                    + " SET state = 'waiting', ended = NULL, due = now() + interval '2 days'"));

    await(() -> states().equals("sent 2"));
    assertThat(hooks).hasSize(2);
  }

  @Test
  void shouldGiveUpAfterItsAttemptsAndSayWhy() {
    failures.set(1_000);
    webhook(node, "hook", "s");
    reach(node, 0.8);

    await(() -> states().equals("failed 4"));
    String id =
        json(send(node, admin, "GET", "/api/alerts")).replaceAll(".*\"id\":\"(\\w+)\".*", "$1");
    assertThat(json(send(node, admin, "GET", "/api/alerts/" + id))).contains("status 503");
  }

  @Test
  void shouldSendEachAlertOnceWhereSeveralNodesCarryThem() throws Exception {
    try (Database other = database.secondNode();
        AlertModule second = node(other, true)) {
      webhook(node, "hook", "s");
      for (int i = 1; i <= 40; i++) {
        reach(i % 2 == 0 ? node : second, i / 100.0);
        reach(i % 2 == 0 ? second : node, i / 100.0);
      }
      await(() -> states().matches("(sent 1,){39}sent 1"));
      assertThat(hooks).hasSize(40);
      assertThat(hooks.stream().map(Hook::delivery).distinct()).hasSize(40);
    }
  }

  @Test
  void shouldNotConnectToAPrivateAddressUnlessThatIsAllowed() throws Exception {
    node.close();
    try (AlertModule strict = node(database, false)) {
      webhook(strict, "hook", "s");
      reach(strict, 1);
      await(() -> states().equals("failed 4"));
      assertThat(hooks).isEmpty();
    } finally {
      node = node(database, true);
    }
  }

  @Test
  void shouldMailToEveryRecipientWithoutLettingANameEndAHeader() throws Exception {
    send(
        node,
        admin,
        "POST",
        "/api/alert-channels",
        "name",
        "people",
        "kind",
        "email",
        "recipients",
        List.of("a@example.org", "b@example.org"),
        "alerts",
        List.of("surge"));
    database.asOwner(
        handle ->
            new AlertStore(new TimeOrderedIds(clock))
                .raise(
                    handle,
                    tenant,
                    new AlertStore.News(
                        Alert.Kind.SURGE,
                        "o",
                        "evil\r\nBcc: c@example.org",
                        "Spend of 路由 evil\r\nBcc: c@example.org",
                        Map.of("spent_usd", "12"),
                        clock.instant())));

    await(() -> mail.getReceivedMessages().length == 2);
    MimeMessage message = mail.getReceivedMessages()[0];
    assertThat(mail.getReceivedMessages()).hasSize(2);
    assertThat(message.getSubject()).contains("Spend of 路由 evil").contains("Bcc: c@example.org");
    assertThat(message.getHeader("Bcc")).isNull();
    assertThat(message.getAllRecipients()).hasSize(2);
    assertThat(message.getContent().toString()).contains("spent_usd: 12");
    assertThat(message.getMessageID()).contains(".people@gimbal");
    await(() -> states().equals("sent 1"));
  }

  @Test
  void shouldGiveAChannelOnlyTheKindsItTakes() {
    send(
        node,
        admin,
        "POST",
        "/api/alert-channels",
        "name",
        "people",
        "kind",
        "email",
        "recipients",
        List.of("a@example.org"),
        "alerts",
        List.of("surge"));
    reach(node, 1);

    assertThat(states()).isEmpty();
    assertThat(json(send(node, admin, "GET", "/api/alerts"))).contains("\"subject\":\"team\"");
  }

  @Test
  void shouldShowAlertsToTheirTenantAloneAndRememberWhoTookNote() {
    reach(node, 1);
    reach(node, 1);
    String list = json(send(node, admin, "GET", "/api/alerts"));
    String id = list.replaceAll(".*?\"id\":\"(\\w+)\".*", "$1");

    assertThat(list.split("\"id\"")).hasSize(2);
    assertThat(json(send(node, stranger, "GET", "/api/alerts"))).doesNotContain(id);
    assertThatThrownBy(() -> send(node, stranger, "POST", "/api/alerts/" + id + "/acknowledge"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.ALERT_UNKNOWN);
    assertThat(json(send(node, admin, "POST", "/api/alerts/" + id + "/acknowledge")))
        .contains("\"state\":\"acknowledged\"", admin.id());
  }

  @Test
  void shouldKeepTheSecretOfAChannelThatIsReplacedWithoutOne() {
    webhook(node, "hook", "first");
    send(
        node,
        admin,
        "PUT",
        "/api/alert-channels/hook",
        "name",
        "hook",
        "kind",
        "webhook",
        "url",
        "http://127.0.0.1:" + server.actualPort() + "/other");
    reach(node, 1);
    await(() -> states().equals("sent 1"));

    assertThat(hooks.getFirst().signature()).contains("v1=");
  }

  private String test(AlertModule at, String channel) {
    return json(send(at, admin, "POST", "/api/alert-channels/" + channel + "/test"));
  }

  @Test
  void shouldSendATestOfAChannelOnceAndSayWhatCameBack() throws Exception {
    webhook(node, "hook", "s");
    String address = "http://127.0.0.1:" + server.actualPort() + "/hook?a=1";
    send(
        node,
        admin,
        "POST",
        "/api/alert-channels",
        "name",
        "people",
        "kind",
        "email",
        "recipients",
        List.of("a@example.org"));

    assertThat(test(node, "hook")).contains("\"sent\":true", "\"said\":\"status 204\"");
    assertThat(new String(hooks.getFirst().body(), StandardCharsets.UTF_8))
        .contains("\"kind\":\"test\"", "\"subject\":\"hook\"");
    assertThat(hooks.getFirst().signature()).contains("v1=");
    assertThat(test(node, "people")).contains("\"sent\":true", "the mail server took it");
    assertThat(mail.getReceivedMessages()[0].getSubject()).contains("A test of the channel people");
    failures.set(1);
    assertThat(test(node, "hook")).contains("\"sent\":false", "\"said\":\"status 503\"");
    for (List<String> wrong :
        List.of(
            List.of(address.replace("127.0.0.1", "nobody.invalid"), "its host is unknown"),
            List.of("http://127.0.0.1:1/hook", "cannot be connected to"),
            List.of(address.replace("http:", "https:"), "TLS"))) {
      send(
          node,
          admin,
          "PUT",
          "/api/alert-channels/hook",
          "name",
          "hook",
          "kind",
          "webhook",
          "url",
          wrong.getFirst());
      assertThat(test(node, "hook")).contains("\"sent\":false", wrong.getLast());
    }
    assertThat(hooks).as("once each").hasSize(2);
    assertThat(json(send(node, admin, "GET", "/api/alerts"))).as("none is kept").contains("[]");
    assertThat(audited.toString()).contains("alert-channel.tested hook");
    assertThatThrownBy(() -> send(node, stranger, "POST", "/api/alert-channels/hook/test"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.ALERT_CHANNEL_UNKNOWN);
  }

  @Test
  void shouldNotTestAPrivateAddressUnlessThatIsAllowed() throws Exception {
    try (AlertModule strict = node(database, false)) {
      webhook(strict, "hook", "s");
      assertThat(test(strict, "hook")).contains("\"sent\":false", "has a private address");
      assertThat(hooks).isEmpty();
    }
  }

  @Test
  void shouldRefuseWhatIsNoAddressAndReferencesOfWhoDoesNotRunTheServer() {
    for (String recipient : List.of("a@b\r\nRCPT TO:<c@d>", "no", "a b@example.org", "<a@b.c>")) {
      assertThatThrownBy(
              () ->
                  send(
                      node,
                      admin,
                      "POST",
                      "/api/alert-channels",
                      "name",
                      "x",
                      "kind",
                      "email",
                      "recipients",
                      List.of(recipient)))
          .isInstanceOf(HttpException.class);
    }
    assertThatThrownBy(() -> webhook(node, "y", "env:PATH")).isInstanceOf(HttpException.class);
    assertThatThrownBy(
            () ->
                send(
                    node,
                    admin,
                    "POST",
                    "/api/alert-channels",
                    "name",
                    "z",
                    "kind",
                    "webhook",
                    "url",
                    "file:///etc/passwd"))
        .isInstanceOf(HttpException.class);
  }
}
