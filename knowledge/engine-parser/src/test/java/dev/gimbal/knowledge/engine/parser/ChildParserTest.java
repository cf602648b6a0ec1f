package dev.gimbal.knowledge.engine.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

final class ChildParserTest {
  private static final byte[] SMALL = "a few words".getBytes(UTF_8);

  /// Takes minutes: each unclosed element makes the next one dearer.
  private static final byte[] SLOW =
      ("<html>" + "<b><i><a><table><p>x".repeat(150_000)).getBytes(UTF_8);

  @Test
  void shouldReadManyFilesAtOnce() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ParsedDocument>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] content = ("file " + i).getBytes(UTF_8);
        all.add(threads.submit(() -> ParserFixture.parse(ParserFixture.PARSER, "a.txt", content)));
      }
      for (int i = 0; i < 40; i++) {
        assertThat(all.get(i).get().text()).isEqualTo("file " + i);
      }
    }
  }

  @Test
  void shouldGiveUpAFileAtTheDeadlineAndReadTheNext() {
    try (ChildParser parser = parser(1, Duration.ofSeconds(3), 1_000_000_000L)) {
      ParserFixture.parse(parser, "warm.txt", SMALL);
      ParserFixture.refuses(parser, KnowledgeError.PARSER_TIMED_OUT, "slow.html", SLOW);
      assertThat(ParserFixture.parse(parser, "a.txt", SMALL).text()).isEqualTo("a few words");
    }
  }

  @Test
  void shouldFailOnlyTheFileWhoseChildIsKilled() throws Exception {
    try (ChildParser parser = parser(2, Duration.ofMinutes(2), 1_000_000_000L);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      ParserFixture.parse(parser, "warm.txt", SMALL);
      long pid = parser.pids().getFirst();
      Future<ParsedDocument> slow =
          threads.submit(() -> ParserFixture.parse(parser, "slow.html", SLOW));
      waitUntilBusy(pid);
      assertThat(ParserFixture.parse(parser, "a.txt", SMALL).text()).isEqualTo("a few words");

      ProcessHandle.of(pid).orElseThrow().destroyForcibly();

      assertThatThrownBy(slow::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              KnowledgeException.class,
              e -> assertThat(e.errorCode()).isEqualTo(KnowledgeError.PARSER_FAILED));
      assertThat(ParserFixture.parse(parser, "a.txt", SMALL).text()).isEqualTo("a few words");
    }
  }

  @Test
  void shouldRefuseAFileOverTheLimitUnread() {
    try (ChildParser parser = parser(1, Duration.ofSeconds(60), 5)) {
      ParserFixture.refuses(parser, KnowledgeError.DOCUMENT_TOO_LARGE, "a.txt", SMALL);
      assertThat(parser.pids()).isEmpty();
    }
  }

  @Test
  void shouldRefuseMoreTextThanTheLimit() {
    ParserConfig config = new ParserConfig(1, 128, Duration.ofSeconds(60), 1_000_000, 1_000, 10, 5);
    try (ChildParser parser = ChildParser.create(config)) {
      ParserFixture.refuses(
          parser, KnowledgeError.DOCUMENT_TOO_LONG, "a.txt", "x".repeat(2_000).getBytes(UTF_8));
    }
  }

  private static ChildParser parser(int children, Duration deadline, long bytes) {
    return ChildParser.create(
        new ParserConfig(children, 512, deadline, bytes, 20_000_000, 5_000, 5));
  }

  private static void waitUntilBusy(long pid) {
    ProcessHandle child = ProcessHandle.of(pid).orElseThrow();
    Duration before = child.info().totalCpuDuration().orElse(Duration.ZERO);
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (child.info().totalCpuDuration().orElse(Duration.ZERO).minus(before).toMillis() < 500) {
      assertThat(System.nanoTime()).as("the child never began").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
