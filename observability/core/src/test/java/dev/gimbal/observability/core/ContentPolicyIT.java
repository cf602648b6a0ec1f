package dev.gimbal.observability.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.Principal;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ContentPolicyIT {
  private static final String SECRET = "a private question";
  private static final int HASH_LENGTH = "sha256:".length() + 64;

  private final Clock clock = Clock.systemUTC();
  private final Ids ids = new TimeOrderedIds(clock);

  @TempDir private Path directory;

  @Test
  void shouldKeepNoMoreOfWhatWasSaidThanThePolicyAllows() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      record(database, ContentPolicy.FULL);
      assertThat(bodies(database)).containsExactly(SECRET);
      assertThat(texts(database)).isEqualTo(1);

      record(database, ContentPolicy.HASH);
      assertThat(bodies(database))
          .hasSize(2)
          .anySatisfy(body -> assertThat(body).startsWith("sha256:").hasSize(HASH_LENGTH));
      assertThat(texts(database)).isEqualTo(1);

      record(database, ContentPolicy.OFF);
      assertThat(bodies(database)).hasSize(2);
      assertThat(texts(database)).isEqualTo(1);
    }
  }

  @Test
  void shouldStoreAHashThatTheGatewayMadeAsItIs() throws Exception {
    String hash = "sha256:" + "0123456789abcdef".repeat(4);
    try (TestDatabase database = TestDatabase.fresh()) {
      in(database, ContentPolicy.HASH, room -> say(room, hash, false, true));

      assertThat(bodies(database)).containsExactly(hash);
      assertThat(hashed(database)).containsExactly(true);
    }
  }

  @Test
  void shouldStoreLabelsInPlaceOfPersonalDataWhenContentsAreRedacted() throws Exception {
    try (TestDatabase database = TestDatabase.fresh()) {
      in(
          database,
          ContentPolicy.REDACTED,
          room -> {
            say(room, "{\"content\":\"I am ann@example.com\"}", true, false);
            String cut = "data: {\"content\":\"138123\"}\n\ndata: {\"content\":\"45678\"}\n\n";
            say(room, cut, true, false);
            say(room, "{\"content\":\"ann@example.com and so on", false, false);
            ask(room, "ann@example.com?");
          });

      assertThat(bodies(database))
          .satisfiesExactly(
              body -> assertThat(body).isEqualTo("{\"content\":\"I am [email]\"}"),
              body -> assertThat(body).isEqualTo("data: {\"content\":\"[phone]\"}\n\n"),
              body -> assertThat(body).startsWith("sha256:").contains("too long"));
      assertThat(searched(database)).singleElement().asString().startsWith("[email]? {");
      assertThat(searched(database).getFirst()).doesNotContain("example");
      assertThat(hashed(database)).containsExactly(false, false, true);
      assertThat(anyFileHolds("[email]")).isTrue();
      assertThat(anyFileHolds("ann@example.com")).isFalse();
      assertThat(anyFileHolds("138123")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(ContentPolicy.class)
  void shouldKeepTagsWithoutPersonalDataUnlessThePolicyIsFull(ContentPolicy policy)
      throws Exception {
    Map<String, String> given = Map.of("team", "blue", "user", "ann@example.com");
    try (TestDatabase database = TestDatabase.fresh()) {
      in(
          database,
          policy,
          room -> {
            CallOpened call = Records.opened(TenantId.FIRST, ids.next(), null, clock.instant());
            room.ledger().open(call.withTags(given)).toCompletableFuture().join();
            room.ledger().span(step("a question").withTags(given));
            room.ledger()
                .settle(Records.settled(call, Outcome.SUCCEEDED, null, clock.instant()))
                .toCompletableFuture()
                .join();
          });

      String kept = policy == ContentPolicy.FULL ? "ann@example.com" : "[email]";
      assertThat(tags(database, "call")).contains("blue", kept);
      assertThat(tags(database, "span")).contains("blue", kept);
      assertThat(anyFileHolds("ann@example.com")).isEqualTo(policy == ContentPolicy.FULL);
    }
  }

  @Test
  void shouldCountTheProcessorTimeOfRedactionAsTheLedgers() throws Exception {
    String body = "{\"content\":\"" + "Call me at ann@example.com. ".repeat(20_000) + "\"}";
    try (TestDatabase database = TestDatabase.fresh()) {
      in(
          database,
          ContentPolicy.REDACTED,
          room -> {
            say(room, body, true, false);
            room.ledger().flushed().toCompletableFuture().join();
            assertThat(((PrometheusMetrics) room.metrics()).scrape())
                .containsPattern(
                    "gimbal_ledger_processor_seconds_total\\{part=\"redactor\"} .*[1-9]");
          });
    }
  }

  /// What is recorded under a policy, until it is in the database.
  private void in(Database database, ContentPolicy policy, Consumer<Observability> work)
      throws Exception {
    ObservabilityConfig config =
        new ObservabilityConfig(JournalConfig.in(directory), Retained.DEFAULT, policy);
    try (Observability room = ObservabilityModule.create(config, database, clock, ids)) {
      room.start();
      work.accept(room);
      room.ledger().flushed().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  private void say(Observability room, String body, boolean complete, boolean hashed) {
    room.ledger()
        .content(
            new ContentRecord(
                TenantId.FIRST,
                ids.next(),
                ContentRecord.Direction.OUTPUT,
                body.getBytes(StandardCharsets.UTF_8),
                complete,
                hashed));
  }

  private SpanRecord step(String text) {
    return new SpanRecord(
        TenantId.FIRST,
        ids.next(),
        TraceContext.begin(),
        null,
        "gateway.chat",
        "key_test",
        "openai/gpt-4.1",
        null,
        Map.of(),
        Map.of(),
        text,
        clock.instant(),
        Duration.ofMillis(5));
  }

  private static void ask(Observability room, String text) {
    room.tracing().inSpan("ask", Principal.system(TenantId.FIRST), span -> span.text(text));
  }

  private boolean anyFileHolds(String text) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  private static String tags(Database database, String table) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT tags::text FROM observability." + table)
                .mapTo(String.class)
                .one());
  }

  private static List<String> searched(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT text || ' ' || tokens::text FROM observability.span")
                .mapTo(String.class)
                .list());
  }

  private static List<Boolean> hashed(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT hashed FROM observability.content ORDER BY id")
                .mapTo(Boolean.class)
                .list());
  }

  private void record(Database database, ContentPolicy policy) throws Exception {
    in(
        database,
        policy,
        room -> {
          say(room, SECRET, true, false);
          ask(room, SECRET);
        });
  }

  private static List<String> bodies(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT body FROM observability.content ORDER BY id")
                .mapTo(byte[].class)
                .map(body -> new String(body, StandardCharsets.UTF_8))
                .list());
  }

  private static long texts(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery(
                    "SELECT count(*) FROM observability.span WHERE text IS NOT NULL OR tokens IS NOT NULL")
                .mapTo(Long.class)
                .one());
  }
}
