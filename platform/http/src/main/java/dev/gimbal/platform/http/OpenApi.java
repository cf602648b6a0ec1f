package dev.gimbal.platform.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// OpenAPI 3.1 of the routes, written from the same records that bodies are read into.
final class OpenApi {
  static final String PATH = "/api/openapi.json";
  private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

  private final Schemas schemas = new Schemas();

  private OpenApi() {}

  /// The routes and the one that describes them all.
  static List<Route> added(List<Route> routes) {
    List<Route> all = new ArrayList<>(routes);
    List<Route> described = new ArrayList<>(routes);
    byte[][] written = new byte[1][];
    Route self =
        Route.get(PATH)
            .open()
            .summary("This description.")
            .answers(200, Map.class)
            .handle(
                request -> {
                  synchronized (written) {
                    if (written[0] == null) {
                      written[0] = Json.bytes(new OpenApi().document(described));
                    }
                  }
                  return new Response.Content(
                      200,
                      "application/json",
                      written[0].length,
                      new java.io.ByteArrayInputStream(written[0]),
                      Map.of());
                });
    described.add(self);
    all.add(self);
    return List.copyOf(all);
  }

  static ObjectNode of(List<Route> routes) {
    return new OpenApi().document(routes);
  }

  private ObjectNode document(List<Route> routes) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    document.put("openapi", "3.1.0");
    document.putObject("info").put("title", "Gimbal").put("version", "1");
    ObjectNode paths = document.putObject("paths");
    Map<String, List<Route>> byPath = new TreeMap<>();
    routes.forEach(
        route -> byPath.computeIfAbsent(route.path(), path -> new ArrayList<>()).add(route));
    byPath.forEach(
        (path, of) -> {
          ObjectNode item = paths.putObject(path);
          of.forEach(route -> item.set(route.method().toLowerCase(Locale.ROOT), operation(route)));
        });
    ObjectNode components = document.putObject("components");
    schemas.of(Problem.class);
    components.set("schemas", schemas.all());
    securitySchemes(components.putObject("securitySchemes"));
    return document;
  }

  private ObjectNode operation(Route route) {
    ObjectNode operation = Json.MAPPER.createObjectNode();
    operation.put("operationId", operationId(route));
    operation.put("summary", route.summary());
    if (route.right() == null) {
      operation.putArray("security");
    } else {
      operation.put("description", "Needs the right `" + route.right() + "`.");
      ArrayNode security = operation.putArray("security");
      security.addObject().putArray("key");
      security.addObject().putArray("session");
    }
    parameters(route, operation);
    if (route.multipart()) {
      form(operation.putObject("requestBody"));
    } else if (route.body() != null) {
      ObjectNode body = operation.putObject("requestBody").put("required", true);
      json(body, schemas.of(route.body()));
    }
    responses(route, operation.putObject("responses"));
    return operation;
  }

  private static void parameters(Route route, ObjectNode operation) {
    ArrayNode parameters = Json.MAPPER.createArrayNode();
    Matcher variables = VARIABLE.matcher(route.path());
    while (variables.find()) {
      parameter(parameters, variables.group(1), "path", "string").put("required", true);
    }
    for (String name : route.query()) {
      parameter(parameters, name, "query", name.equals("limit") ? "integer" : "string");
    }
    if (route.method().equals("POST") && route.right() != null) {
      parameter(parameters, "Idempotency-Key", "header", "string");
    }
    if (!parameters.isEmpty()) {
      operation.set("parameters", parameters);
    }
  }

  private static ObjectNode parameter(ArrayNode into, String name, String in, String type) {
    ObjectNode parameter = into.addObject().put("name", name).put("in", in);
    parameter.putObject("schema").put("type", type);
    return parameter;
  }

  private static void form(ObjectNode body) {
    body.put("required", true);
    ObjectNode schema =
        body.putObject("content").putObject("multipart/form-data").putObject("schema");
    schema.put("type", "object");
    ObjectNode file = schema.putObject("properties").putObject("file");
    file.put("type", "array").putObject("items").put("type", "string").put("format", "binary");
  }

  private void responses(Route route, ObjectNode responses) {
    ObjectNode success = responses.putObject(Integer.toString(route.status()));
    success.put("description", "Done.");
    if (route.answers() != null) {
      json(success, schemas.of(route.answers()));
    }
    ObjectNode problem = responses.putObject("default").put("description", "A problem.");
    problem
        .putObject("content")
        .putObject(Problem.CONTENT_TYPE)
        .set("schema", schemas.of(Problem.class));
  }

  private static void json(ObjectNode into, ObjectNode schema) {
    into.putObject("content").putObject("application/json").set("schema", schema);
  }

  private static String operationId(Route route) {
    StringBuilder id = new StringBuilder(route.method().toLowerCase(Locale.ROOT));
    for (String part : route.path().split("[^A-Za-z0-9]+")) {
      if (!part.isEmpty()) {
        id.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
      }
    }
    return id.toString();
  }

  private static void securitySchemes(ObjectNode schemes) {
    schemes.putObject("key").put("type", "http").put("scheme", "bearer");
    schemes
        .putObject("session")
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", SessionCookie.NAME);
  }
}
