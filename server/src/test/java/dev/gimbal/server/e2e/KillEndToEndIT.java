package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` under load: of the server and of its database, at each named stage of an ingestion and
/// at random. Each run of eight kills has every stage once, each of two in a row the other victim.
/// While the server is dead its index is kept, torn or set back, in turn. `-Dgimbal.kills` and
/// `-Dgimbal.seed` choose how often, and in which order.
class KillEndToEndIT {
  private static final int KILLS = Integer.getInteger("gimbal.kills", 8);
  private static final int LONGEST_DELAY_MS = 1500;
  private static final String RANDOM = "random";

  /// Those that `Stages` names, and any moment.
  private static final List<String> MOMENTS =
      List.of(
          "staged", "acknowledged", "parsed", "vectors", "embedded", "indexed", "ready", RANDOM);

  @TempDir Path directory;

  private final long seed = Long.getLong("gimbal.seed", 1);
  private final Random random = new Random(seed);
  private final KillLoad load = new KillLoad(seed);
  private final long began = System.nanoTime();
  private final List<String> story = new ArrayList<>();

  @Test
  void shouldKeepWhatItAcknowledgedThroughKillsOfServerAndDatabase() throws Exception {
    story.add("-Dgimbal.seed=" + seed + " -Dgimbal.kills=" + KILLS);
    Path data = directory.resolve("data");
    Path order = directory.resolve("pause");
    Map<String, String> settings = Map.of("JDK_JAVA_OPTIONS", "-Dgimbal.pause-file=" + order);
    IndexDamage damage = new IndexDamage(data.resolve("index"), directory.resolve("older"), random);
    List<String> moments = new ArrayList<>(MOMENTS);
    PackagedServer server = PackagedServer.start(data, settings);
    try {
      for (int round = 0; round < KILLS; round++) {
        if (round % MOMENTS.size() == 0) {
          Collections.shuffle(moments, random);
        }
        String moment = moments.get(round % MOMENTS.size());
        boolean serverDies = (round + round / MOMENTS.size()) % 2 == 0;
        Path reached = arm(order, moment);
        KillLoad.Running running = load.start(server);
        await(server, reached, moment);
        long struck = seconds();
        if (serverDies) {
          server.kill();
          running.end();
          String index = damage.next();
          Files.deleteIfExists(reached);
          server = PackagedServer.start(data, settings);
          tell(round, "server", moment, struck, index);
        } else {
          killDatabase(data, reached);
          server.await("/health/ready", KillEndToEndIT::isReady);
          running.end();
          tell(round, "database", moment, struck, "the server stays");
        }
      }
      check(server);
    } finally {
      story.add(
          "acknowledged: %d documents in %d uploads, %d calls; %d s"
              .formatted(load.documents.size(), load.jobs.size(), load.calls.size(), seconds()));
      story.forEach(System.out::println);
      server.close();
    }
    assertThat(damage.setBack()).as("times that the index was set back").isPositive();
  }

  /// Says where the next ingestion is to be held.
  private Path arm(Path order, String moment) throws Exception {
    if (!moment.equals(RANDOM)) {
      Path prepared = Path.of(order + ".new");
      Files.writeString(prepared, moment + " " + (1 + random.nextInt(4)));
      Files.move(prepared, order, StandardCopyOption.ATOMIC_MOVE);
    }
    return Path.of(order + ".reached");
  }

  private void await(PackagedServer server, Path reached, String moment) throws Exception {
    if (moment.equals(RANDOM)) {
      int delay = random.nextInt(LONGEST_DELAY_MS);
      assertThat(server.process().waitFor(delay, TimeUnit.MILLISECONDS))
          .as("the server ended before it was killed")
          .isFalse();
      return;
    }
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.exists(reached)) {
      assertThat(System.nanoTime()).as("%s was never reached", moment).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private void tell(int round, String killed, String moment, long struck, String then) {
    story.add(
        "%2d: %s at %s; %s (killed at %d s, back at %d s)"
            .formatted(round + 1, killed, moment, then, struck, seconds()));
  }

  private long seconds() {
    return (System.nanoTime() - began) / 1_000_000_000;
  }

  private static boolean isReady(JsonNode body) {
    return body.path("status").asText().equals("ready");
  }

  /// Returns when the server has started its database again; what was held goes on.
  private static void killDatabase(Path data, Path held) throws Exception {
    ProcessHandle killed = postmaster(data).orElseThrow();
    assertThat(killed.destroyForcibly()).isTrue();
    Files.deleteIfExists(held);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (postmaster(data).filter(found -> found.pid() != killed.pid()).isEmpty()) {
      assertThat(System.nanoTime()).as("the database was not started again").isLessThan(deadline);
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static Optional<ProcessHandle> postmaster(Path data) throws Exception {
    try (Stream<String> lines = Files.lines(data.resolve("postgres/postmaster.pid"))) {
      return lines.findFirst().map(String::strip).map(Long::valueOf).flatMap(ProcessHandle::of);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void check(PackagedServer server) throws Exception {
    for (String job : load.jobs) {
      server.ended(job);
    }
    assertThat(load.documents).as("acknowledged documents").isNotEmpty();
    assertThat(load.calls).as("acknowledged calls").isNotEmpty();
    int ready = 0;
    for (Map.Entry<String, KillLoad.Acknowledged> document : load.documents.entrySet()) {
      ready += checkDocument(server, document.getKey(), document.getValue()) ? 1 : 0;
    }
    story.add(ready + " documents ready");
    assertThat(ready).as(story.toString()).isPositive();
    checkCalls(server);
  }

  /// The newest version counts: the last that was acknowledged, or one sent later whose
  /// acknowledgement the kill cut off.
  private boolean checkDocument(PackagedServer server, String name, KillLoad.Acknowledged known)
      throws Exception {
    String path = "/api/collections/default/documents/" + known.id();
    JsonNode document =
        server.await(path, body -> Set.of("ready", "failed").contains(body.path("state").asText()));
    if (document.path("state").asText().equals("failed")) {
      assertThat(document.at("/error/code").asText()).as(name).isNotBlank();
      assertThat(document.at("/error/message").asText()).as(name).isNotBlank();
      story.add(name + " failed: " + document.path("error"));
      return false;
    }
    int version = document.path("version").asInt();
    String text = server.get(path + "/versions/" + version + "/content").body().asText();
    List<String> words = load.sent.get(name);
    List<String> newest = words.stream().filter(text::contains).toList();
    assertThat(newest).as(name + " " + words).hasSize(1);
    assertThat(words.indexOf(newest.getFirst()))
        .as(name)
        .isGreaterThanOrEqualTo(known.versions() - 1);
    for (String word : words) {
      JsonNode results = search(server, word);
      if (!word.equals(newest.getFirst())) {
        assertThat(results).as("%s: older version's %s", name, word).isEmpty();
        continue;
      }
      assertThat(results).as("%s: %s", name, word).hasSize(document.path("passages").asInt());
      assertThat(results).isNotEmpty();
      Set<String> places = new HashSet<>();
      for (JsonNode result : results) {
        assertThat(result.path("document").asText()).isEqualTo(known.id());
        assertThat(result.path("version").asInt()).isEqualTo(version);
        assertThat(places.add(result.path("start") + "-" + result.path("end"))).isTrue();
      }
    }
    return true;
  }

  private static JsonNode search(PackagedServer server, String word) throws Exception {
    PackagedServer.Answer answer =
        server.post(
            "/api/collections/default/search",
            Map.of("query", word, "retrieval", "keyword", "limit", 50));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body().path("results");
  }

  private void checkCalls(PackagedServer server) throws Exception {
    assertThat(new HashSet<>(load.calls)).hasSameSizeAs(load.calls);
    Set<String> listed = new HashSet<>();
    String next = "";
    do {
      String cursor =
          next.isEmpty() ? "" : "&cursor=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
      JsonNode page = server.get("/api/calls?limit=200" + cursor).body();
      assertThat(page.path("data").isArray()).as(page.toString()).isTrue();
      for (JsonNode call : page.path("data")) {
        assertThat(listed.add(call.path("id").asText())).as(call.toString()).isTrue();
      }
      next = page.path("next").asText("");
    } while (!next.isEmpty() && !next.equals("null"));
    assertThat(listed).containsAll(load.calls);
    for (String call : load.calls) {
      JsonNode record = server.get("/api/calls/" + call).body();
      assertThat(record.path("id").asText()).as(record.toString()).isEqualTo(call);
      assertThat(record.path("outcome").asText()).as(record.toString()).isEqualTo("succeeded");
    }
  }
}
