package dev.gimbal.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// The JSON schema (2020-12) that answers must fit.
final class AnswerSchema {
  private final JsonNode tree;
  private final JsonSchema schema;

  private AnswerSchema(JsonNode tree) {
    this.tree = tree;
    this.schema = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(tree);
  }

  static AnswerSchema read(Path file) throws FailedException {
    try {
      return of(Json.tree(Files.readString(file)));
    } catch (JsonProcessingException e) {
      throw new FailedException(Exit.USAGE, file + " is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new FailedException(Exit.USAGE, "cannot read " + file + ": " + e.getMessage());
    }
  }

  static AnswerSchema of(JsonNode tree) {
    return new AnswerSchema(tree);
  }

  JsonNode tree() {
    return tree;
  }

  /// What is wrong with a value, in one line; empty if it fits.
  String violations(JsonNode value) {
    return schema.validate(value).stream()
        .map(ValidationMessage::getMessage)
        .sorted()
        .limit(5)
        .collect(Collectors.joining("; "));
  }
}
