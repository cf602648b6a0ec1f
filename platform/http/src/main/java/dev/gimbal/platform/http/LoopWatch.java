package dev.gimbal.platform.http;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// Measures one loop, on that loop. [#ran] is called after each event and task.
///
/// Processor time is dear to ask for and never more than the time by the wall. So the wall is asked
/// each time, and the processor only once a millisecond has gone by since it was last: what is
/// told of a handler may hold up to a millisecond of those right before it, and nothing longer is
/// missed.
final class LoopWatch {
  private static final long FINEST_NANOS = 1_000_000;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final int loop;
  private volatile LoopWatcher watcher = LoopWatcher.NONE;
  private long asked = System.nanoTime();
  private long used;

  LoopWatch(int loop) {
    this.loop = loop;
  }

  void tell(LoopWatcher next) {
    watcher = next;
  }

  void ran(Class<?> what) {
    long now = System.nanoTime();
    if (now - asked < FINEST_NANOS) {
      return;
    }
    asked = now;
    long before = used;
    used = threads.getCurrentThreadCpuTime();
    if (used - before >= FINEST_NANOS) {
      watcher.held(loop, used - before, what.getName());
    }
  }
}
