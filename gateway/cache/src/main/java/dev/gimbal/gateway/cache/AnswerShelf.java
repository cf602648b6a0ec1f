package dev.gimbal.gateway.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The answers that this node keeps, in memory. Each place has its own most bytes and gives up its
/// least recently used answer first; all of them together have one more limit, and then the place
/// that holds most gives. Thread-safe: a place has a lock that is held for one look in a table.
final class AnswerShelf {
  private final long mostBytes;
  private final AtomicLong held = new AtomicLong();
  private final Map<Place, Board> boards = new ConcurrentHashMap<>();

  AnswerShelf(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// The answers of one place. Locks itself.
  private final class Board {
    private Map<CacheKey, StoredAnswer> answers = table();
    private long bytes;

    private static Map<CacheKey, StoredAnswer> table() {
      return new LinkedHashMap<>(16, 0.75f, true);
    }

    synchronized @Nullable StoredAnswer find(CacheKey key, long now) {
      StoredAnswer answer = answers.get(key);
      if (answer != null && answer.diesMillis() <= now) {
        remove(key);
        return null;
      }
      return answer;
    }

    synchronized void put(CacheKey key, StoredAnswer answer, long most) {
      remove(key);
      answers.put(key, answer);
      added(answer.weight());
      while (bytes > most) {
        remove(eldest());
      }
    }

    synchronized boolean remove(CacheKey key) {
      StoredAnswer gone = answers.remove(key);
      if (gone != null) {
        added(-gone.weight());
      }
      return gone != null;
    }

    synchronized void removeEldest() {
      if (!answers.isEmpty()) {
        remove(eldest());
      }
    }

    private CacheKey eldest() {
      return answers.keySet().iterator().next();
    }

    synchronized int clear() {
      int gone = answers.size();
      answers = table();
      added(-bytes);
      return gone;
    }

    private void added(long more) {
      bytes += more;
      held.addAndGet(more);
    }

    synchronized long bytes() {
      return bytes;
    }

    synchronized int size() {
      return answers.size();
    }
  }

  @Nullable StoredAnswer find(Place place, CacheKey key, long now) {
    Board board = boards.get(place);
    return board == null ? null : board.find(key, now);
  }

  /// Keeps an answer, unless it is larger than the place's limit or the shelf's.
  ///
  /// @param most bytes of the place
  boolean put(Place place, CacheKey key, StoredAnswer answer, long most) {
    if (answer.weight() > Math.min(most, mostBytes)) {
      return false;
    }
    boards.computeIfAbsent(place, p -> new Board()).put(key, answer, most);
    while (held.get() > mostBytes) {
      boards.values().stream()
          .max(Comparator.comparingLong(Board::bytes))
          .ifPresent(Board::removeEldest);
    }
    return true;
  }

  boolean remove(Place place, CacheKey key) {
    Board board = boards.get(place);
    return board != null && board.remove(key);
  }

  /// Empties every place that fits.
  ///
  /// @return how many answers went
  int clear(Predicate<Place> which) {
    int gone = 0;
    List<Place> places = new ArrayList<>(boards.keySet());
    for (Place place : places) {
      Board board = which.test(place) ? boards.get(place) : null;
      gone += board == null ? 0 : board.clear();
    }
    return gone;
  }

  long bytes() {
    return held.get();
  }

  long bytes(Place place) {
    Board board = boards.get(place);
    return board == null ? 0 : board.bytes();
  }

  int size(Place place) {
    Board board = boards.get(place);
    return board == null ? 0 : board.size();
  }
}
