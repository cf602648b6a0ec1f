package dev.gimbal.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Documents and calls that are sent to a server while it is being killed, and what the server
/// acknowledged of them. What fails was not acknowledged and is not counted.
final class KillLoad {
  private static final int DOCUMENTS_A_ROUND = 10;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Random random;

  /// Names to the words that their versions were sent with, oldest first.
  final Map<String, List<String>> sent = new ConcurrentHashMap<>();

  /// Names to what was acknowledged of them.
  final Map<String, Acknowledged> documents = new ConcurrentHashMap<>();

  final Queue<String> jobs = new ConcurrentLinkedQueue<>();
  final Queue<String> calls = new ConcurrentLinkedQueue<>();

  KillLoad(long seed) {
    this.random = new Random(seed);
  }

  /// @param versions of those sent, how many there were up to the last acknowledged
  record Acknowledged(String id, int versions) {}

  /// What runs against one life of a server.
  record Running(List<Thread> threads, Semaphore stop) {

    /// Waits until everything that runs was answered or refused.
    void end() throws InterruptedException {
      stop.release(threads.size());
      for (Thread thread : threads) {
        thread.join();
      }
    }
  }

  Running start(PackagedServer server) {
    Semaphore stop = new Semaphore(0);
    List<Thread> threads =
        List.of(
            Thread.ofPlatform().name("uploads").start(() -> upload(server, stop)),
            Thread.ofPlatform()
                .name("embeddings")
                .start(
                    () ->
                        call(
                            server,
                            "/v1/embeddings",
                            Map.of("model", "local/bge-small-en-v1.5", "input", "a blue kettle"),
                            stop)),
            Thread.ofPlatform()
                .name("chats")
                .start(
                    () ->
                        call(
                            server,
                            "/v1/chat/completions",
                            Map.of(
                                "model",
                                "fake/echo",
                                "messages",
                                List.of(Map.of("role", "user", "content", "hello"))),
                            stop)));
    return new Running(threads, stop);
  }

  private void upload(PackagedServer server, Semaphore stop) {
    for (int i = 0; i < DOCUMENTS_A_ROUND && !stop.tryAcquire(); i++) {
      String name = nextName();
      List<String> words = sent.computeIfAbsent(name, key -> new CopyOnWriteArrayList<>());
      words.add(word(name, words.size()));
      int versions = words.size();
      try {
        PackagedServer.Answer answer =
            server.upload("default", Map.of(name, text(name, words.getLast())));
        if (answer.status() == 202) {
          JsonNode document = answer.body().path("documents").get(0);
          documents.put(name, new Acknowledged(document.path("id").asText(), versions));
          jobs.add(answer.body().path("job").asText());
        }
      } catch (IOException e) {
        return;
      } catch (Exception e) {
        throw new IllegalStateException("an upload failed in its own right", e);
      }
    }
  }

  private void call(PackagedServer server, String path, Map<String, Object> body, Semaphore stop) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .timeout(PATIENCE)
            .header("authorization", "Bearer " + server.key())
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.bytes(body)))
            .build();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      while (!stop.tryAcquire(20, TimeUnit.MILLISECONDS)) {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
          calls.add(answer.headers().firstValue("x-gimbal-call").orElseThrow());
        }
      }
    } catch (IOException e) {
      // The server is gone; this is what the test is about.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// A new document, or every third time a new version of one that was sent before.
  private String nextName() {
    List<String> names = sent.keySet().stream().sorted().toList();
    if (!names.isEmpty() && random.nextInt(3) == 0) {
      return names.get(random.nextInt(names.size()));
    }
    return "%s-%03d.md".formatted(random.nextBoolean() ? "en" : "zh", names.size());
  }

  /// A word that stands in one version of one document alone, of letters that no stemmer takes off.
  private static String word(String name, int version) {
    StringBuilder word = new StringBuilder("zq");
    for (char digit : (name.replaceAll("\\D", "") + "%02d".formatted(version)).toCharArray()) {
      word.append("bcdfghjklm".charAt(digit - '0'));
    }
    return word.append('x').toString();
  }

  private static String text(String name, String word) {
    return name.startsWith("zh")
        ? """
          # 手册

          ## 采购

          采购编号 %1$s 的申请需要部门经理批准，金额超过一万元的还需要财务总监签字。

          ## 验收

          编号 %1$s 的货物到达后，仓库应当在三个工作日内完成验收并登记入库。
          """
            .formatted(word)
        : """
          # Manual

          ## Ordering

          An order under the number %1$s needs the approval of the head of the department.

          ## Delivery

          Goods of the number %1$s are checked and entered by the store within three days.

          ## Storage

          What came under the number %1$s is kept dry and cool until somebody asks for it.
          """
            .formatted(word);
  }
}
