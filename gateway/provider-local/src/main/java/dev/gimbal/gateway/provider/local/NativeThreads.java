package dev.gimbal.gateway.provider.local;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lowers the operating system's priority of the calling platform thread. Java's own priorities do
/// nothing on Linux; `setpriority(2)` on a thread id does, and lowering needs no privilege.
final class NativeThreads {
  private static final Logger LOG = LoggerFactory.getLogger(NativeThreads.class);
  private static final int PRIO_PROCESS = 0;

  private NativeThreads() {}

  /// @param niceness 0 (as others) to 19 (last)
  @SuppressWarnings("restricted") // two calls of the C library, whose signatures are fixed
  static void lowerPriority(int niceness) {
    try {
      Linker linker = Linker.nativeLinker();
      Optional<MemorySegment> gettid = linker.defaultLookup().find("gettid");
      Optional<MemorySegment> setpriority = linker.defaultLookup().find("setpriority");
      if (gettid.isEmpty() || setpriority.isEmpty()) {
        return; // not Linux: bulk work then shares evenly
      }
      MethodHandle threadId =
          linker.downcallHandle(gettid.get(), FunctionDescriptor.of(ValueLayout.JAVA_INT));
      MethodHandle priority =
          linker.downcallHandle(
              setpriority.get(),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT));
      int outcome =
          (int) priority.invokeExact(PRIO_PROCESS, (int) threadId.invokeExact(), niceness);
      if (outcome != 0) {
        LOG.warn("bulk threads keep the usual priority: setpriority answered {}", outcome);
      }
    } catch (Throwable e) {
      LOG.warn("bulk threads keep the usual priority", e);
    }
  }
}
