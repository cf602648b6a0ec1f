package dev.gimbal.access.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Assets;
import dev.gimbal.platform.http.HttpConfig;
import dev.gimbal.platform.http.HttpModule;
import dev.gimbal.platform.http.HttpServer;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.time.FakeClock;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The room on a new database, served over HTTP.
final class AccessHouse implements AutoCloseable {
  final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T12:00:00Z"));
  final TestDatabase database = TestDatabase.fresh();
  final Access access;
  final String operatorKey;
  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();

  AccessHouse() {
    access = node(database);
    AtomicReference<String> key = new AtomicReference<>("");
    access.ensureFirstTenant(key::set);
    access.start();
    operatorKey = key.get();
    HttpModule.Content content =
        new HttpModule.Content(
            access.authenticator(), access.idempotency(), access.routes(), List.of(), Assets.NONE);
    server =
        HttpModule.create(
            HttpConfig.DEFAULT.listeningOn("127.0.0.1", 0),
            vertx,
            content,
            new TimeOrderedIds(Clock.systemUTC()));
    port = server.start().getPort();
  }

  /// The room as another node has it.
  Access node(Database on) {
    return AccessModule.create(
        AccessConfig.DEFAULT, on, clock, new TimeOrderedIds(clock), new SecureRandom());
  }

  /// A request with a key.
  HttpRequest.Builder request(String key, String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .timeout(Duration.ofSeconds(30))
        .header("authorization", "Bearer " + key);
  }

  HttpResponse<String> get(String key, String path) {
    return send(request(key, path).build());
  }

  HttpResponse<String> delete(String key, String path) {
    return send(request(key, path).DELETE().build());
  }

  HttpResponse<String> post(String key, String path, String json) {
    return send(posting(key, path, json).build());
  }

  HttpRequest.Builder posting(String key, String path, String json) {
    return request(key, path)
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Makes a key with another one; its text.
  String newKey(String maker, String name, String role) {
    return field(
        post(maker, "/api/keys", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"}"), "key");
  }

  /// Makes a tenant; the text of its administrator's key.
  String newTenant(String name) {
    return field(post(operatorKey, "/api/tenants", "{\"name\":\"" + name + "\"}"), "key");
  }

  static String field(HttpResponse<String> answer, String name) {
    JsonNode value = json(answer).get(name);
    if (value == null) {
      throw new AssertionError("no " + name + " in " + answer.body());
    }
    return value.asText();
  }

  static JsonNode json(HttpResponse<String> answer) {
    try {
      return Json.tree(answer.body());
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + answer.body(), e);
    }
  }

  /// Runs all at once, each on a thread of its own, released together.
  static <T> List<T> together(List<Callable<T>> tasks) {
    CountDownLatch go = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> task : tasks) {
        running.add(
            threads.submit(
                () -> {
                  go.await();
                  return task.call();
                }));
      }
      go.countDown();
      List<T> done = new ArrayList<>();
      for (Future<T> one : running) {
        done.add(one.get());
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /// Waits until something holds.
  ///
  /// @return how long it took
  static Duration await(String what, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > Duration.ofSeconds(15).toNanos()) {
        throw new AssertionError("did not come to be: " + what);
      }
      LockSupport.parkNanos(5_000_000);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  static @Nullable String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }

  @Override
  public void close() {
    server.close();
    client.close();
    vertx.close().await();
    access.close();
    database.close();
  }
}
