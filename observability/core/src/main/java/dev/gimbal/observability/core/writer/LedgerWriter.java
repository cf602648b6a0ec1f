package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalReader;
import dev.gimbal.platform.database.Database;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tails the journal into the database on one thread.
///
/// Why each call is exactly one row. A stretch of the journal is read, and what it changes is
/// committed together with the place behind it; the statement that moves the place names the place
/// where it must stand, so no stretch is committed twice, by whatever process. Calls that are open
/// at that place are kept in the database as well, so that whoever goes on there knows them: a row
/// of `call` is written when an end is read for a call that is open, and the call is open no more.
/// The first entry of each process ends what is open before it as unknown. After any failure the
/// thread asks the database where it stands, for a commit whose answer was lost may have happened.
public final class LedgerWriter implements LedgerTail {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
  private static final int BATCH_BYTES = 1 << 20;
  private static final long LINGER_NANOS = Duration.ofMillis(200).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(100).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final Journal journal;
  private final Partitions partitions;
  private final LedgerStore store;
  private final Thread thread = Thread.ofPlatform().name("ledger-writer").unstarted(this::run);
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final List<EvidenceListener> listeners = new CopyOnWriteArrayList<>();

  private Map<UUID, CallOpened> open = new LinkedHashMap<>();
  private @Nullable JournalReader reader;
  private @Nullable LocalDate retainedOn;
  private volatile long committed;
  private volatile long behindSince;
  private volatile boolean parked;
  private volatile boolean failing;
  private volatile boolean stopped;
  private volatile long closeBy = Long.MAX_VALUE;
  private volatile long damages;
  private final AtomicLong ignored = new AtomicLong();

  private record Waiting(long place, CompletableFuture<Void> done) {}

  public LedgerWriter(Journal journal, Database database, Retained retained, Clock clock) {
    this.journal = journal;
    this.partitions = new Partitions(clock, retained);
    this.store = new LedgerStore(database, partitions, journal.id());
    this.behindSince = System.nanoTime();
  }

  /// Starts the thread; the journal must have been started.
  @Override
  public void start() {
    journal.onWritten(this::wakeIfParked);
    thread.start();
  }

  /// Tells of what is kept from now on.
  @Override
  public void listen(EvidenceListener listener) {
    listeners.add(listener);
  }

  /// Completes when everything before a place of the journal is in the database.
  @Override
  public CompletableFuture<Void> committed(long place) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    waiting.add(new Waiting(place, done));
    LockSupport.unpark(thread);
    if (stopped) {
      done.completeExceptionally(new CancellationException());
    }
    return done;
  }

  /// How long the database has been behind the journal; zero when it is not.
  @Override
  public Duration lag() {
    return committed >= journal.end()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, System.nanoTime() - behindSince));
  }

  /// Whether the last attempt to write failed.
  @Override
  public boolean failing() {
    return failing;
  }

  /// Rows that the database refused for what they hold, and stretches of the journal that could
  /// not be read.
  @Override
  public long lost() {
    return store.rejected() + damages;
  }

  /// Ends of calls that had ended before or never began.
  @Override
  public long ignored() {
    return ignored.get();
  }

  /// The thread, to account its processor time.
  @Override
  public Thread thread() {
    return thread;
  }

  /// Writes what the journal holds, then ends the thread; gives up after some seconds: the rest is
  /// in the journal and is written by the next process.
  @Override
  public void close() throws IOException {
    closeBy = System.nanoTime() + CLOSE.toNanos();
    LockSupport.unpark(thread);
    try {
      if (!thread.join(CLOSE.plusSeconds(5))) {
        LOG.warn("the ledger's writer waits for the database; the next start goes on");
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the ledger's writer was closing", e);
    }
  }

  private void run() {
    try {
      tail();
    } finally {
      stopped = true;
      forgetState();
      waiting.forEach(one -> one.done().completeExceptionally(new CancellationException()));
    }
  }

  private void tail() {
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      boolean more;
      try {
        more = step();
        failing = false;
        pause = FIRST_PAUSE_NANOS;
      } catch (IOException | RuntimeException e) {
        report(e);
        forgetState();
        if (closing() && System.nanoTime() > closeBy) {
          return;
        }
        LockSupport.parkNanos(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE_NANOS);
        continue;
      }
      tellWhoWaits();
      if (!more) {
        if (closing() && committed >= journal.end()) {
          return;
        }
        waitForMore();
      } else if (gathers()) {
        LockSupport.parkNanos(this, LINGER_NANOS);
      }
    }
  }

  /// Writes one stretch; whether there may be more.
  private boolean step() throws IOException {
    JournalReader from = reader;
    if (from == null) {
      from = load();
    }
    retainOncePerDay();
    List<Entry> entries = from.read(BATCH_BYTES);
    damages = from.damages();
    if (from.position() == committed) {
      return false;
    }
    Batch batch = Batch.of(entries, open);
    store.commit(batch, committed, from.position());
    batch.closed().keySet().forEach(open::remove);
    open.putAll(batch.opened());
    ignored.addAndGet(batch.ignored());
    committed = from.position();
    behindSince = System.nanoTime();
    journal.release(committed);
    tell(batch);
    return true;
  }

  private void tell(Batch batch) {
    if (listeners.isEmpty() || (batch.calls().isEmpty() && batch.spans().isEmpty())) {
      return;
    }
    List<EndedCall> calls =
        batch.calls().stream().map(row -> new EndedCall(row.opened(), row.settled())).toList();
    for (EvidenceListener listener : listeners) {
      try {
        listener.kept(calls, batch.spans());
      } catch (RuntimeException e) {
        LOG.error("evidence that was kept could not be passed on", e);
      }
    }
  }

  /// What comes a little at a time is not written so: each commit is a sync, and a call that ends
  /// in a later stretch than it began costs two rows more.
  private boolean gathers() {
    return journal.end() - committed < BATCH_BYTES / 2 && waiting.isEmpty() && !closing();
  }

  private JournalReader load() {
    LedgerStore.State state = store.load();
    open = new LinkedHashMap<>(state.open());
    committed = state.place();
    retainedOn = null;
    JournalReader made = journal.reader(state.place());
    reader = made;
    return made;
  }

  private void retainOncePerDay() {
    LocalDate today = partitions.today();
    if (today.equals(retainedOn)) {
      return;
    }
    retainedOn = today;
    try {
      store.retain();
    } catch (RuntimeException e) {
      LOG.warn("evidence that is past its time could not be dropped; tomorrow again", e);
    }
  }

  private void tellWhoWaits() {
    waiting.removeIf(
        one -> {
          boolean there = one.place() <= committed;
          if (there) {
            one.done().complete(null);
          }
          return there;
        });
  }

  private void waitForMore() {
    parked = true;
    if (journal.end() == committed && waiting.isEmpty() && !closing()) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    parked = false;
    if (waiting.isEmpty() && !closing()) {
      LockSupport.parkNanos(this, LINGER_NANOS);
    }
  }

  private void wakeIfParked() {
    if (parked) {
      behindSince = System.nanoTime();
      LockSupport.unpark(thread);
    }
  }

  private void report(Exception cause) {
    if (!failing) {
      LOG.warn("the ledger cannot be written to the database; it waits in the journal", cause);
    }
    failing = true;
  }

  private boolean closing() {
    return closeBy != Long.MAX_VALUE;
  }

  private void forgetState() {
    JournalReader open = reader;
    reader = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        LOG.warn("a segment of the journal cannot be closed: {}", e.toString());
      }
    }
  }
}
