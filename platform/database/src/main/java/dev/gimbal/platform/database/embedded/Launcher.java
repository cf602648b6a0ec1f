package dev.gimbal.platform.database.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How the server process hangs on ours. Either way it gets a session of its own, so that a Ctrl-C
/// in the terminal reaches us alone and we stop it last.
///
/// @param log where its messages go
/// @param wrapper what stands before its command line
/// @param pipe whether its standard input is a pipe from us
record Launcher(Path log, List<String> wrapper, boolean pipe) {

  /// Reads until the pipe from our process closes, which the kernel does at its death too.
  private static final String WATCH =
      """
      directory=$1; shift
      "$@" </dev/null &
      server=$!
      while read -r line; do :; done
      kill -QUIT $server 2>/dev/null
      wait $server
      rm -rf "$directory"
      """;

  Launcher {
    wrapper = List.copyOf(wrapper);
  }

  /// It outlives us if we are killed.
  static Launcher surviving(Path home) {
    return new Launcher(home.resolve("postgres.log"), List.of("setsid"), false);
  }

  /// It and its directory go when we do.
  static Launcher dying(Path home) {
    return new Launcher(
        home.resolve("postgres.log"),
        List.of("setsid", "sh", "-c", WATCH, "sh", home.toString()),
        true);
  }

  Process launch(List<String> command) throws IOException {
    List<String> whole = new ArrayList<>(wrapper);
    whole.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(whole)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    if (!pipe) {
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
    }
    return builder.start();
  }
}
