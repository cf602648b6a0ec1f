package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.core.journal.Disk.AppendFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Syncs groups of settled calls on a thread of its own, so that calls can be opened meanwhile.
/// Groups that come while one is being synced, or within the interval, share the next sync. A
/// sync that failed proves nothing about a later one of the same file: its calls go back to be
/// written elsewhere.
final class Syncer {
  private static final Logger LOG = LoggerFactory.getLogger(Syncer.class);

  /// What waits for a file to be synced; `last` closes the file, `stop` ends the thread.
  private record Work(AppendFile file, List<Item.Pending> settled, boolean last, boolean stop) {}

  private final LinkedBlockingQueue<Work> queue = new LinkedBlockingQueue<>();
  private final long intervalNanos;
  private final Consumer<List<Item.Pending>> failed;
  private final Thread thread;
  private volatile boolean hurried;

  Syncer(Duration interval, Consumer<List<Item.Pending>> failed) {
    this.intervalNanos = interval.toNanos();
    this.failed = failed;
    this.thread = Thread.ofPlatform().name("ledger-sync").unstarted(this::run);
  }

  Thread thread() {
    return thread;
  }

  void sync(AppendFile file, List<Item.Pending> settled) {
    queue.add(new Work(file, settled, false, false));
  }

  void syncAndClose(AppendFile file) {
    queue.add(new Work(file, List.of(), true, false));
  }

  void syncAndStop(AppendFile file) {
    hurried = true;
    queue.add(new Work(file, List.of(), true, true));
    LockSupport.unpark(thread);
  }

  private void run() {
    List<Work> group = new ArrayList<>();
    while (true) {
      group.clear();
      try {
        group.add(queue.take());
      } catch (InterruptedException e) {
        LOG.warn("interrupted: the journal is not synced any more", e);
        Thread.currentThread().interrupt();
        return;
      }
      if (intervalNanos > 0 && !hurried) {
        LockSupport.parkNanos(this, intervalNanos);
      }
      queue.drainTo(group);
      int from = 0;
      for (int at = 0; at < group.size(); at++) {
        boolean fileEnds =
            at + 1 == group.size() || !group.get(at + 1).file().equals(group.get(at).file());
        if (fileEnds) {
          syncFile(group.subList(from, at + 1));
          from = at + 1;
        }
      }
      if (group.getLast().stop()) {
        return;
      }
    }
  }

  private void syncFile(List<Work> group) {
    AppendFile file = group.getFirst().file();
    List<Item.Pending> settled = group.stream().flatMap(work -> work.settled().stream()).toList();
    try {
      file.sync();
    } catch (IOException e) {
      LOG.error(
          "the journal cannot be synced; {} settled calls are written again", settled.size(), e);
      failed.accept(settled);
      settled = List.of();
    }
    if (group.getLast().last()) {
      close(file);
    }
    for (Item.Pending record : settled) {
      if (record.done() != null) {
        record.done().complete(null);
      }
    }
  }

  private static void close(AppendFile file) {
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("cannot close a segment of the journal: {}", e.toString());
    }
  }
}
