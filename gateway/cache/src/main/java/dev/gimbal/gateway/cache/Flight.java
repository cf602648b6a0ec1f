package dev.gimbal.gateway.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One question on its way to a model, and all equal ones that wait for its answer.
///
/// Why it is right: everything shared is guarded by this object's lock, which is held for the
/// addition or the taking of one piece and never while somebody is called. A follower's methods run
/// on its own executor, one task at a time (`scheduled`); each task takes one step after the other
/// under the lock and acts on it outside. The pieces of the answer stand in one list; each follower
/// knows how far it has come, so a slow one holds up nobody. While the answer fits into `most`
/// bytes
/// nothing of it is given up, so that whoever comes late hears it from the start and it can be
/// kept.
/// Beyond that nobody new may follow, pieces that all have heard go, and a follower that is more
/// than `most` bytes behind fails. Whoever leads holds the present [Turn]; an earlier one is deaf.
final class Flight {
  /// Leaders that may fail one after the other before the rest go alone: a question that makes the
  /// model fail must not be asked in a row by everybody.
  private static final int MOST_FAILURES = 2;

  private static final int MOST_FOLLOWERS = 4_096;

  /// What happens at the end of a flight, once: keep the answer, or do nothing; then the flight is
  /// no longer found. Called without the lock.
  interface Landing {
    /// @param answer null: there is none to be kept
    void landed(Flight flight, @Nullable Whole answer);
  }

  record Whole(int status, String contentType, byte[] bytes, Bill bill) {}

  private enum State {
    RUNNING,
    ENDED,
    /// Nobody leads and nobody waits.
    OVER
  }

  private final int most;
  private final Landing landing;
  private final List<Seat> seats = new ArrayList<>();
  private final List<byte[]> pieces = new ArrayList<>();
  private Turn turn = new Turn();
  private State state = State.RUNNING;
  private int gone;
  private long heldBytes;
  private boolean outgrown;
  private int status;
  private @Nullable String contentType;
  private Bill bill = Bill.UNKNOWN;
  private int failures;

  /// @param most bytes of an answer that are held
  Flight(int most, Landing landing) {
    this.most = most;
    this.landing = landing;
  }

  synchronized Lead leader() {
    return turn;
  }

  /// A place behind the leader; null if nobody may join any more.
  synchronized @Nullable Following join() {
    if (state != State.RUNNING || outgrown || seats.size() >= MOST_FOLLOWERS) {
      return null;
    }
    Seat seat = new Seat();
    seats.add(seat);
    return seat;
  }

  synchronized boolean crowded() {
    return seats.size() >= MOST_FOLLOWERS;
  }

  private void wake(List<Seat> sleepers) {
    sleepers.forEach(Seat::wake);
  }

  /// The right to tell of the answer.
  private final class Turn implements Lead {
    private boolean present() {
      return turn == this && state == State.RUNNING;
    }

    @Override
    public void head(int newStatus, String newType) {
      List<Seat> sleepers;
      synchronized (Flight.this) {
        if (!present() || contentType != null) {
          return;
        }
        status = newStatus;
        contentType = newType;
        sleepers = List.copyOf(seats);
      }
      wake(sleepers);
    }

    @Override
    public void piece(byte[] bytes) {
      List<Seat> sleepers;
      synchronized (Flight.this) {
        if (!present() || bytes.length == 0) {
          return;
        }
        pieces.add(bytes);
        heldBytes += bytes.length;
        outgrown |= heldBytes > most;
        if (outgrown) {
          giveUp();
        }
        if (seats.isEmpty()) {
          return;
        }
        sleepers = List.copyOf(seats);
      }
      wake(sleepers);
    }

    @Override
    public void finished(Bill cost, boolean keep) {
      Whole whole;
      synchronized (Flight.this) {
        if (!present()) {
          return;
        }
        String type = contentType;
        whole = !keep || outgrown || type == null ? null : new Whole(status, type, joined(), cost);
      }
      landing.landed(Flight.this, whole);
      List<Seat> sleepers;
      synchronized (Flight.this) {
        state = State.ENDED;
        bill = cost;
        sleepers = List.copyOf(seats);
      }
      wake(sleepers);
    }

    @Override
    public void failed() {
      handOver(true);
    }

    @Override
    public boolean left() {
      synchronized (Flight.this) {
        if (present() && seats.stream().anyMatch(Seat::heard)) {
          return true;
        }
      }
      handOver(false);
      return false;
    }

    private void handOver(boolean failure) {
      List<Seat> sleepers;
      boolean over;
      synchronized (Flight.this) {
        if (!present()) {
          return;
        }
        failures += failure ? 1 : 0;
        sleepers = List.copyOf(seats);
        over = next();
      }
      if (over) {
        landing.landed(Flight.this, null);
      }
      wake(sleepers);
    }
  }

  /// Lets the first follower that heard nothing lead; those that heard something fail.
  ///
  /// @return whether nobody leads any more
  private boolean next() {
    seats.stream().filter(Seat::heard).forEach(seat -> seat.fate = Fate.BROKEN);
    seats.removeIf(Seat::heard);
    pieces.clear();
    gone = 0;
    heldBytes = 0;
    outgrown = false;
    contentType = null;
    turn = new Turn();
    if (failures >= MOST_FAILURES || seats.isEmpty()) {
      seats.forEach(seat -> seat.fate = Fate.ALONE);
      seats.clear();
      state = State.OVER;
      return true;
    }
    Seat first = seats.removeFirst();
    first.fate = Fate.LEAD;
    first.lead = turn;
    return false;
  }

  private byte[] joined() {
    byte[] whole = new byte[(int) heldBytes];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, whole, at, piece.length);
      at += piece.length;
    }
    return whole;
  }

  /// Lets go of what everybody heard, and of whoever is too far behind.
  private void giveUp() {
    while (!pieces.isEmpty()) {
      boolean awaited = seats.stream().anyMatch(seat -> seat.at <= gone);
      if (awaited && heldBytes <= most) {
        return;
      }
      if (awaited) {
        seats.stream().filter(seat -> seat.at <= gone).forEach(seat -> seat.fate = Fate.SLOW);
        seats.removeIf(seat -> seat.fate == Fate.SLOW);
      }
      heldBytes -= pieces.removeFirst().length;
      gone++;
    }
  }

  private enum Fate {
    FOLLOW,
    LEAD,
    ALONE,
    BROKEN,
    SLOW,
    /// It was told its end, or left.
    OUT
  }

  private sealed interface Step {
    enum Nothing implements Step {
      NOTHING
    }

    record Head(int status, String contentType) implements Step {}

    record Piece(byte[] bytes) implements Step {}

    record End(Bill bill) implements Step {}

    record Takes(Lead lead) implements Step {}

    enum Alone implements Step {
      ALONE
    }

    record Failed(String why) implements Step {}
  }

  /// One follower. Its fields are guarded by the flight.
  private final class Seat implements Following, Runnable {
    private @Nullable Executor loop;
    private @Nullable Follower follower;
    private Fate fate = Fate.FOLLOW;
    private @Nullable Lead lead;
    private boolean headSaid;
    private int at;
    private boolean paused;
    private boolean scheduled;

    private boolean heard() {
      return headSaid;
    }

    @Override
    public void start(Executor where, Follower who) {
      synchronized (Flight.this) {
        loop = where;
        follower = who;
      }
      wake();
    }

    private void wake() {
      Executor where;
      synchronized (Flight.this) {
        where = loop;
        if (where == null || scheduled || paused || fate == Fate.OUT) {
          return;
        }
        scheduled = true;
      }
      where.execute(this);
    }

    @Override
    public void run() {
      Follower who = follower;
      while (who != null) {
        Step step;
        synchronized (Flight.this) {
          step = step();
          scheduled = step != Step.Nothing.NOTHING;
        }
        switch (step) {
          case Step.Nothing _ -> {
            return;
          }
          case Step.Head head -> who.head(head.status, head.contentType);
          case Step.Piece piece -> who.piece(piece.bytes);
          case Step.End end -> who.end(end.bill);
          case Step.Takes takes -> who.lead(takes.lead);
          case Step.Alone _ -> who.alone();
          case Step.Failed failed -> who.failed(failed.why);
        }
      }
    }

    private Step step() {
      return switch (fate) {
        case OUT -> Step.Nothing.NOTHING;
        case LEAD -> {
          Lead mine = lead;
          fate = Fate.OUT;
          yield mine == null ? Step.Alone.ALONE : new Step.Takes(mine);
        }
        case ALONE -> out(Step.Alone.ALONE);
        case BROKEN -> out(new Step.Failed("The answer broke off."));
        case SLOW -> out(new Step.Failed("The answer was read too slowly."));
        case FOLLOW -> follow();
      };
    }

    private Step out(Step last) {
      fate = Fate.OUT;
      return last;
    }

    private Step follow() {
      String type = contentType;
      if (paused || type == null) {
        return Step.Nothing.NOTHING;
      }
      if (!headSaid) {
        headSaid = true;
        return new Step.Head(status, type);
      }
      if (at - gone < pieces.size()) {
        return new Step.Piece(pieces.get(at++ - gone));
      }
      if (state == State.ENDED) {
        seats.remove(this);
        return out(new Step.End(bill));
      }
      return Step.Nothing.NOTHING;
    }

    @Override
    public void pause() {
      synchronized (Flight.this) {
        paused = true;
      }
    }

    @Override
    public void resume() {
      synchronized (Flight.this) {
        paused = false;
      }
      wake();
    }

    @Override
    public void leave() {
      Lead mine;
      synchronized (Flight.this) {
        mine = fate == Fate.LEAD ? lead : null;
        fate = Fate.OUT;
        seats.remove(this);
      }
      if (mine != null) {
        mine.left();
      }
    }
  }
}
