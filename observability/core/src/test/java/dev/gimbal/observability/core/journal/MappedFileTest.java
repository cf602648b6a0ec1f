package dev.gimbal.observability.core.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  private final Random random = new Random(3);

  @TempDir private Path directory;

  @Test
  void shouldHoldJustWhatWasAppendedWhenItIsClosed() throws IOException {
    Path path = directory.resolve("a.journal");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Disk.AppendFile file = MappedFile.create(path);
    for (int count = 0; count < 300; count++) {
      append(file, all, random.nextInt(20_000));
      if (count % 7 == 0) {
        file.sync();
      }
    }
    append(file, all, 3 << 20);
    append(file, all, 1);
    file.close();
    assertThat(Files.readAllBytes(path)).isEqualTo(all.toByteArray());
  }

  @Test
  void shouldGoOnWhereItWasCut() throws IOException {
    Path path = directory.resolve("b.journal");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Disk.AppendFile file = MappedFile.create(path);
    append(file, all, 1_000);
    file.append(new byte[] {1, 2, 3}, 3);
    file.cut(1_000);
    append(file, all, 500);
    file.close();
    assertThat(Files.readAllBytes(path)).isEqualTo(all.toByteArray());
  }

  /// What a killed process leaves.
  @Test
  void shouldBeReadableByOthersBeforeItIsSyncedAndHaveOnlyZerosBehind() throws IOException {
    Path path = directory.resolve("c.journal");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    Disk.AppendFile file = MappedFile.create(path);
    append(file, all, 5_000);
    byte[] found = Files.readAllBytes(path);
    assertThat(Arrays.copyOf(found, all.size())).isEqualTo(all.toByteArray());
    assertThat(Arrays.copyOfRange(found, all.size(), found.length)).containsOnly(0);
    file.close();
  }

  private void append(Disk.AppendFile file, ByteArrayOutputStream all, int length)
      throws IOException {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    file.append(bytes, length);
    all.write(bytes);
  }
}
