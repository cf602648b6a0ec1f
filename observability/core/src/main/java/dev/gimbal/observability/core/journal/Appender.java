package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.core.journal.Disk.AppendFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the journal. What a call waits for is written by its own thread if nobody else writes
/// just then: a copy into the page cache takes less than waking another thread and being woken.
/// Everything else waits for the journal's thread, which takes what waits, encodes it as one
/// group, writes it, and only then says so. A group that the disk refuses is taken back whole
/// (the file is cut to where the group began): its calls are refused, its spans dropped, its ends
/// kept and written again first of all. If not even the cut succeeds, the segment ends there and
/// the next one begins at that very place, so that a reader never sees what lies behind.
final class Appender {
  private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

  /// A group is written under the lock that a call's own thread would like to have.
  private static final int GROUP_BYTES = 64 << 10;

  private static final int GROUP_ITEMS = 2_000;

  /// How long what nobody waits for gathers before it is written.
  private static final long LINGER_NANOS = Duration.ofMillis(5).toNanos();

  private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();

  /// An append that took longer waited for the disk, which no event loop may do twice. Less may
  /// only mean that the thread had no processor for a slice of time.
  private static final long SLOW_NANOS = Duration.ofMillis(20).toNanos();

  /// Of the threads that append themselves, event loops: an entry is encoded before the lock is
  /// asked for.
  private static final ThreadLocal<Encoder> OWN = ThreadLocal.withInitial(() -> new Encoder(4096));

  /// Of about 50 ns each.
  private static final int SPINS = 200;

  private static final long SLOW_FOR_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final JournalConfig config;
  private final Segments segments;
  private final Disk disk;
  private final Clock clock;
  private final Consumer<Entry> observed;
  private final Supplier<@Nullable Item> source;
  private final Syncer syncer;
  private final Thread thread = Thread.ofPlatform().name("ledger-journal").unstarted(this::run);
  private final ConcurrentLinkedQueue<Item> returned = new ConcurrentLinkedQueue<>();
  private final ArrayDeque<Item> kept = new ArrayDeque<>();
  private final Encoder encoder = new Encoder();

  /// Of the file, of what is kept and of the encoder.
  private final ReentrantLock writing = new ReentrantLock();

  private final boolean inline;
  private long slowAt = System.nanoTime() - SLOW_FOR_NANOS;

  /// Whether it was said that the disk refuses: a full one is tried several times a second.
  private boolean told;

  private volatile @Nullable AppendFile file;
  private long base;
  private long length;
  private volatile boolean mustRotate;
  private volatile long lifeBase;
  private volatile long end;
  private volatile boolean parked;
  private volatile boolean hurried;
  private volatile boolean refusing;
  private volatile boolean closing;
  private volatile boolean stopped;
  private volatile Runnable wakeReader = () -> {};

  Appender(
      JournalConfig config,
      Segments segments,
      Disk disk,
      Clock clock,
      Consumer<Entry> observed,
      Supplier<@Nullable Item> source) {
    this.config = config;
    this.segments = segments;
    this.disk = disk;
    this.clock = clock;
    this.observed = observed;
    this.source = source;
    this.inline = !config.syncEvery().isZero();
    this.syncer = new Syncer(config.syncEvery(), this::notSynced);
  }

  void start() throws IOException {
    lifeBase = segments.nextLife();
    end = lifeBase;
    AppendFile first = create(lifeBase);
    int bytes = Frame.write(new Entry.Started(clock.instant()), encoder);
    first.append(encoder.array(), bytes);
    first.sync();
    advance(bytes);
    thread.start();
    syncer.thread().start();
  }

  /// Writes a record at once, on the caller's thread; false if somebody else writes for longer, if
  /// the disk refuses or was slow a moment ago, or if what came before still waits: then the record
  /// is to be enqueued.
  boolean append(Item.Pending record) {
    if (!inline || refusing || closing) {
      return false;
    }
    Encoder own = OWN.get();
    own.cut(0);
    try {
      Frame.write(record.entry(), own);
    } catch (RuntimeException e) {
      notEncoded(record, e);
      return true;
    }
    if (!gotLock()) {
      return false;
    }
    try {
      long began = System.nanoTime();
      if (!kept.isEmpty() || began - slowAt < SLOW_FOR_NANOS) {
        return false;
      }
      write(List.of(record), own);
      long ended = System.nanoTime();
      if (ended - began > SLOW_NANOS) {
        slowAt = ended;
      }
    } finally {
      writing.unlock();
    }
    if (refusing) {
      wake(true);
    }
    return true;
  }

  /// A record is written in some microseconds, less than it takes to wake another thread for it.
  private boolean gotLock() {
    for (int tries = 0; tries < SPINS; tries++) {
      if (writing.tryLock()) {
        return true;
      }
      Thread.onSpinWait();
    }
    return false;
  }

  /// Something was enqueued.
  ///
  /// @param urgent whether it is waited for, or much
  void wake(boolean urgent) {
    if (urgent) {
      hurried = true;
    }
    if (parked || urgent) {
      LockSupport.unpark(thread);
    }
  }

  void onWritten(Runnable wake) {
    wakeReader = wake;
  }

  long end() {
    return end;
  }

  long lifeBase() {
    return lifeBase;
  }

  boolean refusing() {
    return refusing;
  }

  boolean stopped() {
    return stopped;
  }

  List<Thread> threads() {
    return List.of(thread, syncer.thread());
  }

  void close() throws IOException {
    closing = true;
    LockSupport.unpark(thread);
    try {
      if (!thread.join(CLOSE.multipliedBy(2)) || !syncer.thread().join(CLOSE)) {
        LOG.error("the journal did not come to its end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the journal was closing", e);
    }
  }

  private void run() {
    long giveUp = Long.MAX_VALUE;
    while (true) {
      if (closing && giveUp == Long.MAX_VALUE) {
        giveUp = System.nanoTime() + CLOSE.toNanos();
      }
      List<Item> group;
      boolean written;
      writing.lock();
      try {
        group = takeGroup();
        written = group.isEmpty() || write(group);
      } finally {
        writing.unlock();
      }
      if (closing && (written ? group.isEmpty() : System.nanoTime() > giveUp)) {
        finish();
        return;
      }
      if (!written) {
        LockSupport.parkNanos(RETRY_NANOS);
        refusing = false;
      } else if (group.isEmpty()) {
        park();
      }
    }
  }

  private void park() {
    parked = true;
    Item early = source.get();
    if (early == null && !closing && returned.isEmpty() && !refusing) {
      LockSupport.park(this);
    }
    parked = false;
    if (!hurried && !closing) {
      LockSupport.parkNanos(this, LINGER_NANOS);
    }
    hurried = false;
    if (early != null) {
      writing.lock();
      try {
        kept.add(early);
      } finally {
        writing.unlock();
      }
    }
  }

  private List<Item> takeGroup() {
    List<Item> group = new ArrayList<>(kept);
    kept.clear();
    for (Item back = returned.poll(); back != null; back = returned.poll()) {
      group.add(back);
    }
    long bytes = 0;
    while (bytes < GROUP_BYTES && group.size() < GROUP_ITEMS) {
      Item item = source.get();
      if (item == null) {
        break;
      }
      bytes += item.bytes();
      group.add(item);
    }
    return group;
  }

  private boolean write(List<Item> group) {
    encoder.cut(0);
    return write(encode(group), encoder);
  }

  private boolean write(List<Item> encoded, Encoder bytes) {
    try {
      AppendFile target = target();
      if (bytes.length() > 0) {
        target.append(bytes.array(), bytes.length());
        advance(bytes.length());
        tellOfRoom();
      }
      refusing = false;
      acknowledge(encoded, target);
      return true;
    } catch (IOException e) {
      takeBack(encoded, e);
      return false;
    }
  }

  /// An entry that cannot be encoded is a defect of whoever made it; it must not stop the others.
  private List<Item> encode(List<Item> group) {
    List<Item> encoded = new ArrayList<>(group.size());
    for (Item item : group) {
      if (item instanceof Item.Pending record) {
        try {
          Frame.write(record.entry(), encoder);
        } catch (RuntimeException e) {
          notEncoded(record, e);
          continue;
        }
      }
      encoded.add(item);
    }
    return encoded;
  }

  private static void notEncoded(Item.Pending record, RuntimeException why) {
    LOG.error("an entry of the ledger cannot be encoded", why);
    if (record.done() != null) {
      record.done().completeExceptionally(why);
    }
  }

  private AppendFile target() throws IOException {
    AppendFile current = file;
    if (current != null && !mustRotate && length < config.segmentBytes()) {
      return current;
    }
    AppendFile next = create(base + length);
    if (current != null) {
      syncer.syncAndClose(current);
    }
    return next;
  }

  private AppendFile create(long place) throws IOException {
    AppendFile next = disk.create(segments.path(place));
    segments.added(place);
    base = place;
    length = 0;
    mustRotate = false;
    file = next;
    return next;
  }

  private void advance(int bytes) {
    length += bytes;
    segments.grew(bytes);
    end = base + length;
  }

  private void acknowledge(List<Item> group, AppendFile target) {
    boolean waitsForSync = config.syncEvery().isZero();
    List<Item.Pending> settled = new ArrayList<>();
    for (Item item : group) {
      switch (item) {
        case Item.Marker marker -> marker.end().complete(end);
        case Item.Pending record -> {
          observed.accept(record.entry());
          if (record.lasting()) {
            settled.add(record);
          }
          if (record.done() != null && !(record.lasting() && waitsForSync)) {
            record.done().complete(null);
          }
        }
      }
    }
    if (!settled.isEmpty()) {
      syncer.sync(target, settled);
    }
    wakeReader.run();
  }

  private void tellOfRoom() {
    if (told) {
      told = false;
      LOG.info("the journal can be written again");
    }
  }

  private void takeBack(List<Item> group, IOException cause) {
    if (!told) {
      told = true;
      LOG.error("the journal cannot be written; calls are refused until it can", cause);
    }
    refusing = true;
    cutToEnd();
    for (Item item : group) {
      switch (item) {
        case Item.Marker marker -> kept.add(marker);
        case Item.Pending record when record.lasting() -> kept.add(record);
        case Item.Pending record -> {
          if (record.done() != null) {
            record.done().completeExceptionally(Journal.full("its disk is full or failing"));
          }
        }
      }
    }
  }

  private void cutToEnd() {
    AppendFile current = file;
    if (current == null) {
      return;
    }
    try {
      current.cut(length);
    } catch (IOException e) {
      LOG.error("a group that was not written whole cannot be cut; the segment ends there", e);
      mustRotate = true;
    }
  }

  private void notSynced(List<Item.Pending> settled) {
    mustRotate = true;
    returned.addAll(settled);
    wake(true);
  }

  private void finish() {
    writing.lock();
    try {
      stopped = true;
    } finally {
      writing.unlock();
    }
    AppendFile current = file;
    if (current != null) {
      syncer.syncAndStop(current);
    }
    for (List<Item> left = takeGroup(); !left.isEmpty(); left = takeGroup()) {
      left.forEach(this::giveUp);
    }
  }

  private void giveUp(Item item) {
    switch (item) {
      case Item.Marker marker -> marker.end().complete(end);
      case Item.Pending record -> {
        if (record.done() != null) {
          record.done().completeExceptionally(Journal.full("the server has stopped"));
        }
      }
    }
  }
}
