package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Several nodes and one store on a virtual clock, everything that happens drawn from one seed:
/// messages that are lost, doubled and late in both directions, nodes that crash, come back, stand
/// still for longer than their leases and whose wall clocks jump, a store whose clock jumps a
/// little, a window that ends, amounts that change. What was let in is written down beside the
/// code under test and held against the limit at every step.
final class Simulation {
  static final long SECOND = 1_000_000_000L;
  private static final long TTL_MILLIS = 10_000;
  private static final long FAULTY = 150 * SECOND;
  private static final long QUIET = 300 * SECOND;
  private static final long TICK = SECOND / 4;
  private static final long BASE = Instant.parse("2026-11-22T11:58:40Z").toEpochMilli();
  private static final TenantId TENANT = TenantId.FIRST;

  /// As in production but for shorter waits, so that lost messages leave time for calls.
  private static final BookConfig CONFIG =
      new BookConfig(
          Duration.ofMillis(300),
          Duration.ofMillis(500),
          Duration.ofMillis(100),
          BookConfig.DEFAULT.refusal(),
          BookConfig.DEFAULT.report(),
          BookConfig.DEFAULT.idle(),
          BookConfig.DEFAULT.waiting());

  /// Which clock nodes measure their leases with.
  enum Ticks {
    MONOTONIC,
    WALL,
    /// One that stands while the node does.
    STOPPED_BY_A_PAUSE
  }

  private record Event(long at, long order, Runnable what) {}

  final Random random;
  private final Ticks ticks;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.order, b.order));
  private final List<Node> nodes = new ArrayList<>();
  final List<Truth> truths = new ArrayList<>();

  /// Processes that another one found dead, and gave back what they held.
  final Set<UUID> buried = new HashSet<>();
  private final MemoryLeaseStore store;
  private long orders;
  long now;
  private long storeOffset;
  private boolean faults = true;
  int admitted;
  private String violation = "";
  int refused;
  int unavailable;

  Simulation(long seed, Ticks ticks) {
    this.random = new Random(seed);
    this.ticks = ticks;
    this.store = new MemoryLeaseStore(() -> Instant.ofEpochMilli(storeMillis()), TTL_MILLIS);
    int limits = 1 + random.nextInt(2);
    for (int i = 0; i < limits; i++) {
      truths.add(new Truth(this, limit(i)));
    }
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(i));
    }
  }

  /// Told from within calls of the code under test, which must not see an exception.
  void violated(String what) {
    violation = what;
  }

  long storeMillis() {
    return BASE + (now + storeOffset) / 1_000_000;
  }

  boolean living(UUID node) {
    return nodes.stream().anyMatch(one -> one.id.equals(node));
  }

  private Limit limit(int number) {
    Unit[] units = Unit.values();
    Unit unit = units[random.nextInt(units.length)];
    Window window =
        switch (unit) {
          case PARALLEL -> new Window.Running(Duration.ofSeconds(30));
          case NANO_USD, TOKENS, REQUESTS ->
              switch (random.nextInt(3)) {
                case 0 -> new Window.Calendar(Window.Calendar.Period.HOUR);
                case 1 -> Window.Rolling.MINUTE;
                default -> new Window.Total();
              };
        };
    long[] sizes = {8, 300, 5_000};
    long amount = 1 + random.nextLong(sizes[random.nextInt(sizes.length)]);
    return new Limit(
        new UUID(7, number), TENANT, "l" + number, Scope.TENANT, unit, amount, window, true, false);
  }

  private void at(long time, Runnable what) {
    events.add(new Event(time, orders++, what));
  }

  private void in(long delay, Runnable what) {
    at(now + Math.max(1, delay), what);
  }

  /// Runs faulty time, quiet time, and then uses up what is left.
  void run() {
    nodes.forEach(Node::start);
    in(random.nextLong(20 * SECOND), this::fault);
    runUntil(FAULTY);
    faults = false;
    storeOffset = Math.max(storeOffset, 0);
    nodes.forEach(node -> node.pausedUntil = now);
    runUntil(now + QUIET);
    truths.forEach(Truth::checkRest);
    drain();
  }

  private void runUntil(long end) {
    while (!events.isEmpty() && events.peek().at <= end) {
      Event event = events.poll();
      now = event.at;
      event.what.run();
      if (!violation.isEmpty()) {
        throw new AssertionError(violation);
      }
    }
    now = end;
  }

  /// One node alone uses up every limit; what it cannot have is what dead nodes held.
  private void drain() {
    Node node = nodes.getFirst();
    for (Truth truth : truths) {
      long expected = truth.left(store.leases(truth.limit.id()));
      long got = 0;
      boolean more = true;
      while (more && got <= expected) {
        CompletableFuture<Decision> decision =
            node.book.reserve(TENANT, List.of(new Demand(truth.limit, 1))).toCompletableFuture();
        long patience = now + 3 * SECOND;
        while (!decision.isDone() && now < patience) {
          runUntil(now + SECOND / 100);
        }
        more = decision.isDone() && decision.join() instanceof Decision.Admitted;
        if (more) {
          got++;
          truth.add(node.id, decision.join(), List.of(new Demand(truth.limit, 1)));
        } else if (decision.isDone()
            && decision.join() instanceof Decision.Refused no
            && no.reason() == Decision.Reason.UNAVAILABLE) {
          throw new AssertionError("the store answers and is said not to");
        }
      }
      if (got != expected) {
        throw new AssertionError(
            "of " + truth.limit + " " + got + " were left for calls and not " + expected);
      }
    }
  }

  private void fault() {
    if (!faults) {
      return;
    }
    Node node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(6)) {
      case 0 -> node.crash();
      case 1 -> node.pausedUntil = now + random.nextLong(20 * SECOND);
      case 2 -> node.pausedUntil = now + 40 * SECOND + random.nextLong(80 * SECOND);
      case 3 -> node.wallOffset += random.nextLong(-200 * SECOND, 200 * SECOND);
      case 4 -> storeOffset = random.nextLong(-2 * SECOND, 2 * SECOND);
      default -> truths.get(random.nextInt(truths.size())).change(random);
    }
    in(random.nextLong(15 * SECOND), this::fault);
  }

  /// A node: its book, its way to the store and its calls.
  private final class Node {
    private final double rate = 1 + (random.nextDouble() - 0.5) / 1_000;
    private final long pace = SECOND / (1 + random.nextInt(8));
    UUID id = new UUID(0, 0);
    private Remembered remembered = new Remembered();
    private Book book = newBook();
    long pausedUntil;
    private long pausedFor;
    long wallOffset;

    Node(int number) {
      id = new UUID(number + 1, 0);
      book = newBook();
    }

    private Book newBook() {
      Remembered trace = new Remembered();
      remembered = trace;
      return new Book(new Book.Parts(id, new Network(this, id), CONFIG, this::time, trace));
    }

    private long time() {
      long mono = (long) (now * rate);
      return switch (ticks) {
        case MONOTONIC -> mono;
        case WALL -> mono + wallOffset;
        case STOPPED_BY_A_PAUSE -> mono - pausedFor;
      };
    }

    void start() {
      UUID me = id;
      in(random.nextLong(SECOND), () -> tick(me));
      in(random.nextLong(pace), () -> call(me));
    }

    void crash() {
      UUID dead = id;
      List<LeaseStore.Remains> remains = remembered.remains();
      boolean buries = random.nextInt(3) > 0;
      id = new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() + 1);
      UUID reborn = id;
      truths.forEach(truth -> truth.dead(reborn));
      in(
          random.nextLong(5 * SECOND),
          () -> {
            if (buries) {
              bury(dead, remains);
              // What was under way then may have come late.
              in(60 * SECOND, () -> bury(dead, remains));
            }
            if (id.equals(reborn)) {
              book = newBook();
              start();
            }
          });
    }

    private void bury(UUID dead, List<LeaseStore.Remains> remains) {
      store.bury(dead, remains).toCompletableFuture().join();
      buried.add(dead);
    }

    /// Runs unless the process is gone; later if it stands still.
    private void live(UUID me, Runnable what) {
      if (!id.equals(me)) {
        return;
      }
      if (now < pausedUntil) {
        long since = now;
        at(
            pausedUntil,
            () -> {
              pausedFor = Math.max(pausedFor, pausedUntil - since);
              live(me, what);
            });
      } else {
        what.run();
      }
    }

    private void tick(UUID me) {
      live(
          me,
          () -> {
            book.tick();
            in(faults ? TICK : 8 * TICK, () -> tick(me));
          });
    }

    private void call(UUID me) {
      live(
          me,
          () -> {
            reserve(me);
            if (faults) {
              in(random.nextLong(2 * pace), () -> call(me));
            }
          });
    }

    private void reserve(UUID me) {
      List<Demand> demands = new ArrayList<>();
      for (Truth truth : truths) {
        long most =
            switch (truth.limit.unit()) {
              case NANO_USD, TOKENS -> 1 + random.nextInt(12);
              case REQUESTS, PARALLEL -> 1;
            };
        demands.add(new Demand(truth.limit, most));
      }
      book.reserve(TENANT, demands)
          .whenComplete((decision, none) -> decided(me, decision, demands));
    }

    private void decided(UUID me, Decision decision, List<Demand> demands) {
      switch (decision) {
        case Decision.Refused no -> {
          if (no.reason() == Decision.Reason.SPENT) {
            refused++;
          } else {
            unavailable++;
          }
        }
        case Decision.Admitted yes -> {
          admitted++;
          truths.forEach(truth -> truth.add(me, yes, demands));
          in(
              random.nextLong(15 * SECOND),
              () -> {
                truths.forEach(truth -> truth.upstreamEnded(yes.reservation()));
                live(me, () -> end(yes.reservation(), demands));
              });
        }
      }
    }

    private void end(Reservation reservation, List<Demand> demands) {
      long most = demands.stream().mapToLong(Demand::amount).min().orElse(0);
      boolean cancelled = random.nextInt(10) == 0;
      long share = cancelled ? 0 : random.nextLong(most + 1);
      truths.forEach(truth -> truth.end(reservation, share, cancelled));
      if (cancelled) {
        reservation.cancel();
      } else {
        reservation.settle(share, share);
      }
    }
  }

  /// What outlives a process: memory that the machine keeps.
  private static final class Remembered implements LeaseTrace {
    private final Map<List<Object>, LeaseStore.Remains> open = new HashMap<>();

    List<LeaseStore.Remains> remains() {
      return List.copyOf(open.values());
    }

    @Override
    public Mark open(UUID limit, long window, long epoch, long used) {
      List<Object> key = List.of(limit, window, epoch);
      open.put(key, new LeaseStore.Remains(limit, window, epoch, used));
      return new Mark() {
        @Override
        public void used(long units) {
          open.computeIfPresent(
              key, (k, before) -> new LeaseStore.Remains(limit, window, epoch, units));
        }

        @Override
        public void close() {
          open.remove(key);
        }
      };
    }
  }

  /// A way to the store that loses, doubles and delays.
  private final class Network implements LeaseStore {
    private final Node node;
    private final UUID id;

    Network(Node node, UUID id) {
      this.node = node;
      this.id = id;
    }

    @Override
    public CompletionStage<Answer> exchange(Ask ask) {
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      int times = lost() ? 0 : faults && random.nextInt(20) == 0 ? 2 : 1;
      for (int i = 0; i < times; i++) {
        in(delay(), () -> arrive(ask, answer));
      }
      return answer;
    }

    @Override
    public CompletionStage<Void> bury(UUID dead, List<Remains> remains) {
      throw new UnsupportedOperationException("a node does not bury by itself");
    }

    private void arrive(Ask ask, CompletableFuture<Answer> answer) {
      Truth truth =
          truths.stream()
              .filter(t -> t.limit.id().equals(ask.limit().id()))
              .findFirst()
              .orElseThrow();
      Ask known =
          new Ask(
              truth.limit,
              ask.node(),
              ask.sequence(),
              ask.window(),
              ask.epoch(),
              ask.report(),
              ask.want());
      Answer said = store.exchange(known).toCompletableFuture().join();
      if (!lost()) {
        in(delay(), () -> node.live(id, () -> answer.complete(said)));
      }
    }

    private boolean lost() {
      return faults && random.nextInt(50) == 0;
    }

    private long delay() {
      if (faults && random.nextInt(60) == 0) {
        return random.nextLong(40 * SECOND);
      }
      return random.nextLong(SECOND / 50);
    }
  }
}
