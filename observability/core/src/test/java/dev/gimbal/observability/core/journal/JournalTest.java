package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
  @TempDir private Path directory;

  private final FaultyDisk disk = new FaultyDisk();

  @Test
  void shouldKeepEveryWholeRecordWhenTheLastOneIsTornAtAnyByte() throws Exception {
    List<UUID> made = threeCalls();
    byte[] whole = Files.readAllBytes(lastSegment(directory));
    int lastFrame = lastFrame(whole);

    for (int kept = lastFrame; kept <= whole.length; kept++) {
      Path torn = copyWithLastSegment(whole, kept);
      int survivors = kept == whole.length ? 3 : 2;
      assertThat(JournalFixture.opened(JournalFixture.entries(torn)))
          .as("%d of %d bytes", kept, whole.length)
          .isEqualTo(made.subList(0, survivors));
    }
  }

  @Test
  void shouldCutARecordThatIsDamagedAtAnyByteAndKeepTheOthers() throws Exception {
    List<UUID> made = threeCalls();
    byte[] whole = Files.readAllBytes(lastSegment(directory));

    for (int at = lastFrame(whole); at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x40;
      Path torn = copyWithLastSegment(damaged, damaged.length);
      assertThat(JournalFixture.opened(JournalFixture.entries(torn)))
          .as("byte %d", at)
          .isEqualTo(made.subList(0, 2));
    }
  }

  @Test
  void shouldSettleOnlyWhenTheEndIsSyncedButOpenBefore() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.holdSyncs(gate);
      CallOpened first = JournalFixture.call();
      JournalFixture.await(journal.open(first));
      CompletableFuture<Void> settled = journal.settle(JournalFixture.end(first));
      JournalFixture.await(journal.open(JournalFixture.call()));

      assertThat(settled).isNotDone();
      gate.countDown();
      JournalFixture.await(settled);
    }
  }

  @Test
  void shouldEndACallBeforeItIsSyncedWhereAPowerCutMayTakeAMoment() throws Exception {
    JournalConfig config = JournalFixture.small(directory).syncedEvery(Duration.ofMillis(1));
    try (Journal journal = JournalFixture.started(config, disk)) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.holdSyncs(gate);
      CallOpened call = JournalFixture.call();

      assertThat(journal.open(call)).isCompleted();
      assertThat(journal.settle(JournalFixture.end(call))).isCompleted();
      assertThat(JournalFixture.settled(JournalFixture.entries(journal))).contains(call.id());
      gate.countDown();
      int before = disk.syncs();
      Waiting.until(() -> disk.syncs() > before);
    }
  }

  @Test
  void shouldWriteAgainWhatHadEndedAndCouldNotBeSynced() throws Exception {
    JournalConfig config = JournalFixture.small(directory).syncedEvery(Duration.ofMillis(1));
    try (Journal journal = JournalFixture.started(config, disk)) {
      CallOpened call = JournalFixture.call();
      JournalFixture.await(journal.open(call));
      disk.syncFails(true);
      JournalFixture.await(journal.settle(JournalFixture.end(call)));
      long written = journal.end();
      Waiting.until(() -> journal.end() > written);
      disk.syncFails(false);

      assertThat(JournalFixture.settled(JournalFixture.entries(journal)))
          .filteredOn(call.id()::equals)
          .hasSizeGreaterThan(1);
    }
  }

  @Test
  void shouldKeepEveryRecordWholeWhenManyThreadsWriteThemselves() throws Exception {
    int threads = 4;
    int calls = 300;
    JournalConfig config =
        new JournalConfig(directory, 64 << 10, 64 << 20, 20_000, 8 << 20, JournalConfig.SYNC_EVERY);
    List<UUID> settled = new ArrayList<>();
    try (Journal journal = JournalFixture.started(config, disk);
        ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<List<UUID>>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        done.add(pool.submit(() -> callMany(journal, calls)));
      }
      for (Future<List<UUID>> one : done) {
        settled.addAll(one.get(60, TimeUnit.SECONDS));
      }
      assertThat(JournalFixture.settled(JournalFixture.entries(journal)))
          .containsExactlyInAnyOrderElementsOf(settled);
    }
    assertThat(JournalFixture.settled(JournalFixture.entries(directory))).hasSize(threads * calls);
  }

  private static List<UUID> callMany(Journal journal, int calls) throws Exception {
    List<UUID> settled = new ArrayList<>();
    for (int at = 0; at < calls; at++) {
      CallOpened call = JournalFixture.call();
      JournalFixture.await(journal.open(call));
      JournalFixture.await(journal.settle(JournalFixture.end(call)));
      settled.add(call.id());
    }
    return settled;
  }

  @Test
  void shouldLeaveTheDiskToItsThreadForAWhileWhenAnAppendWasSlow() throws Exception {
    JournalConfig config = JournalFixture.small(directory).syncedEvery(Duration.ofMillis(1));
    try (Journal journal = JournalFixture.started(config, disk)) {
      disk.slowAppends(Duration.ofMillis(60));
      JournalFixture.await(journal.open(JournalFixture.call()));
      CountDownLatch gate = new CountDownLatch(1);
      disk.holdAppends(gate);

      CompletableFuture<Void> opened = journal.open(JournalFixture.call());

      assertThat(opened).isNotDone();
      gate.countDown();
      JournalFixture.await(opened);
    }
  }

  @Test
  void shouldRefuseCallsWhileTheDiskIsFullAndTakeThemWhenThereIsRoom() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CallOpened before = JournalFixture.call();
      JournalFixture.await(journal.open(before));
      disk.full(true);
      assertFull(journal.open(JournalFixture.call()));
      int tried = disk.appends();
      CompletableFuture<Void> settled = journal.settle(JournalFixture.end(before));
      Waiting.until(() -> disk.appends() > tried + 1);
      assertThat(settled).isNotDone();
      disk.full(false);

      JournalFixture.await(settled);
      CallOpened after = openUntilTaken(journal);
      List<Entry> entries = JournalFixture.entries(journal);
      assertThat(JournalFixture.opened(entries)).containsExactly(before.id(), after.id());
      assertThat(JournalFixture.settled(entries)).containsExactly(before.id());
    }
  }

  @Test
  void shouldGoOnInANewSegmentWhenAFailedGroupCannotEvenBeCut() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CallOpened before = JournalFixture.call();
      JournalFixture.await(journal.open(before));
      disk.cutFails(true);
      disk.full(true);
      assertFull(journal.open(JournalFixture.call()));
      disk.full(false);

      CallOpened after = openUntilTaken(journal);
      assertThat(JournalFixture.opened(JournalFixture.entries(journal)))
          .containsExactly(before.id(), after.id());
    }
  }

  @Test
  void shouldWriteAgainWhatCouldNotBeSynced() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CallOpened call = JournalFixture.call();
      JournalFixture.await(journal.open(call));
      disk.syncFails(true);
      int before = disk.syncs();
      CompletableFuture<Void> settled = journal.settle(JournalFixture.end(call));
      Waiting.until(() -> disk.syncs() > before);
      assertThat(settled).isNotDone();
      disk.syncFails(false);

      JournalFixture.await(settled);
      assertThat(JournalFixture.settled(JournalFixture.entries(journal))).contains(call.id());
    }
  }

  @Test
  void shouldRefuseCallsButTakeEndsWhenTheQueueIsFull() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CallOpened running = JournalFixture.call();
      JournalFixture.await(journal.open(running));
      CountDownLatch gate = new CountDownLatch(1);
      disk.holdAppends(gate);
      List<CompletableFuture<Void>> calls = new ArrayList<>();
      int begun = disk.begun();
      calls.add(journal.open(JournalFixture.call()));
      // From now on nobody takes from the queue.
      Waiting.until(() -> disk.begun() > begun);
      for (int call = 0; call < 1_000; call++) {
        calls.add(journal.open(JournalFixture.call()));
      }
      CompletableFuture<Void> settled = journal.settle(JournalFixture.end(running));
      long refused = calls.stream().filter(CompletableFuture::isCompletedExceptionally).count();
      gate.countDown();

      assertThat(refused).isBetween(500L, 999L);
      assertFull(calls.getLast());
      JournalFixture.await(settled);
    }
  }

  @Test
  void shouldDropContentBeforeItRefusesCalls() throws Exception {
    try (Journal journal = JournalFixture.started(directory, disk)) {
      CountDownLatch gate = new CountDownLatch(1);
      disk.holdAppends(gate);
      for (int content = 0; content < 100; content++) {
        journal.content(content(1_000));
      }
      CompletableFuture<Void> call = journal.open(JournalFixture.call());
      gate.countDown();

      JournalFixture.await(call);
      assertThat(journal.dropped()).isPositive();
    }
  }

  @Test
  void shouldRefuseCallsAtItsBoundAndTakeThemWhenTheDatabaseCatchesUp() throws Exception {
    try (Journal journal = JournalFixture.started(directory, Disk.REAL)) {
      CompletableFuture<Void> last = journal.open(JournalFixture.call());
      for (int call = 0; call < 5_000 && !last.isCompletedExceptionally(); call++) {
        last = journal.open(JournalFixture.call());
        last.handle((done, failure) -> null).get();
      }
      assertFull(last);
      long end = JournalFixture.await(journal.written());
      long before = journal.bytes();
      journal.release(end);

      assertThat(journal.bytes()).isLessThan(before);
      assertThat(segments(directory)).hasSize(1);
      JournalFixture.await(journal.open(JournalFixture.call()));
    }
  }

  @Test
  void shouldReadOnWhereItStoodAcrossSegmentsAndLives() throws Exception {
    List<UUID> made = new ArrayList<>();
    List<UUID> read = new ArrayList<>();
    long place = 0;
    for (int life = 0; life < 3; life++) {
      try (Journal journal = JournalFixture.started(directory, Disk.REAL)) {
        for (int call = 0; call < 300; call++) {
          CallOpened opened = JournalFixture.call();
          made.add(opened.id());
          JournalFixture.await(journal.open(opened));
        }
        try (JournalReader reader = journal.reader(place)) {
          read.addAll(JournalFixture.opened(reader.read(20_000)));
          place = reader.position();
        }
        journal.release(place);
      }
    }
    try (Journal journal = JournalFixture.started(directory, Disk.REAL);
        JournalReader reader = journal.reader(place)) {
      while (reader.position() < journal.end()) {
        read.addAll(JournalFixture.opened(reader.read(20_000)));
      }
    }

    assertThat(read).isEqualTo(made);
  }

  @Test
  void shouldNotShareItsDirectory() throws Exception {
    try (Journal journal = JournalFixture.started(directory, Disk.REAL)) {
      assertThatThrownBy(() -> JournalFixture.started(directory, Disk.REAL))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
      assertThat(journal.whyNot()).isNull();
    }
  }

  @Test
  void shouldWriteWhatIsQueuedWhenItIsClosed() throws Exception {
    List<CompletableFuture<Void>> settled = new ArrayList<>();
    try (Journal journal = JournalFixture.started(directory, Disk.REAL)) {
      for (int call = 0; call < 50; call++) {
        CallOpened opened = JournalFixture.call();
        JournalFixture.await(journal.open(opened));
        settled.add(journal.settle(JournalFixture.end(opened)));
      }
    }

    assertThat(settled).allMatch(CompletableFuture::isDone);
    assertThat(JournalFixture.settled(JournalFixture.entries(directory))).hasSize(50);
  }

  private List<UUID> threeCalls() throws Exception {
    List<UUID> made = new ArrayList<>();
    try (Journal journal = JournalFixture.started(directory, Disk.REAL)) {
      for (int call = 0; call < 3; call++) {
        CallOpened opened = JournalFixture.call();
        made.add(opened.id());
        JournalFixture.await(journal.open(opened));
      }
    }
    return made;
  }

  /// Where the last frame of a segment of the first life begins.
  private static int lastFrame(byte[] segment) {
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(segment);
    int last = 0;
    while (bytes.hasRemaining()) {
      last = bytes.position();
      bytes.position(last + Frame.HEADER + bytes.getInt(last));
    }
    return last;
  }

  private Path copyWithLastSegment(byte[] bytes, int kept) throws IOException {
    Path copy = Files.createTempDirectory(directory, "copy");
    Path segment = copy.resolve(lastSegment(directory).getFileName());
    Files.write(segment, bytes);
    try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
      file.setLength(kept);
    }
    return copy;
  }

  private static Path lastSegment(Path directory) throws IOException {
    return segments(directory).getLast();
  }

  private static List<Path> segments(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
    }
  }

  private static ContentRecord content(int bytes) {
    return new ContentRecord(
        JournalFixture.TENANT,
        UUID.randomUUID(),
        ContentRecord.Direction.INPUT,
        new byte[bytes],
        true);
  }

  private static void assertFull(CompletableFuture<Void> refused) {
    assertThat(refused)
        .failsWithin(java.time.Duration.ofSeconds(20))
        .withThrowableThat()
        .havingCause()
        .isInstanceOfSatisfying(
            LedgerException.class,
            thrown -> assertThat(thrown.errorCode()).isEqualTo(LedgerError.LEDGER_FULL));
  }

  private static CallOpened openUntilTaken(Journal journal) throws Exception {
    return Waiting.forValue(
        () -> {
          CallOpened call = JournalFixture.call();
          CompletableFuture<Void> taken = journal.open(call);
          return taken.handle((done, failure) -> failure == null ? call : null).get();
        });
  }
}
