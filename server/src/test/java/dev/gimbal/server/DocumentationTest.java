package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.access.api.AccessError;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.platform.config.ConfigError;
import dev.gimbal.platform.config.ConfigText;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.errors.ErrorCode;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.jobs.JobsError;
import dev.gimbal.platform.process.ProcessError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The pages that are made from the code say what the code says. Run with
/// `-Dgimbal.write-docs=true`
/// to write them.
class DocumentationTest {
  private static final Path DOCS = ArchitectureTest.root().resolve("docs");

  @Test
  void shouldPrintEveryErrorCode() throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(
        "# Errors\n\nMade from the code by `DocumentationTest`. A code never changes its meaning.\n\n");
    page.append("| code | status | retry helps | who acts | when |\n|---|---|---|---|---|\n");
    for (ErrorCode error : errors()) {
      page.append(
          "| `%s` | %d | %s | %s | %s |%n"
              .formatted(
                  error.code(),
                  error.status(),
                  error.retryable() ? "yes" : "no",
                  error.blame().name().toLowerCase(java.util.Locale.ROOT),
                  error.meaning()));
    }
    agree("ERRORS.md", page.toString());
  }

  @Test
  void shouldGiveEachErrorACodeOfItsOwn() {
    assertThat(errors().stream().map(ErrorCode::code)).doesNotHaveDuplicates();
  }

  @Test
  void shouldPrintEverySetting() throws IOException {
    agree(
        "CONFIGURATION.md",
        """
        # Configuration

        Made from the code by `DocumentationTest`. Settings stand in `gimbal.yaml` (`--config FILE`, or in the data
        directory) and in the environment, which wins: `server.port` is `GIMBAL_SERVER_PORT`. An unknown key stops
        the start and names the nearest known one.

        """
            + ConfigText.reference(GimbalConfig.class));
  }

  @Test
  void shouldOfferAllDocumentationAsDemonstration() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.walk(DOCS)) {
      files
          .filter(file -> file.toString().endsWith(".md"))
          .map(file -> DOCS.relativize(file).toString().replace('\\', '/'))
          .sorted(Comparator.naturalOrder())
          .forEach(names::add);
    }
    try (InputStream list =
        DocumentationTest.class.getResourceAsStream("/demonstration/files.txt")) {
      assertThat(new String(list.readAllBytes(), StandardCharsets.UTF_8).lines())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  private static List<ErrorCode> errors() {
    return Stream.<ErrorCode[]>of(
            AccessError.values(),
            ConfigError.values(),
            DatabaseError.values(),
            GatewayError.values(),
            HttpError.values(),
            KnowledgeError.values(),
            JobsError.values(),
            LedgerError.values(),
            ProcessError.values())
        .flatMap(Stream::of)
        .sorted(Comparator.comparing(ErrorCode::code))
        .toList();
  }

  private static void agree(String name, String page) throws IOException {
    Path file = DOCS.resolve(name);
    if (Boolean.getBoolean("gimbal.write-docs")) {
      Files.writeString(file, page);
    }
    assertThat(Files.readString(file)).isEqualTo(page);
  }
}
