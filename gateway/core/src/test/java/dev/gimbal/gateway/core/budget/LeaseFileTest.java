package dev.gimbal.gateway.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.limits.LeaseStore.Remains;
import dev.gimbal.gateway.limits.LeaseTrace.Mark;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LeaseFileTest {
  private static final UUID NODE = new UUID(1, 2);
  private static final UUID LIMIT = new UUID(3, 4);

  @TempDir private Path directory;

  private LeaseFile file() {
    return LeaseFile.create(directory, NODE).orElseThrow();
  }

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void shouldTellOfEachLeaseThatWasNotClosedWhatWasWrittenLast() {
    try (LeaseFile file = file()) {
      Mark one = file.open(LIMIT, 5, 6, 0);
      Mark told = file.open(LIMIT, 7, 8, 0);
      one.used(10);
      told.used(11);
      one.used(9);
      told.close();
      told.used(12);
      file.open(LIMIT, 8, 8, 44);
      Mark again = file.open(new UUID(9, 9), 0, 1, 0);
      again.used(Long.MAX_VALUE);
    }

    assertThat(LeaseFile.left(directory))
        .singleElement()
        .satisfies(
            left -> {
              assertThat(left.node()).isEqualTo(NODE);
              assertThat(left.remains())
                  .containsExactlyInAnyOrder(
                      new Remains(LIMIT, 5, 6, 9),
                      new Remains(LIMIT, 8, 8, 44),
                      new Remains(new UUID(9, 9), 0, 1, Long.MAX_VALUE));
            });
  }

  @Test
  void shouldTellNothingOfAProcessThatLives() throws IOException {
    try (LeaseFile file = file()) {
      file.open(LIMIT, 5, 6, 0).used(1);
      assertThat(LeaseFile.left(directory)).isEmpty();
      assertThat(only()).exists();
    }
    assertThat(LeaseFile.left(directory)).hasSize(1);
  }

  @Test
  void shouldRelyOnNothingOfAnEarlierBootOrThatIsNotWhole() throws IOException {
    file().close();
    try (RandomAccessFile bytes = new RandomAccessFile(only().toFile(), "rw")) {
      bytes.seek(24);
      bytes.writeLong(17);
    }
    assertThat(LeaseFile.left(directory)).isEmpty();
    assertThat(directory).as("it goes").isEmptyDirectory();

    file().close();
    try (RandomAccessFile bytes = new RandomAccessFile(only().toFile(), "rw")) {
      bytes.setLength(1_000);
    }
    assertThat(LeaseFile.left(directory)).isEmpty();
  }

  @Test
  void shouldRelyOnNothingOfAProcessWithMoreLeasesThanItsFileHolds() {
    try (LeaseFile file = file()) {
      for (int i = 0; i < LeaseFile.MOST; i++) {
        file.open(new UUID(7, i), 0, 1, 0).used(i);
      }
      assertThat(file.open(LIMIT, 0, 1, 0)).isSameAs(Mark.NONE);
    }

    assertThat(LeaseFile.left(directory)).isEmpty();
  }

  @Test
  void shouldLeaveNothingWhenEverythingWasGivenBack() throws IOException {
    try (LeaseFile file = file()) {
      file.open(LIMIT, 5, 6, 0).used(1);
      file.remove();
    }

    assertThat(LeaseFile.left(directory)).isEmpty();
    assertThat(directory).isEmptyDirectory();
  }
}
