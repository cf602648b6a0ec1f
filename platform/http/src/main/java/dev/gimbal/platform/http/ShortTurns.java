package dev.gimbal.platform.http;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the scheduler of Linux for short turns: a thread that wants the processor for a tenth of a
/// millisecond at a time gets it sooner than one that would keep it for three, and no more of it in
/// all. Event loops wake for each packet and are done at once; without this they wait for whatever
/// copies, collects or writes beside them.
///
/// It is the slice of `sched_setattr(2)` for usual threads, since Linux 6.12; an older kernel takes
/// it and does nothing. Elsewhere, or where it is refused, threads have turns as all others.
final class ShortTurns {
  private static final Logger LOG = LoggerFactory.getLogger(ShortTurns.class);

  /// The least that Linux grants.
  static final long NANOS = 100_000;

  /// `struct sched_attr` of its first edition, which every kernel knows.
  private static final int SIZE = 48;

  private static final int POLICY = 4;
  private static final int FLAGS = 8;
  private static final int SLICE = 24;

  /// `SCHED_OTHER`: what a thread has unless somebody gave it another one.
  private static final int USUAL = 0;

  private static final long SELF = 0;
  private static final long NO_FLAGS = 0;

  /// The numbers of `sched_setattr` and `sched_getattr`, which older C libraries have no function
  /// for.
  private record Numbers(long set, long get) {}

  private static final Map<String, Numbers> NUMBERS =
      Map.of("amd64", new Numbers(314, 315), "aarch64", new Numbers(274, 275));

  private ShortTurns() {}

  /// For the calling platform thread, from now on.
  static void ask() {
    try {
      turn(NANOS);
    } catch (Throwable e) {
      LOG.warn("event loops have turns as all other threads", e);
    }
  }

  /// The calling thread's turn in ns; 0 where the kernel does not say.
  static long granted() throws Throwable {
    return turn(0);
  }

  /// @param wanted 0: nothing else than it is
  @SuppressWarnings("restricted") // a call of the C library, whose signature is fixed
  private static long turn(long wanted) throws Throwable {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> syscall = linker.defaultLookup().find("syscall");
    Numbers numbers = NUMBERS.get(System.getProperty("os.arch"));
    if (numbers == null || syscall.isEmpty() || !System.getProperty("os.name").equals("Linux")) {
      return 0;
    }
    MethodHandle call =
        linker.downcallHandle(
            syscall.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment turn = arena.allocate(SIZE, Long.BYTES);
      long told = (long) call.invokeExact(numbers.get(), SELF, turn, (long) SIZE, NO_FLAGS);
      if (told != 0 || wanted == 0 || turn.get(ValueLayout.JAVA_INT, POLICY) != USUAL) {
        return turn.get(ValueLayout.JAVA_LONG, SLICE);
      }
      turn.set(ValueLayout.JAVA_INT, 0, SIZE);
      turn.set(ValueLayout.JAVA_LONG, FLAGS, NO_FLAGS);
      turn.set(ValueLayout.JAVA_LONG, SLICE, wanted);
      long taken = (long) call.invokeExact(numbers.set(), SELF, turn, NO_FLAGS, NO_FLAGS);
      if (taken != 0) {
        LOG.info("event loops have turns as all other threads: the system refuses shorter ones");
      }
      return wanted;
    }
  }
}
