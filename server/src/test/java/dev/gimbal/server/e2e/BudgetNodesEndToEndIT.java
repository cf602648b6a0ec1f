package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three whole nodes on one database and one hard budget: never exceeded, used up but for what one
/// call needs, and what a node that was killed had under way is one record a call, at its reserved
/// price.
class BudgetNodesEndToEndIT {
  /// Of every answer, at a thousandth of a cent a token: prompt, answer.
  private static final int PROMPT = 100;

  private static final int ANSWER = 20;
  private static final BigDecimal TOKEN = new BigDecimal("0.000001");
  private static final BigDecimal LIMIT = new BigDecimal("0.006");
  private static final int HELD = 5;

  @TempDir static Path directory;
  private static final AtomicInteger answered = new AtomicInteger();
  private static final AtomicInteger holding = new AtomicInteger();
  private static final CountDownLatch end = new CountDownLatch(1);
  private static final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private static TestDatabase database;
  private static HttpServer upstream;
  private static final List<PackagedServer> nodes = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    database = TestDatabase.fresh();
    durable("SET", " = on");
    upstream = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    upstream.setExecutor(threads);
    upstream.createContext("/v1/chat/completions", BudgetNodesEndToEndIT::answer);
    upstream.start();
    nodes.add(node(0));
    List<Future<PackagedServer>> others = new ArrayList<>();
    for (int i = 1; i < 3; i++) {
      int number = i;
      others.add(threads.submit(() -> node(number)));
    }
    for (Future<PackagedServer> other : others) {
      nodes.add(other.get(3, TimeUnit.MINUTES));
    }
  }

  @AfterAll
  static void stop() throws Exception {
    end.countDown();
    nodes.forEach(PackagedServer::close);
    upstream.stop(0);
    threads.shutdownNow();
    durable("RESET", "");
    database.close();
  }

  /// A node takes no database that loses what it acknowledged; that of other tests does.
  private static void durable(String verb, String value) throws Exception {
    DatabaseConfig.Server.Disposable login = login();
    try (Connection connection =
            DriverManager.getConnection(login.url(), login.user(), login.password());
        Statement statement = connection.createStatement()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        statement.execute("ALTER SYSTEM " + verb + " " + setting + value);
      }
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static DatabaseConfig.Server.Disposable login() {
    return (DatabaseConfig.Server.Disposable) database.config().server();
  }

  /// A node with a data directory of its own, and the secrets of the first.
  private static PackagedServer node(int number) throws Exception {
    Path data = Files.createDirectories(directory.resolve("node" + number));
    if (number > 0) {
      for (String secret : List.of("admin.key", "master.key")) {
        Path own = data.resolve(secret);
        if (!Files.exists(own)) {
          Files.copy(directory.resolve("node0").resolve(secret), own);
        }
      }
    }
    DatabaseConfig.Server.Disposable login = login();
    return PackagedServer.start(
        data,
        Map.of(
            "GIMBAL_DATABASE_URL", login.url(),
            "GIMBAL_DATABASE_USER", login.user(),
            "GIMBAL_DATABASE_PASSWORD", login.password(),
            "GIMBAL_DATABASE_CONNECTIONS", "6",
            "GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true"));
  }

  private static void answer(HttpExchange exchange) {
    try (exchange) {
      JsonNode call = Json.MAPPER.readTree(exchange.getRequestBody());
      if (call.path("model").asText().equals("held")) {
        holding.incrementAndGet();
        end.await();
        return;
      }
      answered.incrementAndGet();
      byte[] json =
          Json.bytes(
              Map.of(
                  "id",
                  "c",
                  "choices",
                  List.of(Map.of("index", 0, "message", Map.of("content", "yes"))),
                  "usage",
                  Map.of("prompt_tokens", PROMPT, "completion_tokens", ANSWER)));
      exchange.getResponseHeaders().add("content-type", "application/json");
      exchange.sendResponseHeaders(200, json.length);
      exchange.getResponseBody().write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Bytes bound the prompt's tokens, so 180 tokens are held for a call of which 120 are used.
  private static Map<String, Object> call(String model) {
    String text = "x".repeat(160 - 76 - model.length());
    return Map.of(
        "model",
        "up/" + model,
        "max_tokens",
        ANSWER,
        "messages",
        List.of(Map.of("role", "user", "content", text)));
  }

  private static Answer chat(PackagedServer node, String model) {
    try {
      return node.post("/v1/chat/completions", call(model));
    } catch (Exception e) {
      return new Answer(0, Json.MAPPER.getNodeFactory().textNode(String.valueOf(e)));
    }
  }

  private static void until(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static BigDecimal usd(JsonNode body, String field) {
    return new BigDecimal(body.path(field).asText());
  }

  private static List<JsonNode> records(PackagedServer node, String model) throws Exception {
    List<JsonNode> records = new ArrayList<>();
    node.get("/api/calls?limit=200&model=up/" + model).body().path("data").forEach(records::add);
    return records;
  }

  @Test
  void shouldSpendABudgetOnceWhateverNodesThereAreAndOneRecordACall() throws Exception {
    PackagedServer first = nodes.getFirst();
    declare(first);
    for (PackagedServer node : nodes) {
      until("every node knows", () -> chat(node, "none").status() == 429);
    }
    assertThat(first.send(first.key(), "PUT", "/api/budgets/b", raised(LIMIT)).status())
        .isEqualTo(200);
    int each = Json.bytes(call("fast")).length + ANSWER;
    int used = PROMPT + ANSWER;
    int tokens = LIMIT.divide(TOKEN).intValueExact();
    int most = (tokens - each) / used + 1;

    spendAtOnce();

    assertThat(answered.get()).as("never over").isLessThanOrEqualTo(most);
    until(
        "one node alone gets what the others gave back",
        () -> {
          chat(first, "fast");
          assertThat(answered.get()).isLessThanOrEqualTo(most);
          return answered.get() == most;
        });
    assertThat(chat(first, "fast").body().at("/error/code").asText()).isEqualTo("budget_spent");
    until("every call is on record", () -> succeeded(first, "fast").size() == most);
    assertThat(succeeded(first, "fast"))
        .allSatisfy(
            r ->
                assertThat(usd(r, "cost_usd"))
                    .isEqualByComparingTo(TOKEN.multiply(BigDecimal.valueOf(used))));

    killOneInFlight(most * used);
  }

  private static void declare(PackagedServer first) throws Exception {
    assertThat(
            first
                .post(
                    "/api/providers",
                    Map.of(
                        "name",
                        "up",
                        "dialect",
                        "openai",
                        "base_url",
                        "http://127.0.0.1:" + upstream.getAddress().getPort() + "/v1"))
                .status())
        .isEqualTo(201);
    assertThat(
            first
                .post(
                    "/api/prices",
                    Map.of(
                        "model",
                        "up/*",
                        "input_usd_per_million",
                        "1",
                        "output_usd_per_million",
                        "1",
                        "from",
                        "2026-01-01T00:00:00Z"))
                .status())
        .isEqualTo(201);
    assertThat(
            first
                .post("/api/budgets", Map.of("name", "b", "limit_usd", "0", "period", "total"))
                .status())
        .isEqualTo(201);
  }

  private static Map<String, Object> raised(BigDecimal to) {
    return Map.of("limit_usd", to.toPlainString());
  }

  /// Ten callers a node, until the node refuses three times in a row.
  private static void spendAtOnce() throws Exception {
    List<Future<?>> callers = new ArrayList<>();
    for (PackagedServer node : nodes) {
      for (int i = 0; i < 10; i++) {
        callers.add(threads.submit(() -> spend(node)));
      }
    }
    for (Future<?> caller : callers) {
      caller.get(2, TimeUnit.MINUTES);
    }
  }

  private static void spend(PackagedServer node) {
    int refused = 0;
    for (int i = 0; i < 100 && refused < 3; i++) {
      Answer answer = chat(node, "fast");
      refused = answer.status() == 200 ? 0 : refused + 1;
    }
  }

  private static List<JsonNode> succeeded(PackagedServer node, String model) throws Exception {
    return records(node, model).stream()
        .filter(r -> r.path("outcome").asText().equals("succeeded"))
        .toList();
  }

  private void killOneInFlight(int spentTokens) throws Exception {
    PackagedServer first = nodes.getFirst();
    PackagedServer victim = nodes.getLast();
    BigDecimal more = LIMIT.add(LIMIT);
    first.send(first.key(), "PUT", "/api/budgets/b", raised(more));
    int each = Json.bytes(call("held")).length + ANSWER;
    for (int i = 0; i < HELD; i++) {
      threads.execute(
          () -> {
            while (holding.get() < HELD && chat(victim, "held").status() == 429) {
              LockSupport.parkNanos(20_000_000);
            }
          });
    }
    until("all are held", () -> holding.get() == HELD);
    victim.kill();
    nodes.set(2, node(2));

    until("the calls of the dead are settled", () -> unknown(first).size() == HELD);
    assertThat(
            records(first, "held").stream().filter(r -> r.path("outcome").asText().equals("open")))
        .isEmpty();
    BigDecimal reserved = TOKEN.multiply(BigDecimal.valueOf(each));
    assertThat(unknown(first))
        .allSatisfy(
            r -> {
              assertThat(usd(r, "reserved_usd")).isEqualByComparingTo(reserved);
              assertThat(usd(r, "cost_usd")).isEqualByComparingTo(reserved);
            });
    int before = answered.get();
    spendAtOnce();
    BigDecimal known =
        TOKEN.multiply(
            BigDecimal.valueOf(
                spentTokens
                    + (long) HELD * each
                    + (long) (answered.get() - before) * (PROMPT + ANSWER)));
    assertThat(known).as("the dead node's calls count").isLessThanOrEqualTo(more);
    assertThat(answered.get()).as("the living go on").isGreaterThan(before);
    long left = more.divide(TOKEN).longValueExact() - spentTokens - (long) HELD * each;
    long fast = Json.bytes(call("fast")).length + (long) ANSWER;
    long most = before + (left - fast) / (PROMPT + ANSWER) + 1;
    until(
        "what the dead node held beyond its calls comes back",
        () -> {
          chat(first, "fast");
          assertThat(answered.get()).isLessThanOrEqualTo((int) most);
          return answered.get() == most;
        });
  }

  private static List<JsonNode> unknown(PackagedServer node) throws Exception {
    return records(node, "held").stream()
        .filter(r -> r.path("outcome").asText().equals("unknown"))
        .toList();
  }
}
