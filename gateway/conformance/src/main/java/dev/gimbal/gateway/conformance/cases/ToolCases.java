package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Behaviour;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Rows 6, 7 and 20: calls of tools and answers of a given shape.
final class ToolCases {
  private static final String FIELD = "capital_city";
  private static final String SHAPED = "{\"capital_city\":\"Lyon\"}";

  private ToolCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(
            6, "two calls in a stream", bench -> twoCalls(bench, Said.twoCalls(), true)),
        Case.everywhere(6, "two calls behind text", bench -> twoCalls(bench, talking(), true)),
        Case.everywhere(6, "two calls whole", bench -> twoCalls(bench, Said.twoCalls(), false)),
        Case.everywhere(7, "two results of tools", ToolCases::results),
        Case.everywhere(20, "an answer by a schema", ToolCases::schema),
        Case.everywhere(20, "a call of a tool beside a schema", ToolCases::schemaAndCall),
        new Case(
            20,
            "any JSON object",
            (caller, upstream) -> caller != Wire.MESSAGES,
            "the caller's wire cannot ask for it",
            ToolCases::anyObject));
  }

  private static Said talking() {
    Said calls = Said.twoCalls();
    return new Said("", "", List.of("I ", "look."), calls.calls(), calls.stop(), calls.usage());
  }

  private static void twoCalls(Bench bench, Said said, boolean stream) throws IOException {
    bench.says(said);

    Heard heard = bench.heard(bench.ask(stream).withTool());

    List<Said.ToolCall> calls = heard.calls();
    bench.demand(calls.size() == 2, "both calls come", heard);
    for (int i = 0; i < 2; i++) {
      Said.ToolCall call = calls.get(i);
      bench.demand(call.name().equals("clock"), "each has its name once", heard);
      JsonNode due = Tree.read(said.calls().get(i).whole());
      bench.demand(Tree.read(call.whole()).equals(due), "each has its arguments", heard);
    }
    boolean named = bench.caller() == Wire.GEMINI || !calls.get(0).id().isEmpty();
    boolean alike = named && calls.get(0).id().equals(calls.get(1).id());
    boolean ids = named && (bench.caller() == Wire.GEMINI || !alike);
    bench.demand(ids, "each has an id of its own", heard);
    bench.demand(heard.stop() == Said.Stop.TOOLS, "the stop says that tools are called", heard);
    bench.demand(heard.text().equals(said.words()), "the text beside them comes", heard);
  }

  private static void results(Bench bench) throws IOException {
    List<Ask.Past> past =
        List.of(
            new Ask.Past("call_one", "{\"zone\":\"Europe/Lyon\",\"at\":\"noon\"}", "12:00"),
            new Ask.Past("call_two", "{\"zone\":\"Asia/Tokyo\",\"at\":\"dawn\"}", "05:00"));

    bench.accepted(bench.send(bench.ask(false).withTool().after(past)));

    JsonNode asked = bench.asked();
    List<List<String>> groups = bench.upstreamForm().resultGroups(asked);
    bench.demand(groups.size() == 1, "the results stand together", asked);
    bench.demand(groups.get(0).size() == 2, "both results arrive", asked);
    bench.demand(bench.last().holds("12:00"), "the first result's text arrives", asked);
    bench.demand(bench.last().holds("05:00"), "the second result's text arrives", asked);
    List<JsonNode> arguments = bench.upstreamForm().repeatedArguments(asked);
    List<JsonNode> due = past.stream().map(call -> Tree.read(call.arguments())).toList();
    bench.demand(arguments.equals(due), "both calls and their arguments arrive", asked);
  }

  private static JsonNode city() {
    return Tree.of(
        "type",
        "object",
        "properties",
        Tree.of(FIELD, Tree.of("type", "string")),
        "required",
        List.of(FIELD),
        "additionalProperties",
        false);
  }

  /// A model that was asked for a schema natively answers with text; one that was given a tool in
  /// the schema's place calls it.
  private static Behaviour shaped(Bench bench) {
    Said text = new Said("", "", List.of(SHAPED), List.of(), Said.Stop.END, Said.USAGE);
    return (request, out) -> {
      String name = emulation(request.json());
      Said said =
          name.isEmpty()
              ? text
              : new Said(
                  "",
                  "",
                  List.of(),
                  List.of(new Said.ToolCall("call_shape", name, List.of(SHAPED))),
                  Said.Stop.TOOLS,
                  Said.USAGE);
      bench.saying(said).answer(request, out);
    };
  }

  /// The name of the tool that stands for the schema; empty if there is none.
  private static String emulation(JsonNode request) {
    List<JsonNode> tools = new ArrayList<>();
    request.path("tools").forEach(tools::add);
    request.at("/tools/0/functionDeclarations").forEach(tools::add);
    for (JsonNode tool : tools) {
      boolean whole = tool.path("functionDeclarations").isMissingNode();
      if (whole && tool.toString().contains(FIELD)) {
        JsonNode named = tool.has("function") ? tool.path("function") : tool;
        return Tree.text(named, "name");
      }
    }
    return "";
  }

  private static void schema(Bench bench) throws IOException {
    bench.plays(shaped(bench));

    Heard heard = bench.heard(bench.ask(false).shaped(city()));

    bench.demand(bench.last().holds(FIELD), "the schema arrives", bench.last().text());
    boolean right = Tree.read(heard.text()).equals(Tree.read(SHAPED));
    bench.demand(right, "the caller gets JSON of the schema as text", heard);
    bench.demand(heard.calls().isEmpty(), "and no call of a tool that it does not know", heard);
    bench.demand(heard.stop() == Said.Stop.END, "the stop is a plain one", heard);
  }

  private static void schemaAndCall(Bench bench) throws IOException {
    bench.says(Said.twoCalls());

    Heard heard = bench.heard(bench.ask(true).withTool().shaped(city()));

    bench.demand(bench.last().holds(FIELD), "the schema arrives", bench.last().text());
    bench.demand(heard.calls().size() == 2, "real calls of tools are not swallowed", heard);
  }

  private static void anyObject(Bench bench) throws IOException {
    Ask ask = bench.ask(false).asking("Answer in Jay-Son.");
    ObjectNode request = bench.callerForm().request(ask);
    switch (bench.caller()) {
      case CHAT -> request.set("response_format", Tree.of("type", "json_object"));
      case RESPONSES -> request.set("text", Tree.of("format", Tree.of("type", "json_object")));
      case GEMINI ->
          request.set("generationConfig", Tree.of("responseMimeType", "application/json"));
      case MESSAGES -> throw new IllegalStateException("cannot ask");
    }
    Said text = new Said("", "", List.of(SHAPED), List.of(), Said.Stop.END, Said.USAGE);
    bench.says(text);

    Got got = bench.accepted(bench.send(false, request.toString()));

    String sent = bench.last().text();
    boolean told =
        sent.contains("json_object")
            || sent.contains("application/json")
            || (bench.upstream() == Wire.MESSAGES && sent.contains("JSON"));
    bench.demand(told, "the wish arrives", sent);
    bench.demand(bench.hear(got, false).text().contains(FIELD), "the answer comes", got);
  }
}
