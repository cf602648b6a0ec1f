package dev.gimbal.platform.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.gimbal.platform.errors.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fills configuration records, strictly: a key that no record has is an error that names the
/// nearest one it could have been.
///
/// A record's components are its keys in kebab-case; a record among them is a section. What is not
/// set comes from the constant `DEFAULT` of the record around it, or else of its own type. Each key
/// can be set from the environment: `server.public-url` is `GIMBAL_SERVER_PUBLIC_URL`; a list is
/// written with commas. A [Secret] may be `env:NAME` or `file:/path`.
public final class ConfigLoader {
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  /// Variables of the command line and the launcher, which are no settings.
  private static final Set<String> OWN =
      Set.of(
          "GIMBAL_URL",
          "GIMBAL_KEY",
          "GIMBAL_JAVA_HOME",
          "GIMBAL_HOME",
          "GIMBAL_MEMORY",
          "GIMBAL_DATA",
          "GIMBAL_MODEL");

  private ConfigLoader() {}

  /// The configuration from a file and the environment.
  ///
  /// @param root a public record
  /// @param file YAML; null: only the environment and the defaults
  /// @param environment of the process
  /// @throws ConfigException if anything in it is unknown, malformed or out of range
  public static <T> T load(Class<T> root, @Nullable Path file, Map<String, String> environment) {
    return load(root, file, environment, OWN);
  }

  /// The same where other variables that begin with `GIMBAL_` are no settings.
  ///
  /// @param ignored names of those variables
  public static <T> T load(
      Class<T> root, @Nullable Path file, Map<String, String> environment, Set<String> ignored) {
    JsonNode tree = file == null ? YAML.createObjectNode() : read(file);
    Binder binder = new Binder(environment);
    Object loaded = binder.record(root, Settings.defaults(root), tree, "");
    binder.refuseUnknownVariables(ignored);
    return root.cast(loaded);
  }

  private static JsonNode read(Path file) {
    try {
      JsonNode tree = YAML.readTree(Files.readString(file));
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        return YAML.createObjectNode();
      }
      if (tree instanceof ObjectNode) {
        return tree;
      }
      throw new ConfigException(
          ConfigError.CONFIG_UNREADABLE, file + " must hold sections like server:", null);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String place = at == null ? "" : " at line " + at.getLineNr();
      throw new ConfigException(
          ConfigError.CONFIG_UNREADABLE,
          file + " cannot be read" + place + ": " + firstLine(e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new ConfigException(
          ConfigError.CONFIG_UNREADABLE,
          "cannot read the configuration: " + FileFailure.reason(e),
          e);
    }
  }

  private static String firstLine(@Nullable String text) {
    return text == null ? "" : text.lines().findFirst().orElse("");
  }
}
