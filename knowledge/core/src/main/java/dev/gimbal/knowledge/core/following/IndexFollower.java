package dev.gimbal.knowledge.core.following;

import dev.gimbal.knowledge.core.index.IndexedDocument;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.index.PassageIndex.CollectionKey;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.IndexedStore;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.platform.database.ChangeBatch;
import dev.gimbal.platform.database.ChangeCursor;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps this node's index true to the database, on one thread of its own, the only one that writes
/// to it.
///
/// Why it is right. A change says "read this version again"; reading decides whether the index is
/// to hold it, so changes may be applied twice, late, or out of order. The cursor that a collection
/// stores is one whose changes all have been applied to it; after a crash they are read again from
/// there, and so they are when an index says that it lost something while it was in use. An index
/// without a cursor, or with one from another life of the database, is rebuilt, and gets the cursor
/// that was the end of the log *before* the rebuild read anything; a rebuild that breaks off stays
/// due.
public final class IndexFollower implements AutoCloseable {
  /// Form of the index; a new one is built beside the old.
  public static final int FORM = 1;

  private static final Logger LOG = LoggerFactory.getLogger(IndexFollower.class);
  private static final int BATCH = 500;
  private static final int PASSAGES_AT_ONCE = 2_000;
  private static final int REMEMBERED = 10_000;
  private static final int FAILURES_BEFORE_REBUILD = 3;
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Request WAKE = new Request(null, true, new CompletableFuture<>());

  private final Database database;
  private final PassageIndex index;
  private final CollectionStore collections;
  private final IndexedStore indexed;
  private final Clock clock;
  private final Thread thread = Thread.ofPlatform().name("knowledge-follower").unstarted(this::run);

  private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private final CompletableFuture<Boolean> caughtUp = new CompletableFuture<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile boolean closed;

  // What follows belongs to the thread alone.
  private final Map<UUID, Integer> applied =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Integer> eldest) {
          return size() > REMEMBERED;
        }
      };
  private final Map<CollectionKey, Integer> failures = new HashMap<>();

  /// The losses of each index that are made up for.
  private final Map<CollectionKey, Long> madeUp = new HashMap<>();

  private final Set<CollectionKey> ruined = new LinkedHashSet<>();
  private final Set<CollectionKey> uncommitted = new LinkedHashSet<>();
  private ChangeCursor cursor = ChangeCursor.START;
  private Instant committed = Instant.MIN;

  /// @param index that nobody else writes to
  public IndexFollower(
      Database database,
      PassageIndex index,
      CollectionStore collections,
      IndexedStore indexed,
      Clock clock) {
    this.database = database;
    this.index = index;
    this.collections = collections;
    this.indexed = indexed;
    this.clock = clock;
  }

  /// Begins to follow. Returns at once; [#caughtUp] says when the index is true.
  public void start() {
    thread.start();
  }

  /// Completes when the index holds what the database held at the start.
  public CompletableFuture<Boolean> caughtUp() {
    return caughtUp.copy();
  }

  /// Waits until this node's index holds a version that was committed before the call, or does not
  /// hold it because it is not to.
  ///
  /// @throws IllegalStateException if the index could not take it for a minute
  public void ensure(TenantId tenant, UUID collection, UUID version) throws InterruptedException {
    Request request =
        new Request(new Place(key(tenant, collection), version), false, new CompletableFuture<>());
    requests.add(request);
    try {
      request.done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException("the index did not take version " + version, e);
    }
  }

  /// Waits until every change that was committed before the call is in this node's index.
  public void settle() throws InterruptedException {
    Request request = new Request(null, false, new CompletableFuture<>());
    requests.add(request);
    try {
      request.done().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new IllegalStateException("the index did not catch up", e);
    }
  }

  /// The index of a collection.
  public static CollectionKey key(TenantId tenant, UUID collection) {
    return new CollectionKey(tenant.value(), collection, FORM);
  }

  private void run() {
    try {
      AutoCloseable listening = database.onChanges(this::wake);
      try {
        follow();
      } finally {
        listening.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("the index follows no longer", e);
    }
  }

  private void wake() {
    if (woken.compareAndSet(false, true)) {
      requests.add(WAKE);
    }
  }

  private void follow() throws InterruptedException {
    boolean begun = false;
    while (!closed) {
      List<Request> taken = new ArrayList<>();
      try {
        if (!begun) {
          begin();
          begun = true;
          caughtUp.complete(true);
        }
        Request first = requests.poll(1, TimeUnit.SECONDS);
        if (first != null) {
          taken.add(first);
          requests.drainTo(taken, BATCH);
        }
        woken.compareAndSet(true, !taken.contains(WAKE));
        serve(taken);
      } catch (RuntimeException e) {
        if (closed) {
          return;
        }
        LOG.warn("the index lags; trying again", e);
        taken.stream().filter(request -> !request.wakes()).forEach(requests::add);
        TimeUnit.SECONDS.sleep(1);
      }
    }
    commit();
  }

  private void serve(List<Request> taken) {
    makeUp();
    List<Request> asked = taken.stream().filter(request -> !request.wakes()).toList();
    Set<Place> places = new LinkedHashSet<>();
    asked.stream().map(Request::place).filter(Objects::nonNull).forEach(places::add);
    apply(places);
    asked.stream().filter(request -> request.place() != null).forEach(Request::finish);
    if (places.isEmpty() || taken.contains(WAKE)) {
      readChanges();
    }
    asked.stream().filter(request -> request.place() == null).forEach(Request::finish);
    if (clock.instant().isAfter(committed.plus(COMMIT_EVERY))) {
      commit();
    }
  }

  private void begin() {
    ChangeCursor end = database.changesEnd();
    cursor = end;
    for (IndexedStore.Place place : database.asOwner(IndexedStore::collections)) {
      goOnFromItsCursor(key(place.tenant(), place.collection()), end);
    }
    committed = clock.instant();
    readChanges();
  }

  private void goOnFromItsCursor(CollectionKey key, ChangeCursor end) {
    long losses = index.losses(key);
    Optional<ChangeCursor> stored = CursorText.read(index.cursor(key), end);
    if (stored.isEmpty() || database.changesAfter(stored.get(), 1).missed()) {
      rebuild(key, end);
      return;
    }
    if (CursorText.ORDER.compare(stored.get(), cursor) < 0) {
      cursor = stored.get();
    }
    madeUp.put(key, losses);
  }

  /// What an index lost while it was in use is read again.
  private void makeUp() {
    ChangeCursor before = cursor;
    for (Map.Entry<CollectionKey, Long> known : List.copyOf(madeUp.entrySet())) {
      CollectionKey key = known.getKey();
      if (index.losses(key) != known.getValue()) {
        LOG.warn("the index of collection {} lost something and is made good", key.collection());
        applied.clear();
        goOnFromItsCursor(key, database.changesEnd());
      }
    }
    for (CollectionKey key : List.copyOf(ruined)) {
      rebuild(key, database.changesEnd());
    }
    if (!cursor.equals(before)) {
      readChanges();
    }
  }

  private void readChanges() {
    while (!closed) {
      ChangeBatch batch = database.changesAfter(cursor, BATCH);
      if (batch.missed()) {
        rebuildAll();
        continue;
      }
      Set<Place> places = new LinkedHashSet<>();
      for (ChangeBatch.Change change : batch.changes()) {
        if (change.topic().equals(VersionRow.TOPIC)) {
          places.add(Place.of(change));
        } else if (change.topic().equals(CollectionRow.TOPIC)) {
          dropIfGone(change.tenant(), UUID.fromString(change.id()));
        }
      }
      apply(places);
      cursor = batch.next();
      if (batch.changes().isEmpty()) {
        return;
      }
    }
  }

  /// Changes are gone that were not read: only the database knows now what the indexes lack.
  private void rebuildAll() {
    LOG.warn("changes were trimmed before they were read: every index of this node is rebuilt");
    ChangeCursor end = database.changesEnd();
    for (IndexedStore.Place place : database.asOwner(IndexedStore::collections)) {
      rebuild(key(place.tenant(), place.collection()), end);
    }
    cursor = end;
  }

  private void dropIfGone(TenantId tenant, UUID collection) {
    if (!exists(tenant, collection)) {
      CollectionKey key = key(tenant, collection);
      index.drop(key);
      uncommitted.remove(key);
      failures.remove(key);
      madeUp.remove(key);
      ruined.remove(key);
    }
  }

  private boolean exists(TenantId tenant, UUID collection) {
    return database.inTransaction(tenant, tx -> collections.exists(tx, collection));
  }

  private void apply(Set<Place> places) {
    Map<CollectionKey, List<UUID>> byCollection = new LinkedHashMap<>();
    for (Place place : places) {
      byCollection.computeIfAbsent(place.key(), key -> new ArrayList<>()).add(place.version());
    }
    byCollection.forEach(this::applyTo);
  }

  private void applyTo(CollectionKey key, List<UUID> versions) {
    TenantId tenant = new TenantId(key.tenant());
    if (!exists(tenant, key.collection())) {
      return;
    }
    try {
      List<UUID> gone = new ArrayList<>();
      Putting putting = new Putting(key);
      for (UUID version : versions) {
        Integer revision =
            database
                .inTransaction(tenant, tx -> indexed.revision(tx, key.collection(), version))
                .orElse(null);
        if (revision == null) {
          gone.add(version);
        } else if (!revision.equals(applied.get(version))) {
          putting.add(version, revision);
        }
      }
      putting.flush();
      // After the puts: a new version must be there before the old one goes.
      if (!gone.isEmpty()) {
        madeUp.computeIfAbsent(key, index::losses);
        index.remove(key, gone);
        gone.forEach(applied::remove);
        uncommitted.add(key);
      }
      failures.remove(key);
    } catch (dev.gimbal.platform.database.DatabaseException e) {
      throw e;
    } catch (RuntimeException e) {
      broken(key, e);
    }
  }

  /// An index that fails again and again is thrown away: the truth is elsewhere.
  private void broken(CollectionKey key, RuntimeException e) {
    int times = failures.merge(key, 1, Integer::sum);
    if (times < FAILURES_BEFORE_REBUILD) {
      throw e;
    }
    LOG.warn("the index of collection {} is rebuilt", key.collection(), e);
    failures.remove(key);
    rebuild(key, database.changesEnd());
  }

  private void rebuild(CollectionKey key, ChangeCursor end) {
    TenantId tenant = new TenantId(key.tenant());
    ruined.add(key);
    index.drop(key);
    madeUp.put(key, index.losses(key));
    applied.clear();
    Putting putting = new Putting(key);
    UUID after = null;
    while (!closed) {
      UUID from = after;
      Map<UUID, Integer> page =
          database.inTransaction(tenant, tx -> indexed.page(tx, key.collection(), from, BATCH));
      if (page.isEmpty()) {
        break;
      }
      for (Map.Entry<UUID, Integer> version : page.entrySet()) {
        putting.add(version.getKey(), version.getValue());
        after = version.getKey();
      }
    }
    putting.flush();
    if (!closed && commit(key, CursorText.write(end, clock.instant()))) {
      ruined.remove(key);
    }
  }

  /// False if the index lost something that is not made up for yet.
  private boolean commit(CollectionKey key, String text) {
    return index.commit(key, text, Objects.requireNonNull(madeUp.get(key)));
  }

  private void commit() {
    String text = CursorText.write(cursor, clock.instant());
    for (CollectionKey key : List.copyOf(uncommitted)) {
      if (!ruined.contains(key) && commit(key, text)) {
        uncommitted.remove(key);
      }
    }
    committed = clock.instant();
  }

  /// Stops and stores how far the index is.
  @Override
  public void close() {
    closed = true;
    requests.add(WAKE);
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Hands documents to the index, several at once but not too much.
  private final class Putting {
    private final CollectionKey key;
    private final List<IndexedDocument> documents = new ArrayList<>();
    private final Map<UUID, Integer> revisions = new HashMap<>();
    private int passages;

    Putting(CollectionKey key) {
      this.key = key;
    }

    void add(UUID version, int revision) {
      database
          .inTransaction(new TenantId(key.tenant()), tx -> indexed.load(tx, version))
          .ifPresent(
              document -> {
                documents.add(document);
                revisions.put(version, revision);
                passages += document.passages().size();
              });
      if (passages >= PASSAGES_AT_ONCE) {
        flush();
      }
    }

    void flush() {
      if (!documents.isEmpty()) {
        madeUp.computeIfAbsent(key, index::losses);
        index.put(key, documents);
        applied.putAll(revisions);
        uncommitted.add(key);
        documents.clear();
        revisions.clear();
        passages = 0;
      }
    }
  }

  /// A version of a collection.
  private record Place(CollectionKey key, UUID version) {
    static Place of(ChangeBatch.Change change) {
      int slash = change.id().indexOf('/');
      return new Place(
          IndexFollower.key(change.tenant(), UUID.fromString(change.id().substring(0, slash))),
          UUID.fromString(change.id().substring(slash + 1)));
    }
  }

  /// Something to do for a caller; without a place: read the changes.
  private record Request(@Nullable Place place, boolean wakes, CompletableFuture<Boolean> done) {
    void finish() {
      done.complete(true);
    }
  }
}
