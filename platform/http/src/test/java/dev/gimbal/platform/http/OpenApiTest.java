package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenApiTest {
  private static final Set<String> TYPES =
      Set.of("object", "array", "string", "integer", "number", "boolean");

  enum Mood {
    GOOD,
    BAD
  }

  record Inner(int count, @Nullable Inner nested) {}

  record Body(
      String firstName,
      @Nullable List<Inner> inners,
      Map<String, Mood> moods,
      @Nullable Instant until,
      boolean sure) {}

  private final List<Route> routes =
      OpenApi.added(
          List.of(
              Route.post("/api/things/{thing}/parts/{part}")
                  .summary("Makes a part.")
                  .right("things.write")
                  .query("dry")
                  .body(Body.class)
                  .answers(201, Inner.class)
                  .handle(request -> Response.nothing()),
              Route.get("/api/things")
                  .right("things.read")
                  .paged()
                  .answersList(Inner.class)
                  .handle(request -> Response.nothing()),
              Route.post("/api/files")
                  .right("things.write")
                  .multipart()
                  .answers(202, null)
                  .handle(request -> Response.nothing())));

  private final JsonNode document = OpenApi.of(routes);

  @Test
  void shouldDescribeARecordByItsJsonNamesAndWhatMayBeAbsent() {
    JsonNode schema = document.at("/components/schemas/Body");

    assertThat(schema.at("/properties/first_name/type").asText()).isEqualTo("string");
    assertThat(schema.at("/properties/until/format").asText()).isEqualTo("date-time");
    assertThat(schema.at("/properties/moods/additionalProperties/enum").toString())
        .isEqualTo("[\"GOOD\",\"BAD\"]");
    assertThat(schema.at("/properties/inners/items/$ref").asText())
        .isEqualTo("#/components/schemas/Inner");
    assertThat(schema.get("required")).hasToString("[\"first_name\",\"moods\",\"sure\"]");
  }

  @Test
  void shouldSayWhichRightAnOperationNeedsAndWhatAListLooksLike() {
    JsonNode list = document.at("/paths/~1api~1things/get");

    assertThat(list.get("description").asText()).contains("things.read");
    assertThat(
            list.at("/responses/200/content/application~1json/schema/properties/data/items/$ref")
                .asText())
        .isEqualTo("#/components/schemas/Inner");
    assertThat(document.at("/paths/~1api~1openapi.json/get/security")).isEmpty();
  }

  /// The rules of OpenAPI 3.1 that a generator can break: they are few, and checked one by one.
  @Test
  void shouldBeValid() {
    List<String> wrong = new ArrayList<>();
    assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
    assertThat(document.at("/info/title").asText()).isNotEmpty();
    assertThat(document.at("/info/version").asText()).isNotEmpty();
    Set<String> operations = new HashSet<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String at = operation.getKey() + " " + path.getKey();
        if (!operations.add(operation.getValue().get("operationId").asText())) {
          wrong.add(at + ": operationId stands twice");
        }
        checkParameters(path.getKey(), operation.getValue(), at, wrong);
        checkResponses(operation.getValue(), at, wrong);
        operation
            .getValue()
            .path("security")
            .forEach(
                need ->
                    need.fieldNames()
                        .forEachRemaining(
                            name -> {
                              if (!document.at("/components/securitySchemes").has(name)) {
                                wrong.add(at + ": no security scheme " + name);
                              }
                            }));
      }
    }
    checkSchemas(document, "", wrong);
    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldBeServedToAnybody() {
    try (TestServer server = TestServer.of()) {
      var answer =
          server.send(server.request(OpenApi.PATH).setHeader("authorization", "none").build());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(TestServer.json(answer).at("/paths").has(OpenApi.PATH)).isTrue();
      assertThat(server.server().routes()).extracting(Route::path).containsExactly(OpenApi.PATH);
    }
  }

  private static void checkParameters(
      String path, JsonNode operation, String at, List<String> wrong) {
    Set<String> inPath = new HashSet<>();
    Matcher variables = Pattern.compile("\\{([^}]+)}").matcher(path);
    while (variables.find()) {
      inPath.add(variables.group(1));
    }
    Set<String> declared = new HashSet<>();
    for (JsonNode parameter : operation.path("parameters")) {
      if (parameter.path("in").asText().equals("path")) {
        declared.add(parameter.get("name").asText());
        if (!parameter.path("required").asBoolean()) {
          wrong.add(at + ": a path parameter must be required");
        }
      }
      if (!parameter.has("schema")) {
        wrong.add(at + ": a parameter has no schema");
      }
    }
    if (!declared.equals(inPath)) {
      wrong.add(at + ": path parameters are " + declared + ", not " + inPath);
    }
  }

  private static void checkResponses(JsonNode operation, String at, List<String> wrong) {
    if (operation.path("responses").isEmpty()) {
      wrong.add(at + ": no responses");
    }
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      if (!response.getKey().matches("[1-5]\\d\\d|default")
          || !response.getValue().has("description")) {
        wrong.add(at + ": response " + response.getKey());
      }
    }
  }

  private void checkSchemas(JsonNode node, String at, List<String> wrong) {
    JsonNode reference = node.get("$ref");
    if (reference != null && document.at(reference.asText().substring(1)).isMissingNode()) {
      wrong.add(at + ": " + reference + " leads nowhere");
    }
    if (at.endsWith("/schema") && node.has("type") && !TYPES.contains(node.get("type").asText())) {
      wrong.add(at + ": type " + node.get("type"));
    }
    node.properties()
        .forEach(child -> checkSchemas(child.getValue(), at + "/" + child.getKey(), wrong));
    for (int index = 0; node.isArray() && index < node.size(); index++) {
      checkSchemas(node.get(index), at + "/" + index, wrong);
    }
  }
}
