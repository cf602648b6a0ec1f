package dev.gimbal.observability.core.recent;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalReader;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Calls that are no longer in memory, from the journal's files. A call's id tells its time, and
/// the first entry of a file tells when that file was begun. Takes no lock that a writer takes; one
/// look at a time, and each reads a bounded part of the journal. Thread-safe; blocks.
final class CallArchive {
  /// What is read for one page, and for one call.
  static final long MOST_BYTES = 32L << 20;

  /// How far behind its file the end of a listed call is looked for.
  private static final long MOST_BEHIND = 16L << 20;

  private static final int BATCH_BYTES = 256 << 10;

  /// A call's beginning is written so much later than its id was made, at most.
  private static final long SLACK_MILLIS = 2_000;

  /// The same where one call is looked for: a disk that hung costs a page too much.
  private static final long FOUND_SLACK_MILLIS = 10_000;

  private static final long PATIENCE_SECONDS = 2;

  private final Journal journal;
  private final long mostBytes;
  private final ReentrantLock looking = new ReentrantLock();
  private final Map<Long, Long> begun = new ConcurrentHashMap<>();

  CallArchive(Journal journal) {
    this(journal, MOST_BYTES);
  }

  CallArchive(Journal journal, long mostBytes) {
    this.journal = journal;
    this.mostBytes = mostBytes;
  }

  /// @param call null: it is not there
  /// @param cut whether it is there, and its end farther behind it than is read
  record Found(@Nullable KeptCall call, boolean cut) {}

  /// Looks for one call.
  ///
  /// @throws HttpException [HttpError#SERVER_BUSY] while others look
  Found find(TenantId tenant, UUID id) throws IOException {
    begin();
    try {
      List<Long> places = journal.places();
      long made = TimeOrderedIds.timeOf(id).toEpochMilli();
      int file = fileOf(places, made - FOUND_SLACK_MILLIS);
      return file < 0 ? new Found(null, false) : find(tenant, id, places.get(file));
    } finally {
      looking.unlock();
    }
  }

  private Found find(TenantId tenant, UUID id, long from) throws IOException {
    Search search = new Search(tenant, id);
    try (JournalReader reader = journal.reader(from)) {
      for (long read = 0; read < mostBytes; read += BATCH_BYTES) {
        List<Entry> entries = reader.read(BATCH_BYTES);
        if (entries.isEmpty()) {
          return new Found(null, false);
        }
        for (Entry entry : entries) {
          if (search.ends(entry)) {
            return new Found(search.found, false);
          }
        }
      }
    }
    return new Found(null, search.opened != null);
  }

  /// One call being looked for, entry by entry.
  private static final class Search {
    private final TenantId tenant;
    private final UUID id;
    private final long last;
    private @Nullable CallOpened opened;
    private @Nullable KeptCall found;

    Search(TenantId tenant, UUID id) {
      this.tenant = tenant;
      this.id = id;
      this.last = TimeOrderedIds.timeOf(id).toEpochMilli() + FOUND_SLACK_MILLIS;
    }

    /// Whether there is no need to read on.
    boolean ends(Entry entry) {
      CallOpened begun = opened;
      return switch (entry) {
        case Entry.Opened one -> begun == null && opens(one);
        case Entry.Started started -> begun != null && found(new KeptCall(begun, null));
        case Entry.Settled one ->
            begun != null && one.call().id().equals(id) && found(new KeptCall(begun, one.call()));
        case Entry.Step step -> false;
        case Entry.Said said -> false;
      };
    }

    private boolean opens(Entry.Opened one) {
      if (one.call().id().equals(id) && one.call().tenant().equals(tenant)) {
        opened = one.call();
        return false;
      }
      return millis(one) > last;
    }

    private boolean found(KeptCall call) {
      found = call;
      return true;
    }
  }

  private static long millis(Entry.Opened opened) {
    return TimeOrderedIds.timeOf(opened.call().id()).toEpochMilli();
  }

  /// Calls of a tenant that fit and are older than one, newest first. One whose end lies more than
  /// 16 MiB behind its file is left out.
  ///
  /// @throws HttpException [HttpError#SERVER_BUSY] while others look
  RecentCalls page(TenantId tenant, UUID before, Predicate<KeptCall> wanted, int most)
      throws IOException {
    begin();
    try {
      return new Look(tenant, before, wanted, most).run();
    } finally {
      looking.unlock();
    }
  }

  private void begin() {
    try {
      if (looking.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new HttpException(
        HttpError.SERVER_BUSY, "Somebody else looks for older calls; try again in a moment.");
  }

  /// The last file that was begun at a time or before it; the first one if all were begun later;
  /// -1: there is none.
  private int fileOf(List<Long> places, long millis) throws IOException {
    begun.keySet().retainAll(places);
    int low = 0;
    int high = places.size() - 1;
    int found = places.isEmpty() ? -1 : 0;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (begun(places, middle) <= millis) {
        found = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /// When a file was begun, or if nothing in it tells, the one before it.
  private long begun(List<Long> places, int file) throws IOException {
    for (int at = file; at >= 0; at--) {
      Long millis = begun(places.get(at));
      if (millis != null) {
        return millis;
      }
    }
    return 0;
  }

  private @Nullable Long begun(long place) throws IOException {
    Long known = begun.get(place);
    if (known != null) {
      return known;
    }
    try (JournalReader reader = journal.reader(place)) {
      for (Entry entry : reader.read(BATCH_BYTES)) {
        Long millis =
            switch (entry) {
              case Entry.Started started -> Long.valueOf(started.at().toEpochMilli());
              case Entry.Opened opened -> Long.valueOf(millis(opened));
              case Entry.Settled settled -> null;
              case Entry.Step step -> null;
              case Entry.Said said -> null;
            };
        if (millis != null) {
          begun.put(place, millis);
          return millis;
        }
      }
    }
    return null;
  }

  /// One page in the making, a file at a time from new to old.
  private final class Look {
    private final TenantId tenant;
    private final UUID before;
    private final Predicate<KeptCall> wanted;
    private final int most;
    private final NavigableMap<UUID, KeptCall> found = new TreeMap<>();
    private long read;

    Look(TenantId tenant, UUID before, Predicate<KeptCall> wanted, int most) {
      this.tenant = tenant;
      this.before = before;
      this.wanted = wanted;
      this.most = most;
    }

    RecentCalls run() throws IOException {
      List<Long> places = journal.places();
      long newest = TimeOrderedIds.timeOf(before).toEpochMilli();
      for (int file = fileOf(places, newest + SLACK_MILLIS); file > 0; file--) {
        file(places.get(file), file + 1 < places.size() ? places.get(file + 1) : Long.MAX_VALUE);
        // What began when the file was begun may stand at the end of the one before it.
        long reached = begun(places, file) + SLACK_MILLIS;
        if (enough(reached)) {
          return new RecentCalls(latest(reached), null);
        }
        if (read >= mostBytes && reached < newest) {
          UUID rest = TimeOrderedIds.floor(Instant.ofEpochMilli(reached));
          return new RecentCalls(latest(reached), rest);
        }
      }
      if (!places.isEmpty()) {
        file(places.getFirst(), places.size() > 1 ? places.get(1) : Long.MAX_VALUE);
      }
      return new RecentCalls(latest(Long.MIN_VALUE), null);
    }

    private boolean enough(long reached) {
      return latest(reached).size() >= most;
    }

    private List<KeptCall> latest(long since) {
      List<KeptCall> calls = new ArrayList<>();
      for (KeptCall call : found.descendingMap().values()) {
        boolean whole = TimeOrderedIds.timeOf(call.opened().id()).toEpochMilli() >= since;
        if (!whole || calls.size() >= most) {
          break;
        }
        calls.add(call);
      }
      return calls;
    }

    private void file(long from, long to) throws IOException {
      Map<UUID, CallOpened> open = new HashMap<>();
      try (JournalReader reader = journal.reader(from)) {
        while (reader.position() < to) {
          List<Entry> entries = reader.read(BATCH_BYTES, to);
          if (entries.isEmpty()) {
            break;
          }
          entries.forEach(entry -> take(entry, open, true));
          read += BATCH_BYTES;
        }
        for (long behind = 0; behind < MOST_BEHIND && !open.isEmpty(); behind += BATCH_BYTES) {
          List<Entry> entries = reader.read(BATCH_BYTES);
          if (entries.isEmpty()) {
            return;
          }
          entries.forEach(entry -> take(entry, open, false));
          read += BATCH_BYTES;
        }
      }
    }

    private void take(Entry entry, Map<UUID, CallOpened> open, boolean begins) {
      switch (entry) {
        case Entry.Started started -> {
          open.values().forEach(call -> keep(new KeptCall(call, null)));
          open.clear();
        }
        case Entry.Opened opened -> {
          CallOpened call = opened.call();
          if (begins && call.tenant().equals(tenant) && call.id().compareTo(before) < 0) {
            open.put(call.id(), call);
          }
        }
        case Entry.Settled settled -> {
          CallOpened opened = open.remove(settled.call().id());
          if (opened != null) {
            keep(new KeptCall(opened, settled.call()));
          }
        }
        case Entry.Step step -> {}
        case Entry.Said said -> {}
      }
    }

    private void keep(KeptCall call) {
      if (wanted.test(call)) {
        found.put(call.opened().id(), call);
      }
    }
  }
}
