package dev.gimbal.gateway.provider.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Loading a model in a process whose command line is long, as one with a list of jars is.
class DeepStackTest {
  @Test
  void shouldLoadAModelInAProcessWithALongCommandLine() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlong=" + "/a/folder/of/jars/some-library-1.2.3.jar:".repeat(300),
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Loading.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = output(process);

    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(said).contains("384 numbers");
  }

  @Test
  void shouldHandOnWhatTheWorkThrew() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowableOfType(
                ExecutionException.class,
                () ->
                    DeepStack.call(
                        () -> {
                          throw new IOException("no such file");
                        })))
        .hasCauseInstanceOf(IOException.class);
  }

  private static String output(Process process) {
    try {
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /// The process: loads a model as the engine does.
  static final class Loading {
    public static void main(String[] arguments) throws Exception {
      try (EmbeddingEngine engine = new EmbeddingEngine(new LocalConfig(1, 10, Map.of()))) {
        List<Integer> sizes =
            List.of(engine.session(EmbeddingModelFile.ENGLISH).embed("one").vector().length);
        System.out.println(sizes.getFirst() + " numbers");
      }
    }
  }
}
