package dev.gimbal.observability.core.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.time.FakeClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A journal of many small files, calls that overlap and end in other files than they began in, a
/// process that was killed in the middle.
final class CallArchiveTest {
  private static final TenantId TENANT = TenantId.FIRST;
  private static final TenantId OTHER = new TenantId(new UUID(7, 7));
  private static final int CALLS = 1_200;
  private static final int UNDER_WAY = 30;

  @TempDir private Path directory;
  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final TimeOrderedIds ids = new TimeOrderedIds(clock);
  private final List<UUID> made = new ArrayList<>();
  private final List<UUID> cut = new ArrayList<>();
  private Journal journal;

  @BeforeEach
  void fill() throws Exception {
    journal = begun();
    calls(CALLS / 2, true);
    journal.close();
    journal = begun();
    calls(CALLS / 2, false);
    assertThat(journal.places()).hasSizeGreaterThan(5);
  }

  @AfterEach
  void close() throws Exception {
    journal.close();
  }

  private Journal begun() throws Exception {
    Journal one =
        Journal.open(
            new JournalConfig(
                directory, 64 << 10, 1L << 30, 1_000, 1 << 20, JournalConfig.SYNC_EVERY),
            clock,
            entry -> {});
    one.start();
    return one;
  }

  private void calls(int count, boolean killed) throws Exception {
    Deque<CallOpened> open = new ArrayDeque<>();
    for (int i = 0; i < count; i++) {
      clock.advance(Duration.ofSeconds(1));
      CallOpened call = Records.opened(TENANT, ids.next(), 5L, clock.instant());
      journal.open(call).get(20, TimeUnit.SECONDS);
      made.add(call.id());
      open.add(call);
      if (open.size() > UNDER_WAY) {
        settle(open.poll());
      }
    }
    for (CallOpened call : open) {
      if (killed) {
        cut.add(call.id());
      } else {
        settle(call);
      }
    }
  }

  private void settle(CallOpened call) throws Exception {
    journal
        .settle(Records.settled(call, Outcome.SUCCEEDED, 3L, clock.instant()))
        .get(20, TimeUnit.SECONDS);
  }

  private List<UUID> walk(CallArchive archive, TenantId tenant, int most) throws Exception {
    List<UUID> seen = new ArrayList<>();
    UUID before = TimeOrderedIds.floor(clock.instant().plusSeconds(60));
    while (true) {
      RecentCalls page = archive.page(tenant, before, call -> true, most);
      page.calls().forEach(call -> seen.add(call.opened().id()));
      UUID next = page.calls().size() == most ? seen.getLast() : page.rest();
      if (next == null) {
        return seen;
      }
      assertThat(next).isLessThan(before);
      before = next;
    }
  }

  @Test
  void shouldListEveryCallOnceInOrderHoweverLittleIsReadForAPage() throws Exception {
    assertThat(walk(new CallArchive(journal), TENANT, 7)).isEqualTo(made.reversed());
    assertThat(walk(new CallArchive(journal), TENANT, CALLS * 2)).isEqualTo(made.reversed());
    assertThat(walk(new CallArchive(journal, 1), TENANT, 500)).isEqualTo(made.reversed());
    assertThat(walk(new CallArchive(journal, 1), OTHER, 500)).isEmpty();
  }

  @Test
  void shouldFindEachCallWithItsEnd() throws Exception {
    CallArchive archive = new CallArchive(journal);
    for (UUID id : made) {
      KeptCall found = archive.find(TENANT, id).call();
      assertThat(found).isNotNull();
      assertThat(found.opened().id()).isEqualTo(id);
      assertThat(found.settled() == null).as("%s was cut", id).isEqualTo(cut.contains(id));
    }
    assertThat(archive.find(OTHER, made.getFirst()).call()).isNull();
    assertThat(archive.find(TENANT, TimeOrderedIds.floor(Instant.EPOCH)).call()).isNull();
  }

  @Test
  void shouldSayThatACallIsThereWhoseEndLiesFartherThanIsRead() throws Exception {
    CallOpened running = Records.opened(TENANT, ids.next(), 5L, clock.instant());
    journal.open(running).get(20, TimeUnit.SECONDS);
    assertThat(new CallArchive(journal).find(TENANT, running.id()))
        .isEqualTo(new CallArchive.Found(null, false));
    calls(CALLS, false);
    settle(running);

    assertThat(new CallArchive(journal, 1).find(TENANT, running.id()))
        .isEqualTo(new CallArchive.Found(null, true));
  }

  @Test
  void shouldGoOnWhereTheOldestFilesWereThrownAway() throws Exception {
    CallArchive archive = new CallArchive(journal);
    assertThat(archive.find(TENANT, made.getFirst()).call()).isNotNull();
    long kept = journal.places().get(3);
    journal.trim(kept, 0, clock.instant());

    assertThat(journal.places().getFirst()).isEqualTo(kept);
    assertThat(archive.find(TENANT, made.getFirst()).call()).isNull();
    List<UUID> seen = walk(archive, TENANT, 50);
    assertThat(seen).isEqualTo(made.reversed().subList(0, seen.size()));
    assertThat(seen).hasSizeBetween(CALLS / 3, CALLS - 100);
  }
}
