package dev.gimbal.server;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.IntConsumer;

/// Ctrl-C, SIGTERM and the end of the terminal, taken before the JVM begins to shut down. Its
/// shutdown hooks run all at once and in no order: ONNX Runtime has one that closes the models'
/// library under embeddings that still run, which crashes the process.
///
/// The JDK has no supported door to signals; `sun.misc.Signal` is exported by `jdk.unsupported` for
/// want of one, and is reached by reflection because the compiler warns of it.
final class Signals {
  private static final String[] NAMES = {"TERM", "INT", "HUP"};

  private Signals() {}

  /// Hands the number of a signal that came to `handler`, on a thread of the JVM's.
  ///
  /// @return whether it could be arranged; a JVM may keep signals to itself (`-Xrs`)
  static boolean handle(IntConsumer handler) {
    try {
      for (String name : NAMES) {
        handle(name, handler);
      }
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /// The same for one signal, in place of who had it.
  static void handle(String name, IntConsumer handler) throws ReflectiveOperationException {
    Class<?> signals = Class.forName("sun.misc.Signal");
    Class<?> handlers = Class.forName("sun.misc.SignalHandler");
    Object signal = signals.getConstructor(String.class).newInstance(name);
    int number = (int) signals.getMethod("getNumber").invoke(signal);
    Object ours =
        Proxy.newProxyInstance(
            Signals.class.getClassLoader(),
            new Class<?>[] {handlers},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "handle" -> {
                    handler.accept(number);
                    yield null;
                  }
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" ->
                      System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
                  default -> name;
                });
    try {
      Object before = signals.getMethod("handle", signals, handlers).invoke(null, signal, ours);
      Object ignored = handlers.getField("SIG_IGN").get(null);
      if (ignored.equals(before)) { // as nohup told us
        signals.getMethod("handle", signals, handlers).invoke(null, signal, ignored);
      }
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IllegalArgumentException)) {
        throw e;
      }
      throw new ReflectiveOperationException("SIG" + name + " is the JVM's own", e);
    }
  }
}
