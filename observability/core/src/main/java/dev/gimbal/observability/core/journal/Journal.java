package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.observability.api.SpanRecord;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The local journal. A call's beginning and end are written by its own thread, where nobody else
/// writes just then; the rest is enqueued, and one thread encodes and writes it in groups. Another
/// one syncs. Thread-safe.
///
/// What is full, refuses: a call is opened only while its entry fits the queue and the journal's
/// bound and the disk took the last group. What ends is always taken, and kept in memory while the
/// disk refuses it; there are never more such entries than calls that were let in. Spans give way
/// at three quarters of the bounds, content at half of them.
public final class Journal implements AutoCloseable {
  private static final int CALL_BYTES = 600;

  /// So much is written without lingering.
  private static final int HURRIED_BYTES = 256 << 10;

  private final JournalConfig config;
  private final Segments segments;
  private final Appender appender;
  private final ConcurrentLinkedQueue<Item> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger queued = new AtomicInteger();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private volatile boolean closing;

  /// Takes the directory and cuts what a crash left torn; writes nothing yet.
  ///
  /// @param observed hears of each entry that was written, on the journal's thread: quick, never
  ///     throws
  /// @throws IOException if the directory cannot be used or is in use
  public static Journal open(JournalConfig config, Clock clock, Consumer<Entry> observed)
      throws IOException {
    return open(config, Disk.REAL, clock, observed);
  }

  static Journal open(JournalConfig config, Disk disk, Clock clock, Consumer<Entry> observed)
      throws IOException {
    return new Journal(config, Segments.open(config.directory()), disk, clock, observed);
  }

  private Journal(
      JournalConfig config, Segments segments, Disk disk, Clock clock, Consumer<Entry> observed) {
    this.config = config;
    this.segments = segments;
    this.appender = new Appender(config, segments, disk, clock, observed, this::poll);
  }

  /// Begins a new life: writes its first entry and starts the threads.
  ///
  /// @throws IOException if the disk does not take it
  public void start() throws IOException {
    appender.start();
  }

  /// Which journal it is.
  public UUID id() {
    return segments.id();
  }

  /// As [dev.gimbal.observability.api.Ledger#open].
  public CompletableFuture<Void> open(CallOpened call) {
    String reason = whyNot();
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (reason != null) {
      done.completeExceptionally(full(reason));
      return done;
    }
    write(new Item.Pending(new Entry.Opened(call), CALL_BYTES, done));
    return done;
  }

  /// As [dev.gimbal.observability.api.Ledger#settle].
  public CompletableFuture<Void> settle(CallSettled call) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (appender.stopped()) {
      done.completeExceptionally(full("the journal is closed"));
      return done;
    }
    write(new Item.Pending(new Entry.Settled(call), CALL_BYTES, done));
    if (appender.stopped()) {
      done.completeExceptionally(full("the journal is closed"));
    }
    return done;
  }

  /// Appends a step, or drops and counts it.
  public void span(SpanRecord span) {
    String text = span.text();
    int bytes =
        CALL_BYTES + span.attributes().size() * 100 + (text == null ? 0 : text.length() * 2);
    offer(new Entry.Step(span), bytes, 0.75);
  }

  /// Appends content, or drops and counts it.
  public void content(ContentRecord content) {
    offer(new Entry.Said(content, null), CALL_BYTES + content.body().length, 0.5);
  }

  /// Completes with the journal's end when everything appended before is written.
  public CompletableFuture<Long> written() {
    CompletableFuture<Long> end = new CompletableFuture<>();
    add(new Item.Marker(end));
    if (appender.stopped()) {
      end.complete(appender.end());
    }
    return end;
  }

  /// A reader that begins at a place where an earlier one was. A place that this journal never
  /// reached (its directory was put back from a copy) is taken as the beginning of this life.
  public JournalReader reader(long from) {
    long start = from > appender.end() ? appender.lifeBase() : from;
    return new JournalReader(segments, appender::end, start);
  }

  /// Wakes the action soon after something was written behind its back; one action at a time.
  public void onWritten(Runnable wake) {
    appender.onWritten(wake);
  }

  /// The journal's end.
  public long end() {
    return appender.end();
  }

  /// Lets go of everything before a place.
  public void release(long place) {
    segments.release(place);
  }

  /// Lets go of the oldest files that end before a place, while the journal is longer than
  /// `mostBytes` or they were written last before an instant.
  public void trim(long place, long mostBytes, Instant since) throws IOException {
    segments.trim(place, mostBytes, since);
  }

  /// A place that a reader can begin at, about so many bytes before another; the nearest that there
  /// is.
  public long segmentBefore(long place, long bytes) throws IOException {
    return segments.before(place, bytes);
  }

  /// The places at which its files begin, in order.
  public List<Long> places() {
    return segments.places();
  }

  /// Entries that wait for the disk.
  public int queued() {
    return queued.get();
  }

  /// Bytes on disk.
  public long bytes() {
    return segments.bytes();
  }

  /// Counts a span or content that was dropped on its way here.
  public void drop() {
    dropped.incrementAndGet();
  }

  /// Spans and contents that were dropped.
  public long dropped() {
    return dropped.get();
  }

  /// Why a call would be refused now; null if it would not.
  public @Nullable String whyNot() {
    if (closing) {
      return "the server is stopping";
    }
    if (appender.refusing()) {
      return "the disk of the journal is full or failing";
    }
    if (segments.bytes() >= config.mostBytes()) {
      return "the journal has reached its bound because the database does not take it";
    }
    if (queued.get() >= config.mostQueued() || queuedBytes.get() >= config.mostQueuedBytes()) {
      return "too much waits for the journal's disk";
    }
    return null;
  }

  /// The threads that work for the journal, to account their processor time.
  public List<Thread> threads() {
    return appender.threads();
  }

  /// Takes no more calls, writes and syncs what is queued, ends the threads. What the disk does
  /// not take within some seconds is given up.
  @Override
  public void close() throws IOException {
    closing = true;
    appender.close();
    segments.close();
  }

  static LedgerException full(String reason) {
    return new LedgerException(
        LedgerError.LEDGER_FULL, "No call can be put on record: " + reason + ".", null);
  }

  private void offer(Entry entry, int bytes, double share) {
    boolean room =
        !closing
            && !appender.refusing()
            && queued.get() < config.mostQueued() * share
            && queuedBytes.get() + bytes < config.mostQueuedBytes() * share
            && segments.bytes() < config.mostBytes() * share;
    if (room) {
      add(new Item.Pending(entry, bytes, null));
    } else {
      dropped.incrementAndGet();
    }
  }

  /// Now, if that is possible without waiting, or else in its turn.
  private void write(Item.Pending record) {
    if (!appender.append(record)) {
      add(record);
    }
  }

  private void add(Item item) {
    queued.incrementAndGet();
    long bytes = queuedBytes.addAndGet(item.bytes());
    queue.add(item);
    boolean waitedFor = !(item instanceof Item.Pending record) || record.done() != null;
    appender.wake(waitedFor || bytes > HURRIED_BYTES);
  }

  private @Nullable Item poll() {
    Item item = queue.poll();
    if (item != null) {
      queued.decrementAndGet();
      queuedBytes.addAndGet(-item.bytes());
    }
    return item;
  }
}
