package dev.gimbal.gateway.conformance.cases;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.conformance.Bench;
import dev.gimbal.gateway.conformance.Case;
import dev.gimbal.gateway.conformance.http.Got;
import dev.gimbal.gateway.conformance.wire.Ask;
import dev.gimbal.gateway.conformance.wire.Heard;
import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Tree;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Rows 15, 16, 21 and 26: what happens to the bytes.
final class BytesCases {
  private static final Pattern NULL = Pattern.compile(":\\s*null\\b");
  private static final String TRANSLATED = "the call is written anew in the other wire";

  private BytesCases() {}

  static List<Case> all() {
    return List.of(
        Case.everywhere(15, "the order of keys", BytesCases::order),
        Case.within(15, "the bytes of the call", TRANSLATED, BytesCases::bytes),
        Case.within(15, "the bytes of the answer", TRANSLATED, BytesCases::answer),
        Case.within(15, "fields that nobody knows yet", TRANSLATED, BytesCases::unknown),
        new Case(
            16,
            "cache_control on every kind of block",
            (from, to) -> from == Wire.MESSAGES && to == Wire.MESSAGES,
            "only Anthropic's wire has the mark",
            BytesCases::marks),
        new Case(
            16,
            "cache_control on parts of a chat",
            (from, to) -> from == Wire.CHAT && to == Wire.MESSAGES,
            "a habit of chat clients towards Anthropic's models",
            BytesCases::chatMarks),
        Case.everywhere(21, "no null that the caller did not send", BytesCases::noNull),
        new Case(
            21,
            "embeddings without a format",
            (from, to) -> from == Wire.CHAT && to == Wire.CHAT,
            "only the chat wire's vendor has the endpoint",
            BytesCases::embeddings),
        Case.everywhere(26, "a whole answer in gzip", bench -> gzip(bench, false)),
        Case.everywhere(26, "a stream in gzip", bench -> gzip(bench, true)));
  }

  private static List<Ask.Past> past() {
    String arguments = "{\"zone\":\"Europe/Lyon\",\"at\":\"noon\",\"b\":1,\"a\":2}";
    return List.of(new Ask.Past("call_one", arguments, "12:00"));
  }

  private static void order(Bench bench) throws IOException {
    Ask ask = bench.ask(false).told("Be brief.").withTool().after(past());

    bench.accepted(bench.send(ask));

    JsonNode schema = bench.upstreamForm().toolSchema(bench.asked());
    List<String> properties = names(schema.path("properties"));
    bench.demand(properties.equals(List.of("zone", "at", "many")), "a tool's parameters", schema);
    List<JsonNode> arguments = bench.upstreamForm().repeatedArguments(bench.asked());
    bench.demand(arguments.size() == 1, "the call is repeated", bench.last().text());
    List<String> keys = names(arguments.get(0));
    bench.demand(keys.equals(List.of("zone", "at", "b", "a")), "the arguments", arguments);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /// Spaces, escapes and numbers that a client may write so.
  private static String odd(Bench bench) {
    ObjectNode request =
        bench.callerForm().request(bench.ask(false).told("caf\u00e9").withTool().after(past()));
    String text = request.toString();
    return text.replace("caf\u00e9", "caf\\u00e9 \u00e9")
        .replace(
            "\"many\":{\"type\":\"integer\"}",
            "\"many\" : {\"type\":\"integer\", \"maximum\":1.0e2}");
  }

  private static void bytes(Bench bench) throws IOException {
    String sent = odd(bench);

    bench.accepted(bench.send(false, sent));

    String came = bench.last().text();
    String model = "\"" + bench.model() + "\"";
    boolean kept = came.equals(sent) || came.equals(sent.replace(model, "\"model\""));
    bench.demand(kept, "only the model's name differs", came + " INSTEAD OF " + sent);
  }

  private static void answer(Bench bench) throws IOException {
    String whole =
        bench
            .upstreamForm()
            .answer(Said.hello())
            .toString()
            .replaceFirst("\\{", "{ \"x_new\":[1.0e2 ],");
    bench.plays(
        (request, out) ->
            out.whole(
                200,
                Map.of("content-type", "application/json"),
                whole.getBytes(StandardCharsets.UTF_8)));

    Got got = bench.accepted(bench.send(bench.ask(false)));

    bench.demand(got.text().equals(whole), "the answer is the upstream's", got);
  }

  private static void unknown(Bench bench) throws IOException {
    ObjectNode request = bench.callerForm().request(bench.ask(false));
    request.set("x_judge", Tree.of("z", 1, "a", Tree.list(1, 2)));

    Got got = bench.send(false, request.toString());

    bench.accepted(got);
    JsonNode came = bench.asked().path("x_judge");
    bench.demand(came.equals(request.path("x_judge")), "the field arrives", bench.last().text());
  }

  private static void marks(Bench bench) throws IOException {
    ObjectNode mark = Tree.of("type", "ephemeral");
    ObjectNode picture = Tree.of("type", "base64", "media_type", "image/png", "data", "aWNo");
    ObjectNode paper = Tree.of("type", "text", "media_type", "text/plain", "data", "A paper.");
    ObjectNode use =
        Tree.of("type", "tool_use", "id", "toolu_1", "name", "clock", "input", Tree.of());
    ObjectNode result =
        Tree.of("type", "tool_result", "tool_use_id", "toolu_1", "content", "12:00");
    List<ObjectNode> question =
        List.of(
            Tree.of("type", "text", "text", "Say hello"),
            Tree.of("type", "image", "source", picture),
            Tree.of("type", "document", "source", paper));
    ObjectNode request = bench.callerForm().request(bench.ask(false).withTool());
    ObjectNode system = Tree.of("type", "text", "text", "Be brief.");
    List<ObjectNode> marked = new ArrayList<>(question);
    marked.addAll(List.of(use, result, system, (ObjectNode) request.at("/tools/0")));
    marked.forEach(block -> block.set("cache_control", mark));
    request.set("system", Tree.list(system));
    request.set(
        "messages",
        Tree.list(
            Tree.of("role", "user", "content", Tree.listOf(question)),
            Tree.of("role", "assistant", "content", Tree.list(use)),
            Tree.of("role", "user", "content", Tree.list(result))));

    bench.accepted(bench.send(false, request.toString()));

    int came = bench.last().text().split("cache_control", -1).length - 1;
    bench.demand(came == 7, "all seven marks arrive", came + ": " + bench.last().text());
  }

  private static void chatMarks(Bench bench) throws IOException {
    ObjectNode part = Tree.of("type", "text", "text", "Say hello");
    part.set("cache_control", Tree.of("type", "ephemeral"));
    ObjectNode request = bench.callerForm().request(bench.ask(false));
    request.set("messages", Tree.list(Tree.of("role", "user", "content", Tree.list(part))));

    Got got = bench.accepted(bench.send(false, request.toString()));

    boolean warned = got.headers().toString().contains("cache_control");
    boolean kept = bench.last().holds("cache_control");
    bench.demand(kept || warned, "the mark arrives, or a header says not", bench.last().text());
  }

  private static void noNull(Bench bench) throws IOException {
    bench.accepted(bench.send(bench.ask(false).withTool()));

    String came = bench.last().text();
    bench.demand(!NULL.matcher(came).find(), "no null arrives", came);
  }

  private static void embeddings(Bench bench) throws IOException {
    ObjectNode vector =
        Tree.of("object", "embedding", "index", 0, "embedding", List.of(0.5, -0.25));
    ObjectNode usage = Tree.of("prompt_tokens", 1, "total_tokens", 1);
    ObjectNode answer =
        Tree.of("object", "list", "data", Tree.list(vector), "model", "model", "usage", usage);
    bench.plays((request, out) -> out.json(200, answer));
    String body = Tree.of("model", bench.model(), "input", "hello").toString();

    bench.accepted(
        bench.post("/v1/embeddings", bench.headers(), body.getBytes(StandardCharsets.UTF_8)));

    Set<String> fields = Set.copyOf(names(bench.asked()));
    boolean same = fields.equals(Set.of("model", "input"));
    bench.demand(same, "no field is invented", bench.last().text());
  }

  private static void gzip(Bench bench, boolean stream) throws IOException {
    byte[] plain =
        stream
            ? String.join("", bench.upstreamForm().events(Said.hello()))
                .getBytes(StandardCharsets.UTF_8)
            : bench.upstreamForm().answer(Said.hello()).toString().getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(small)) {
      out.write(plain);
    }
    String type = stream ? "text/event-stream" : "application/json";
    bench.plays(
        (request, out) ->
            out.whole(
                200,
                Map.of("content-type", type, "content-encoding", "gzip"),
                small.toByteArray()));

    Got got = bench.accepted(bench.send(bench.ask(stream)));

    String encoding = got.header("content-encoding").orElse("").toLowerCase(Locale.ROOT);
    Got readable = encoding.equals("gzip") ? inflated(bench, got) : got;
    Heard heard = bench.hear(readable, stream);
    bench.demand(heard.text().equals("alpha beta gamma."), "the answer can be read", readable);
  }

  private static Got inflated(Bench bench, Got got) {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(got.body()))) {
      return new Got(got.status(), got.headers(), in.readAllBytes(), got.whole(), got.silent());
    } catch (IOException e) {
      bench.demand(false, "content-encoding says what the bytes are (gzip)", got);
      return got;
    }
  }
}
