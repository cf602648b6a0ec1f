package dev.gimbal.knowledge.engine.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One parser with real child processes for all tests of this module.
final class ParserFixture {
  static final ChildParser PARSER = ChildParser.create(ParserConfig.DEFAULT);

  private ParserFixture() {}

  static ParsedDocument parse(String fileName, String content) {
    return parse(fileName, content.getBytes(UTF_8));
  }

  static ParsedDocument parse(String fileName, byte[] content) {
    return Promises.kept(parse(PARSER, fileName, content));
  }

  static ParsedDocument parse(ChildParser parser, String fileName, byte[] content) {
    try {
      Path file = Files.createTempFile("gimbal-fixture", "");
      try {
        Files.write(file, content);
        return parser.parse(file, fileName);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void refuses(KnowledgeError error, String fileName, byte[] content) {
    refuses(PARSER, error, fileName, content);
  }

  static void refuses(ChildParser parser, KnowledgeError error, String fileName, byte[] content) {
    assertThatThrownBy(() -> parse(parser, fileName, content))
        .isInstanceOfSatisfying(
            KnowledgeException.class, e -> assertThat(e.errorCode()).isEqualTo(error));
  }
}
