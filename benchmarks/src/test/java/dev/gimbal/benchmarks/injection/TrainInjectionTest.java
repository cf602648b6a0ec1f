package dev.gimbal.benchmarks.injection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The whole training, in seconds.
class TrainInjectionTest {
  @ParameterizedTest
  @ValueSource(strings = {"direct", "indirect"})
  void shouldMakeTheWeightsThatAreShipped(String model) throws IOException {
    Path root = root();

    assertThat(TrainInjection.trained(root, model))
        .as("run ./gimbal bench train-injection and commit the weights")
        .isEqualTo(Files.readAllBytes(TrainInjection.file(root, model)));
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("benchmarks/injection/grammar"))) at = at.getParent();
    return at;
  }
}
