package dev.gimbal.platform.process;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// How to start a child. Of this process's environment it sees `PATH` and nothing else.
///
/// @param arguments program and arguments
/// @param environment what it sees besides `PATH`, `LANG` and `TMPDIR`
/// @param nice how far it steps back behind others, 0 to 19; 0: not at all. Where there is no
///     `nice` program it has no effect
public record ChildCommand(List<String> arguments, Map<String, String> environment, int nice) {

  private static final Path NICE = Path.of("/usr/bin/nice");

  public ChildCommand {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("arguments must name a program");
    }
    if (nice < 0 || nice > 19) {
      throw new IllegalArgumentException("nice must be 0 to 19, but is " + nice);
    }
  }

  /// A JVM like this one, with this one's class path, small and quick to start. Its heap, its
  /// classes, its compiled code and its buffers outside the heap are bounded; it is killed by
  /// its own hand when the heap is used up and nobody there catches it.
  ///
  /// @param mainClass calls [ChildServer#serve]
  /// @param heapMebibytes at most so much heap, at least 16
  /// @param options more options of the JVM
  public static ChildCommand java(
      Class<?> mainClass, int heapMebibytes, List<String> options, int nice) {
    if (heapMebibytes < 16) {
      throw new IllegalArgumentException("heap must be at least 16 MiB, but is " + heapMebibytes);
    }
    List<String> arguments =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:MaxMetaspaceSize=192m",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:MaxDirectMemorySize=64m",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=hs_err.log",
                "-Djava.awt.headless=true",
                "-Djava.io.tmpdir=.",
                "-Dfile.encoding=UTF-8"));
    arguments.addAll(options);
    arguments.addAll(List.of("-cp", absoluteClassPath(), mainClass.getName()));
    return new ChildCommand(arguments, Map.of(), nice);
  }

  List<String> commandLine() {
    if (nice == 0 || !Files.isExecutable(NICE)) {
      return arguments;
    }
    List<String> line = new ArrayList<>(List.of(NICE.toString(), "-n", Integer.toString(nice)));
    line.addAll(arguments);
    return line;
  }

  /// The child works in a folder of its own, so relative entries would not be found.
  private static String absoluteClassPath() {
    List<String> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      entries.add(Path.of(entry).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, entries);
  }
}
