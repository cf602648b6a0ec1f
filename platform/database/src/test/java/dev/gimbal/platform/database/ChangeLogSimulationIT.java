package dev.gimbal.platform.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Writers whose transactions overlap, end in any order or roll back, and readers that crash
/// between reading and keeping their cursor, on the real log. One thread takes all steps in an
/// order that the seed decides, so a failing seed fails again.
class ChangeLogSimulationIT {
  private static final int STEPS = 250;
  private static final int WRITERS = 6;
  private static final int READERS = 3;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shouldGiveEachReaderEveryCommittedChangeAndNoOther(long seed) {
    try (TestDatabase database = TestDatabase.fresh()) {
      World world = new World(database, new Random(seed));
      for (int step = 0; step < STEPS; step++) {
        world.step();
      }
      world.finish();
    }
  }

  private static final class World {
    private final Database database;
    private final Jdbi jdbi;
    private final Random random;
    private final List<Writer> writers = new ArrayList<>();
    private final List<Reader> readers = new ArrayList<>();
    private final Set<String> committed = new LinkedHashSet<>();
    private final Set<String> trimmed = new HashSet<>();
    private int next;

    World(Database database, Random random) {
      this.database = database;
      this.jdbi = Jdbi.create(database.ownerSource());
      this.random = random;
      for (int reader = 0; reader < READERS; reader++) {
        readers.add(new Reader());
      }
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> begin();
        case 3, 4, 5 -> write();
        case 6, 7 -> end();
        case 8, 9 -> reader().read(1 + random.nextInt(5), true);
        case 10 -> reader().read(1 + random.nextInt(5), false);
        default -> rarely();
      }
    }

    private void rarely() {
      switch (random.nextInt(6)) {
        case 0 -> trim();
        case 1 -> readers.add(new Reader());
        default -> database.changesEnd();
      }
    }

    private Reader reader() {
      return readers.get(random.nextInt(readers.size()));
    }

    private void begin() {
      if (writers.size() < WRITERS) {
        writers.add(new Writer());
      }
    }

    private void write() {
      if (!writers.isEmpty()) {
        writers.get(random.nextInt(writers.size())).write("change " + next++);
      }
    }

    /// The one that began last ends as often as the one that began first.
    private void end() {
      if (!writers.isEmpty()) {
        writers.remove(random.nextInt(writers.size())).end(random.nextInt(4) > 0);
      }
    }

    private void trim() {
      database.trimChanges(Instant.now().plusSeconds(3_600));
      Set<String> left = new HashSet<>();
      try (Handle handle = jdbi.open()) {
        left.addAll(handle.createQuery("SELECT id FROM gimbal.change").mapTo(String.class).list());
      }
      committed.stream().filter(id -> !left.contains(id)).forEach(trimmed::add);
    }

    void finish() {
      while (!writers.isEmpty()) {
        end();
      }
      for (Reader reader : readers) {
        while (reader.read(7, true) > 0) {
          // Until there is nothing new.
        }
        assertThat(reader.known).containsAll(committed);
        assertThat(committed).containsAll(reader.known);
      }
      assertThat(committed).isNotEmpty();
    }

    private final class Writer {
      private final Handle handle = jdbi.open();
      private final PostgresTransaction transaction;
      private final List<String> wrote = new ArrayList<>();

      Writer() {
        handle.begin();
        transaction = new PostgresTransaction(new TenantId(new UUID(0, 1)), handle);
        transaction.enter();
      }

      void write(String id) {
        transaction.changed("thing", id);
        wrote.add(id);
      }

      void end(boolean commit) {
        try (handle) {
          if (commit) {
            handle.commit();
            committed.addAll(wrote);
          } else {
            handle.rollback();
          }
        }
      }
    }

    private final class Reader {
      private final Set<String> known = new HashSet<>();
      private ChangeCursor kept = ChangeCursor.START;

      /// Applies what it reads; one that crashes has not kept how far it came.
      int read(int limit, boolean survives) {
        ChangeBatch batch = database.changesAfter(kept, limit);
        if (batch.missed()) {
          readEverythingAgain();
          return 1;
        }
        List<String> ids = batch.changes().stream().map(ChangeBatch.Change::id).toList();
        assertThat(committed).as("handed over before its commit").containsAll(ids);
        if (survives) {
          known.addAll(ids);
          kept = batch.next();
        }
        return ids.size();
      }

      /// The place to go on from comes first, or what is committed in between is lost.
      private void readEverythingAgain() {
        kept = database.changesEnd();
        known.addAll(committed);
      }
    }
  }
}
