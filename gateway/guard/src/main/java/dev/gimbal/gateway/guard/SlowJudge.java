package dev.gimbal.gateway.guard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.gimbal.platform.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Judges what takes longer than an event loop may be held up: schemas, classifiers, guards on
/// other servers. Blocks; called on the pools of guards. Thread-safe.
public final class SlowJudge {
  private static final int MOST_SCHEMAS = 1_000;
  private static final int DEEPEST = 100;
  private static final List<String> REFERENCES = List.of("$ref", "$dynamicRef", "$recursiveRef");
  private static final List<String> NOT_OURS = List.of("pattern", "patternProperties");

  /// Addresses of the schema itself and its language: they would be looked for.
  private static final List<String> ADDRESSES = List.of("$schema", "$id", "$vocabulary");

  private final Map<String, TextClassifier> classifiers;
  private final HttpJudge http;
  private final Map<String, com.networknt.schema.JsonSchema> schemas = new ConcurrentHashMap<>();

  public SlowJudge(List<TextClassifier> classifiers, HttpJudge http) {
    this.classifiers =
        classifiers.stream().collect(Collectors.toMap(TextClassifier::name, Function.identity()));
    this.http = http;
  }

  /// The classifiers that declarations may name.
  public Set<String> classifiers() {
    return classifiers.keySet();
  }

  /// What the guard says of a whole text.
  public SlowVerdict judge(GuardDeclaration guard, Place place, String text) {
    return switch (guard.rule()) {
      case GuardRule.JsonSchema rule -> schema(rule, text);
      case GuardRule.Injection rule -> classified(rule.classifier(), rule.threshold(), text);
      case GuardRule.Topic rule -> classified(rule.classifier(), rule.threshold(), text);
      case GuardRule.Http rule ->
          http.judge(guard, place, text, Duration.ofMillis(guard.deadlineMillis()));
      case GuardRule.Pii rule -> SlowVerdict.PASSED;
      case GuardRule.Secrets rule -> SlowVerdict.PASSED;
      case GuardRule.Deny rule -> SlowVerdict.PASSED;
      case GuardRule.Length rule -> SlowVerdict.PASSED;
      case GuardRule.Language rule -> SlowVerdict.PASSED;
    };
  }

  private SlowVerdict classified(
      @org.jspecify.annotations.Nullable String name, double threshold, String text) {
    if (name == null) {
      return SlowVerdict.PASSED;
    }
    TextClassifier classifier = classifiers.get(name);
    if (classifier == null) {
      return new SlowVerdict.Failed("there is no classifier " + name);
    }
    return classifier.score(text) >= threshold
        ? new SlowVerdict.Judged(List.of("classifier_" + name), List.of())
        : SlowVerdict.PASSED;
  }

  private SlowVerdict schema(GuardRule.JsonSchema rule, String text) {
    JsonNode said;
    try {
      said = Json.tree(text);
    } catch (JsonProcessingException e) {
      return new SlowVerdict.Judged(List.of("not_json"), List.of());
    }
    if (schemas.size() > MOST_SCHEMAS) {
      schemas.clear();
    }
    boolean fits =
        schemas.computeIfAbsent(rule.schema(), SlowJudge::compiled).validate(said).isEmpty();
    return fits
        ? SlowVerdict.PASSED
        : new SlowVerdict.Judged(List.of("schema_mismatch"), List.of());
  }

  /// Says what is wrong with a schema.
  ///
  /// @throws IllegalArgumentException beginning with `schema: `
  public static void check(String schema) {
    compiled(schema);
    try {
      // The compiler takes words that mean nothing, and then no answer fits.
      JsonSchemaFactory.getInstance(VersionFlag.V202012)
          .getSchema(SchemaLocation.of(SchemaId.V202012))
          .validate(Json.tree(schema))
          .stream()
          .findFirst()
          .ifPresent(
              fault -> {
                throw new IllegalArgumentException("schema: " + fault.getMessage());
              });
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("schema: is no JSON Schema", e);
    }
  }

  private static com.networknt.schema.JsonSchema compiled(String schema) {
    try {
      JsonNode own = Json.tree(schema);
      refuse(own, 0);
      return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(own);
    } catch (Unsupported e) {
      throw e;
    } catch (JsonProcessingException | RuntimeException e) {
      throw new IllegalArgumentException("schema: is no JSON Schema", e);
    }
  }

  /// A schema is a tenant's: what it refers to would be fetched by this server, and a pattern could
  /// keep the one thread that all tenants' schemas share.
  private static void refuse(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw new Unsupported("nests deeper than " + DEEPEST);
    }
    for (String reference : REFERENCES) {
      JsonNode to = node.path(reference);
      if (to.isTextual() && !to.textValue().startsWith("#")) {
        throw new Unsupported(reference + " must begin with #");
      }
    }
    if (node instanceof ObjectNode object) {
      object.remove(ADDRESSES);
    }
    for (String keyword : NOT_OURS) {
      JsonNode value = node.path(keyword);
      if (value.isTextual() || (value.isObject() && keyword.equals("patternProperties"))) {
        throw new Unsupported(keyword + " is not supported");
      }
    }
    node.forEach(inner -> refuse(inner, depth + 1));
  }

  private static final class Unsupported extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Unsupported(String what) {
      super("schema: " + what);
    }
  }
}
