package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.core.writer.LedgerWriter;
import dev.gimbal.observability.core.writer.Retained;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseConfig;
import dev.gimbal.platform.database.DatabaseModule;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A program that makes calls until it dies, at a stage or from outside. It prints `O id` when a
/// call was put on record and `S id` when its end was. Arguments: directory of the journal, URL,
/// user and password of the database, seed, stage.
public final class KilledProcess {
  static final TenantId TENANT = TenantId.FIRST;
  static final long RESERVED = 500;
  static final long COST = 300;

  private static final int CALLERS = 4;
  private static final int DEAD = 137;

  /// Where it dies by itself.
  enum Stage {
    HALF_A_GROUP_WRITTEN,
    GROUP_WRITTEN_NOT_ACKNOWLEDGED,
    GROUP_SYNCED_NOT_ACKNOWLEDGED,
    SEGMENT_MADE,
    ROWS_COPIED_NOT_COMMITTED,
    COMMITTED_NOT_NOTED,
    FROM_OUTSIDE
  }

  private final Stage stage;
  private final AtomicInteger left;
  private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

  private KilledProcess(Stage stage, int after) {
    this.stage = stage;
    this.left = new AtomicInteger(after);
  }

  public static void main(String[] arguments) throws Exception {
    Random random = new Random(Long.parseLong(arguments[4]));
    Stage stage = Stage.valueOf(arguments[5]);
    int after = stage == Stage.SEGMENT_MADE ? 2 : 3 + random.nextInt(25);
    new KilledProcess(stage, after).run(arguments, random);
  }

  private void run(String[] arguments, Random random) throws Exception {
    Clock clock = Clock.systemUTC();
    Ids ids = new TimeOrderedIds(clock);
    DatabaseConfig config =
        DatabaseConfig.of(
            new DatabaseConfig.Server.Disposable(arguments[1], arguments[2], arguments[3]));
    Database database = OwnerAround.of(DatabaseModule.open(config, ids), this::committing);
    Journal journal =
        Journal.open(
            JournalFixture.small(Path.of(arguments[0])), new DyingDisk(), clock, entry -> {});
    journal.start();
    LedgerWriter writer = new LedgerWriter(journal, database, Retained.DEFAULT, clock);
    writer.start();
    for (int caller = 0; caller < CALLERS; caller++) {
      Random own = new Random(random.nextLong());
      Thread.ofPlatform().start(() -> call(journal, ids, clock, own));
    }
  }

  private void call(Journal journal, Ids ids, Clock clock, Random random) {
    while (true) {
      CallOpened call = Records.opened(TENANT, ids.next(), RESERVED, clock.instant());
      try {
        journal.open(call).join();
        print("O " + call.id());
        LockSupport.parkNanos(random.nextInt(3_000_000));
        if (random.nextInt(5) > 0) {
          journal.settle(Records.settled(call, Outcome.SUCCEEDED, COST, clock.instant())).join();
          print("S " + call.id());
        }
      } catch (CompletionException full) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private Object committing(Database real, Database.OwnerWork<?> work) {
    Object result =
        real.asOwner(
            handle -> {
              Object done = work.run(handle);
              reached(Stage.ROWS_COPIED_NOT_COMMITTED);
              return done;
            });
    reached(Stage.COMMITTED_NOT_NOTED);
    return result;
  }

  private void reached(Stage here) {
    if (here == stage && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(DEAD);
    }
  }

  private synchronized void print(String line) {
    try {
      out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private final class DyingDisk implements Disk {
    @Override
    public AppendFile create(Path path) throws IOException {
      AppendFile file = Disk.REAL.create(path);
      reached(Stage.SEGMENT_MADE);
      return new DyingFile(file);
    }
  }

  private final class DyingFile implements Disk.AppendFile {
    private final Disk.AppendFile file;

    DyingFile(Disk.AppendFile file) {
      this.file = file;
    }

    @Override
    public void append(byte[] bytes, int length) throws IOException {
      if (stage == Stage.HALF_A_GROUP_WRITTEN && left.get() == 1) {
        file.append(bytes, length / 2);
      }
      reached(Stage.HALF_A_GROUP_WRITTEN);
      file.append(bytes, length);
      reached(Stage.GROUP_WRITTEN_NOT_ACKNOWLEDGED);
    }

    @Override
    public void cut(long length) throws IOException {
      file.cut(length);
    }

    @Override
    public void sync() throws IOException {
      file.sync();
      reached(Stage.GROUP_SYNCED_NOT_ACKNOWLEDGED);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
