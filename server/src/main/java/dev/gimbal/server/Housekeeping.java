package dev.gimbal.server;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.jobs.Jobs;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks once a minute after what broke off, and throws away, once a day and after each start, what
/// nobody needs any more. Each chore repeats safely, so every node does them and none has to be
/// chosen; a chore that fails, for whatever reason, is tried again at the next look.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final Clock clock;
  private final Runnable tidy;
  private final List<Chore> chores;
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable LocalDate done;

  /// What is thrown away.
  ///
  /// @param forget what is older than an instant; says how many went
  private record Chore(String what, Duration kept, ToIntFunction<Instant> forget) {}

  private Housekeeping(Clock clock, Runnable tidy, List<Chore> chores) {
    this.clock = clock;
    this.tidy = tidy;
    this.chores = chores;
  }

  /// @param tidy done at each look
  static Housekeeping of(
      GimbalConfig.RetentionSettings kept,
      Database database,
      Jobs jobs,
      Runnable tidy,
      Clock clock) {
    return new Housekeeping(
        clock,
        tidy,
        List.of(
            new Chore("ended jobs", Duration.ofDays(kept.jobDays()), jobs::forgetEnded),
            new Chore("changes", Duration.ofDays(kept.changeDays()), database::trimChanges)));
  }

  /// Without jobs.
  static Housekeeping ofChanges(
      GimbalConfig.RetentionSettings kept, Database database, Clock clock) {
    Chore changes = new Chore("changes", Duration.ofDays(kept.changeDays()), database::trimChanges);
    return new Housekeeping(clock, () -> {}, List.of(changes));
  }

  void start() {
    Thread.ofVirtual().name("housekeeping").start(this::run);
  }

  private void run() {
    try {
      do {
        look();
      } while (!closing.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Tidies, and does the chores if they were not done today.
  void look() {
    did("what broke off", tidy);
    Instant now = clock.instant();
    LocalDate today = now.atZone(ZoneOffset.UTC).toLocalDate();
    if (today.equals(done)) {
      return;
    }
    boolean all = true;
    for (Chore chore : chores) {
      all &= did(chore, now);
    }
    if (all) {
      done = today;
    }
  }

  private static boolean did(Chore chore, Instant now) {
    return did(
        chore.what(),
        () -> {
          int gone = chore.forget().applyAsInt(now.minus(chore.kept()));
          LOG.debug("{} older than {}: {} gone", chore.what(), chore.kept(), gone);
        });
  }

  private static boolean did(String what, Runnable work) {
    try {
      work.run();
      return true;
    } catch (GimbalException e) {
      LOG.warn("{} could not be cleared and will be later: {}", what, e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("{} could not be cleared and will be tried again", what, e);
    }
    return false;
  }

  @Override
  public void close() {
    closing.countDown();
  }
}
