package dev.gimbal.observability.core.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CallLogTest {
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00Z");

  @TempDir private Path folder;

  private static EndedCall call(int number) {
    CallOpened opened =
        Records.opened(new TenantId(new UUID(1, 2)), new UUID(3, number), 2_500_000L, AT);
    return new EndedCall(opened, Records.settled(opened, Outcome.FAILED, 1_500_000L, AT));
  }

  @Test
  void shouldWriteALineOfJsonForEachCallThatEnded() throws Exception {
    Path file = folder.resolve("log/calls.jsonl");
    try (CallLog log = new CallLog(new CallLogConfig(file, 1 << 20, 2), Metrics.NONE)) {
      log.kept(List.of(call(1), new EndedCall(call(2).opened(), null)), List.of());
    }

    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    JsonNode first = Json.tree(lines.getFirst());
    assertThat(first.path("outcome").asText()).isEqualTo("failed");
    assertThat(first.path("error").asText()).isEqualTo("upstream_failed");
    assertThat(first.path("cost_usd").asText()).isEqualTo("0.0015");
    assertThat(first.path("took_ms").asDouble()).isEqualTo(50);
    assertThat(first.path("tags").path("team").asText()).isEqualTo("search");
    JsonNode lost = Json.tree(lines.getLast());
    assertThat(lost.path("outcome").asText()).isEqualTo("unknown");
    assertThat(lost.path("cost_usd").asText()).isEqualTo("0.0025");
  }

  @Test
  void shouldBeginAnotherFileBeforeOneGrowsTooLongAndKeepTheLatest() throws Exception {
    Path file = folder.resolve("calls.jsonl");
    for (int part = 0; part < 20; part++) {
      try (CallLog log = new CallLog(new CallLogConfig(file, 1 << 10, 2), Metrics.NONE)) {
        log.kept(List.of(call(part), call(part + 100)), List.of());
      }
    }

    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files = all.sorted().toList();
      assertThat(files)
          .extracting(path -> path.getFileName().toString())
          .containsExactly("calls.jsonl", "calls.jsonl.1", "calls.jsonl.2");
      for (Path each : files) {
        assertThat(Files.size(each)).isLessThanOrEqualTo(1 << 10).isPositive();
      }
    }
  }
}
