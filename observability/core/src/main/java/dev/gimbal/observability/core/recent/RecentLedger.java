package dev.gimbal.observability.core.recent;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.SpentRecord;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalReader;
import dev.gimbal.observability.core.writer.LedgerTail;
import dev.gimbal.observability.core.writer.RetentionTime;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The ledger where the journal is the whole store: the latest calls are kept in memory, what
/// all of them spent in totals, and the journal's oldest files are thrown away once totals
/// and the calls that were open are in a [Checkpoint] behind them.
///
/// Why each call is counted exactly once, whatever is killed: a checkpoint says how the
/// totals stood at a place and which calls were open there, and whoever starts counts on from
/// that place. The first entry of each process ends what is open before it as unknown, at its
/// reserved price.
public final class RecentLedger implements LedgerTail {
  private static final Logger LOG = LoggerFactory.getLogger(RecentLedger.class);
  private static final int BATCH_BYTES = 256 << 10;
  private static final long CHECKPOINT_BYTES = 16L << 20;
  private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(1);

  /// So much before the checkpoint is read again at a start, for the latest calls.
  private static final long SHOWN_BYTES = 4L << 20;

  private static final long LINGER_NANOS = Duration.ofMillis(100).toNanos();
  private static final long IDLE_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration FUTURE = Duration.ofDays(1);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final Journal journal;
  private final Path directory;
  private final RecentConfig config;
  private final Clock clock;
  private RetentionTime age;
  private final Checkpoint start;
  private final SpentTotals totals;
  private final Map<UUID, CallOpened> open = new LinkedHashMap<>();
  private final ConcurrentSkipListMap<UUID, KeptCall> calls = new ConcurrentSkipListMap<>();
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Thread thread = Thread.ofPlatform().name("ledger-recent").unstarted(this::run);
  private final List<EvidenceListener> listeners = new CopyOnWriteArrayList<>();
  private final List<EndedCall> untold = new ArrayList<>();
  private final List<SpanRecord> untoldSteps = new ArrayList<>();
  private final CallArchive archive;
  private int kept;
  private long marked;
  private long markedAt;
  private volatile long taken;
  private volatile long behindSince;
  private volatile boolean parked;
  private volatile boolean closing;
  private volatile boolean stopped;
  private volatile boolean failing;
  private final AtomicLong ignored = new AtomicLong();
  private volatile long damages;

  /// Whether every call of the journal is in memory.
  private volatile boolean whole;

  private record Waiting(long place, CompletableFuture<Void> done) {}

  /// @param directory the journal's
  /// @throws IOException if what an earlier process left cannot be read
  public RecentLedger(Journal journal, Path directory, RecentConfig config, Clock clock)
      throws IOException {
    this.journal = journal;
    this.directory = directory;
    this.config = config;
    this.clock = clock;
    this.age = RetentionTime.first(clock.instant());
    this.archive = new CallArchive(journal);
    this.start = Checkpoint.read(directory, journal.id());
    this.totals = start.totals();
    this.marked = start.place();
    this.markedAt = System.nanoTime();
    this.behindSince = System.nanoTime();
  }

  /// What the calls on record spent; complete once [#committed] says so.
  public SpentRecord spent() {
    return totals;
  }

  /// A call of a tenant, from memory or else from the journal; empty if there is none. Blocks.
  ///
  /// @throws HttpException while others look for older calls
  /// @throws LedgerException if its end lies farther behind it in the journal than is read
  public Optional<KeptCall> find(TenantId tenant, UUID id) throws IOException {
    KeptCall call = calls.get(id);
    if (call != null || whole) {
      return Optional.ofNullable(call).filter(kept -> kept.opened().tenant().equals(tenant));
    }
    CallArchive.Found found = archive.find(tenant, id);
    if (found.cut()) {
      throw new LedgerException(
          LedgerError.CALL_UNKNOWN,
          "The call is on record, but its end lies more than 32 MiB of journal behind its"
              + " beginning, which is as far as is looked without a database.",
          null);
    }
    return Optional.ofNullable(found.call());
  }

  /// The latest calls of a tenant that fit, newest first, from memory and as far as need be from
  /// the journal. Blocks.
  ///
  /// @param before older than this one; null: the newest
  /// @throws HttpException while others look for older calls
  public RecentCalls latest(
      TenantId tenant, @Nullable UUID before, Predicate<KeptCall> wanted, int most)
      throws IOException {
    ConcurrentNavigableMap<UUID, KeptCall> back = calls.descendingMap();
    List<KeptCall> found = new ArrayList<>();
    for (KeptCall call : (before == null ? back : back.tailMap(before, false)).values()) {
      if (call.opened().tenant().equals(tenant) && wanted.test(call)) {
        found.add(call);
        if (found.size() >= most) {
          break;
        }
      }
    }
    if (found.size() >= most || whole) {
      return new RecentCalls(found, null);
    }
    RecentCalls older = archive.page(tenant, oldest(before), wanted, most - found.size());
    found.addAll(older.calls());
    return new RecentCalls(found, older.rest());
  }

  /// The oldest in memory, or the one asked about if it is older still.
  private UUID oldest(@Nullable UUID before) {
    Map.Entry<UUID, KeptCall> first = calls.firstEntry();
    UUID kept = first == null ? TimeOrderedIds.floor(clock.instant().plus(FUTURE)) : first.getKey();
    return before == null || kept.compareTo(before) < 0 ? kept : before;
  }

  @Override
  public void start() {
    journal.onWritten(this::wakeIfParked);
    thread.start();
  }

  @Override
  public void listen(EvidenceListener listener) {
    listeners.add(listener);
  }

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

  @Override
  public Duration lag() {
    return taken >= journal.end()
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, System.nanoTime() - behindSince));
  }

  @Override
  public boolean failing() {
    return failing;
  }

  @Override
  public long lost() {
    return damages;
  }

  @Override
  public long ignored() {
    return ignored.get();
  }

  @Override
  public Thread thread() {
    return thread;
  }

  @Override
  public void close() throws IOException {
    closing = true;
    LockSupport.unpark(thread);
    try {
      if (!thread.join(CLOSE)) {
        LOG.warn("the records of the last calls are counted at the next start");
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the ledger was closing", e);
    }
  }

  private void run() {
    try (JournalReader reader = journal.reader(begin())) {
      showEarlier(reader);
      follow(reader);
    } catch (IOException e) {
      LOG.error("the journal cannot be closed for reading", e);
    } finally {
      stopped = true;
      waiting.forEach(one -> one.done().completeExceptionally(new CancellationException()));
    }
  }

  private long begin() throws IOException {
    long place = journal.segmentBefore(start.place(), SHOWN_BYTES);
    whole = journal.places().stream().noneMatch(file -> file < place);
    return place;
  }

  /// What lies before the checkpoint is in its totals already.
  private void showEarlier(JournalReader reader) {
    try {
      while (reader.position() < start.place()) {
        long before = reader.position();
        reader.read(1).forEach(entry -> take(entry, false));
        if (reader.position() == before) {
          break;
        }
      }
    } catch (IOException e) {
      LOG.warn("earlier calls cannot be shown: {}", e.toString());
    }
    open.clear();
    open.putAll(start.open());
  }

  private void follow(JournalReader reader) {
    while (!thread.isInterrupted()) {
      boolean more = step(reader);
      tellWhoWaits();
      if (!more) {
        if (closing && taken >= journal.end()) {
          mark(true);
          return;
        }
        waitForMore();
      }
      mark(false);
    }
  }

  private boolean step(JournalReader reader) {
    try {
      long before = reader.position();
      reader.read(BATCH_BYTES).forEach(entry -> take(entry, true));
      tell();
      damages = reader.damages();
      taken = reader.position();
      behindSince = System.nanoTime();
      failing = false;
      return reader.position() != before;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("the journal cannot be read; trying again", e);
      }
      failing = true;
      LockSupport.parkNanos(this, LINGER_NANOS);
      return false;
    }
  }

  private void tell() {
    if (untold.isEmpty() && untoldSteps.isEmpty()) {
      return;
    }
    List<EndedCall> ended = List.copyOf(untold);
    List<SpanRecord> steps = List.copyOf(untoldSteps);
    untold.clear();
    untoldSteps.clear();
    for (EvidenceListener listener : listeners) {
      try {
        listener.kept(ended, steps);
      } catch (RuntimeException e) {
        LOG.error("evidence that was kept could not be passed on", e);
      }
    }
  }

  private void take(Entry entry, boolean counted) {
    switch (entry) {
      case Entry.Started started -> {
        open.values().forEach(call -> ended(new KeptCall(call, null), counted));
        open.clear();
      }
      case Entry.Opened opened -> {
        CallOpened before = open.put(opened.call().id(), opened.call());
        if (before != null && !opened.call().reserves(before)) {
          ignored.incrementAndGet();
        }
      }
      case Entry.Settled settled -> settled(settled.call(), counted);
      case Entry.Step step -> {
        if (counted && !listeners.isEmpty()) {
          untoldSteps.add(step.span());
        }
      }
      case Entry.Said said -> {}
    }
  }

  private void settled(CallSettled call, boolean counted) {
    CallOpened opened = open.remove(call.id());
    if (opened != null) {
      ended(new KeptCall(opened, call), counted);
    } else if (counted) {
      ignored.incrementAndGet();
    }
  }

  private void ended(KeptCall call, boolean counted) {
    if (counted) {
      totals.add(call);
      if (!listeners.isEmpty()) {
        untold.add(new EndedCall(call.opened(), call.settled()));
      }
    }
    if (calls.put(call.opened().id(), call) == null && ++kept > config.calls()) {
      whole = false;
      calls.pollFirstEntry();
      kept--;
    }
  }

  /// Writes a checkpoint where it is due, and throws away what it makes needless.
  private void mark(boolean now) {
    long since = taken - marked;
    boolean due =
        since != 0
            && (now
                || since < 0
                || since > CHECKPOINT_BYTES
                || System.nanoTime() - markedAt > CHECKPOINT_EVERY.toNanos());
    if (!due) {
      return;
    }
    try {
      Checkpoint.write(directory, journal.id(), taken, open.values(), totals);
      marked = taken;
      markedAt = System.nanoTime();
      age = age.at(clock.instant());
      journal.trim(marked, config.mostBytes(), age.believed().minus(config.longest()));
    } catch (IOException e) {
      markedAt = System.nanoTime();
      LOG.warn("how budgets stand cannot be written down; trying again: {}", e.toString());
    }
  }

  private void tellWhoWaits() {
    waiting.removeIf(
        one -> {
          boolean there = one.place() <= taken;
          if (there) {
            one.done().complete(null);
          }
          return there;
        });
  }

  private void waitForMore() {
    parked = true;
    if (journal.end() == taken && waiting.isEmpty() && !closing) {
      LockSupport.parkNanos(this, IDLE_NANOS);
    }
    parked = false;
    if (waiting.isEmpty() && !closing) {
      LockSupport.parkNanos(this, LINGER_NANOS);
    }
  }

  private void wakeIfParked() {
    if (parked) {
      behindSince = System.nanoTime();
      LockSupport.unpark(thread);
    }
  }
}
