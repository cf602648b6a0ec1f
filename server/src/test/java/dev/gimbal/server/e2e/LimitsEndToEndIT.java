package dev.gimbal.server.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is too much is refused with the limit in its message, and nothing else is hurt.
class LimitsEndToEndIT {
  private static final String DISK_MEBIBYTES = "4";
  private static final int MEBIBYTE = 1 << 20;
  private static final int PAGES = 10_000;

  @TempDir static Path data;
  private static boolean smallDisk;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    Path blobs = Files.createDirectories(data.resolve("blobs"));
    smallDisk =
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MEBIBYTES + "m", "tmpfs", blobs.toString())
            == 0;
    server = PackagedServer.start(data, Map.of("GIMBAL_SERVER_LIMITS_FILE", "8MiB"));
    JsonNode upload =
        server.upload("default", Map.of("door.md", "# Door\n\nThe door code is 4711.\n")).body();
    server.ended(upload.path("job").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    if (smallDisk) {
      assertThat(run("umount", data.resolve("blobs").toString())).isZero();
    }
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /// After every one of them.
  @AfterEach
  void everythingElseStillWorks() throws Exception {
    assertThat(server.get("/health/ready").status()).isEqualTo(200);
    Answer answer =
        server.post("/api/collections/default/ask", Map.of("question", "What is the door code?"));
    assertThat(answer.body().path("answer").asText()).contains("4711");
    Answer small = server.upload("default", Map.of("later.md", "# Later\n\nIt goes on.\n"));
    assertThat(small.status()).isEqualTo(202);
    // An upload's own file goes right after its answer.
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (uploadsInFlight() > 0) {
      assertThat(System.nanoTime()).as("an upload was left behind").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  private static long uploadsInFlight() throws IOException {
    try (Stream<Path> left = Files.list(data.resolve("uploads"))) {
      return left.count();
    }
  }

  @Test
  void shouldRefuseAFileOverTheLimitAndKeepNothingOfIt() throws Exception {
    long before = documents();

    Answer answer = server.uploadBytes("default", Map.of("big.bin", noise(9 * MEBIBYTE)));

    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(413);
    assertThat(answer.body().path("code").asText()).isEqualTo("body_too_large");
    assertThat(answer.body().path("detail").asText()).contains(Integer.toString(8 * MEBIBYTE));
    assertThat(documents()).isEqualTo(before);
  }

  @Test
  void shouldFailADocumentOfTenThousandPagesWithItsReason() throws Exception {
    Answer upload = server.uploadBytes("default", Map.of("endless.pdf", pages(PAGES)));

    JsonNode job = server.ended(upload.body().path("job").asText());

    JsonNode failure = job.path("failures").path(0);
    assertThat(failure.path("code").asText()).as(job.toString()).isEqualTo("document_too_long");
    assertThat(failure.path("message").asText()).contains("pages").contains("5000");
  }

  @Test
  void shouldSayThatTheDiskIsFullAndGoOnServing() throws Exception {
    assumeTrue(smallDisk, "a small disk can be mounted");
    long before = documents();

    Answer answer = server.uploadBytes("default", Map.of("heavy.txt", noise(6 * MEBIBYTE)));

    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(507);
    assertThat(answer.body().path("code").asText()).isEqualTo("storage_full");
    assertThat(answer.body().path("detail").asText())
        .contains("disk")
        .contains("full")
        .doesNotContain(data.toString())
        .doesNotContain("\n");
    assertThat(documents()).isEqualTo(before);
    assertThat(used(data.resolve("blobs"))).isLessThan(MEBIBYTE);
  }

  private static long documents() throws Exception {
    return server.get("/api/collections/default/documents?limit=200").body().path("data").size();
  }

  private static long used(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  private static byte[] noise(int bytes) {
    byte[] noise = new byte[bytes];
    new Random(3).nextBytes(noise);
    return noise;
  }

  /// A PDF of empty pages.
  private static byte[] pages(int count) {
    List<String> objects = new ArrayList<>();
    objects.add("<< /Type /Catalog /Pages 2 0 R >>");
    StringBuilder kids = new StringBuilder();
    for (int page = 0; page < count; page++) {
      kids.append(page + 3).append(" 0 R ");
    }
    objects.add("<< /Type /Pages /Count " + count + " /Kids [ " + kids + "] >>");
    for (int page = 0; page < count; page++) {
      objects.add("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>");
    }
    ByteArrayOutputStream pdf = new ByteArrayOutputStream();
    pdf.writeBytes("%PDF-1.4\n".getBytes(US_ASCII));
    StringBuilder places = new StringBuilder("0000000000 65535 f \n");
    for (int number = 1; number <= objects.size(); number++) {
      places.append("%010d 00000 n %n".formatted(pdf.size()));
      pdf.writeBytes(
          (number + " 0 obj\n" + objects.get(number - 1) + "\nendobj\n").getBytes(US_ASCII));
    }
    int start = pdf.size();
    String end =
        "xref\n0 %1$d\n%2$strailer\n<< /Size %1$d /Root 1 0 R >>\nstartxref\n%3$d\n%%%%EOF\n"
            .formatted(objects.size() + 1, places, start);
    pdf.writeBytes(end.getBytes(US_ASCII));
    return pdf.toByteArray();
  }
}
