package dev.gimbal.knowledge.engine.parser;

import dev.gimbal.knowledge.api.DocumentParser;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.engine.parser.child.ParserChild;
import dev.gimbal.knowledge.engine.parser.wire.Reply;
import dev.gimbal.knowledge.engine.parser.wire.Request;
import dev.gimbal.knowledge.engine.parser.wire.Wire;
import dev.gimbal.platform.process.ChildCommand;
import dev.gimbal.platform.process.ChildPool;
import dev.gimbal.platform.process.ChildPoolConfig;
import dev.gimbal.platform.process.ProcessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Hands each file to a child process and takes back its text or a reason. What a child
/// answers is checked as if it came from outside: a bad file may have taken the child over.
final class ChildParser implements DocumentParser {
  /// Part of what is stored with each version of a document: raise it when the text that some
  /// file gives, or its blocks, change.
  private static final String VERSION = "gimbal-parser-1";

  private static final List<String> OPTIONS =
      List.of(
          "-Xss2m",
          "-Dlog4j2.loggerContextFactory=org.apache.logging.log4j.simple.SimpleLoggerContextFactory",
          "-Dorg.apache.logging.log4j.simplelog.level=OFF",
          "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
          "-Dslf4j.internal.verbosity=ERROR");
  private static final Duration IDLE = Duration.ofMinutes(1);
  private static final Duration WAIT = Duration.ofMinutes(30);
  private static final int WAITING = 10_000;
  private static final int REQUESTS = 500;

  /// Text in UTF-8 takes up to three bytes a character, and blocks come on top.
  private static final int ANSWER_BYTES_A_CHARACTER = 8;

  private final ParserConfig config;
  private final ChildPool pool;

  private ChildParser(ParserConfig config, ChildPool pool) {
    this.config = config;
    this.pool = pool;
  }

  static ChildParser create(ParserConfig config) {
    long answerBytes = (long) config.textCharactersAtMost() * ANSWER_BYTES_A_CHARACTER + (1 << 20);
    ChildPoolConfig poolConfig =
        new ChildPoolConfig(
            "parser",
            config.children(),
            WAITING,
            WAIT,
            IDLE,
            REQUESTS,
            (int) Math.min(answerBytes, Integer.MAX_VALUE - 64));
    ChildCommand command =
        ChildCommand.java(ParserChild.class, config.heapMebibytes(), OPTIONS, config.nice());
    return new ChildParser(config, ChildPool.create(poolConfig, command));
  }

  @Override
  public ParsedDocument parse(Path file, @Nullable String fileName) {
    requireSize(file);
    Request request =
        new Request(
            file.toAbsolutePath().toString(),
            fileName == null ? "" : fileName,
            config.textCharactersAtMost(),
            config.pagesAtMost());
    byte[] answer;
    try {
      answer = pool.call(Wire.write(request), config.deadline());
    } catch (ProcessException e) {
      throw translate(e);
    }
    return switch (read(answer)) {
      case Reply.Parsed(ParsedDocument document) -> document;
      case Reply.Refused(KnowledgeError error, String reason) ->
          throw new KnowledgeException(error, reason);
    };
  }

  private void requireSize(Path file) {
    long bytes;
    try {
      bytes = Files.size(file);
    } catch (IOException e) {
      throw new KnowledgeException(
          KnowledgeError.DOCUMENT_UNREADABLE, "the file cannot be opened", e);
    }
    if (bytes == 0) {
      throw new KnowledgeException(KnowledgeError.DOCUMENT_EMPTY, "the file has no bytes");
    }
    if (bytes > config.fileBytesAtMost()) {
      throw new KnowledgeException(
          KnowledgeError.DOCUMENT_TOO_LARGE,
          "the file has %d bytes, limit %d".formatted(bytes, config.fileBytesAtMost()));
    }
  }

  private static Reply read(byte[] answer) {
    try {
      return Wire.readReply(answer);
    } catch (IOException | IllegalArgumentException e) {
      throw new KnowledgeException(
          KnowledgeError.PARSER_FAILED, "the parser process answered nonsense", e);
    }
  }

  private KnowledgeException translate(ProcessException e) {
    return switch (e.error()) {
      case CHILD_TIMED_OUT ->
          new KnowledgeException(
              KnowledgeError.PARSER_TIMED_OUT,
              "reading took longer than %d seconds".formatted(config.deadline().toSeconds()),
              e);
      case CHILD_BUSY ->
          new KnowledgeException(
              KnowledgeError.INGESTION_BUSY, "too many files wait to be read", e);
      case CHILD_DIED ->
          new KnowledgeException(
              KnowledgeError.PARSER_FAILED,
              "the process that reads files ended while it read this one",
              e);
      case CHILD_UNSTARTABLE, CHILD_GARBLED, CHILD_INTERRUPTED, CHILDREN_CLOSED ->
          new KnowledgeException(
              KnowledgeError.PARSER_FAILED, "the file could not be read just now", e);
    };
  }

  /// Process ids of the children that run now, for tests that kill them.
  List<Long> pids() {
    return pool.pids();
  }

  @Override
  public String version() {
    return VERSION;
  }

  @Override
  public void close() {
    pool.close();
  }
}
