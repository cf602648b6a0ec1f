package dev.gimbal.knowledge.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.ingestion.Pause;
import dev.gimbal.knowledge.core.ingestion.Stages;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// The room on a real database, with everything around it made up, and hands to use it by.
final class Bench implements AutoCloseable {
  static final TenantId TENANT = TenantId.FIRST;
  static final TenantId OTHER = new TenantId(new UUID(7, 7));
  static final Principal ANN = principal(TENANT, 1);
  static final Principal BOB = principal(TENANT, 2);
  static final Principal EVE = principal(OTHER, 3);
  static final KnowledgeConfig QUOTING = KnowledgeConfig.DEFAULT;

  final WordGateway gateway = new WordGateway();
  final PlainParser parser = new PlainParser();
  final PlainTracing tracing = new PlainTracing();
  final SimpleJobs jobs = new SimpleJobs();
  final TestDatabase database = TestDatabase.fresh();
  private final Path folder;
  private final KnowledgeConfig config;
  private final Supplier<PassageIndex> indexes;
  private PassageIndex index;
  private KnowledgeRoom room;

  Bench(Path folder, KnowledgeConfig config, Supplier<PassageIndex> indexes) {
    this.folder = folder;
    this.config = config;
    this.indexes = indexes;
    this.index = indexes.get();
    this.room = open(database, index, Stages.NONE);
  }

  static Principal principal(TenantId tenant, int number) {
    return new Principal(
        tenant,
        Principal.Kind.SERVICE,
        new UUID(1, number),
        "p" + number,
        "administrator",
        Rights.TENANT,
        null);
  }

  private KnowledgeRoom open(Database on, PassageIndex with, Stages stages) {
    Chunker chunker = new ParagraphChunker();
    Audit audit = (transaction, principal, action, subject, detail) -> {};
    Clock clock = Clock.systemUTC();
    KnowledgeRoom opened =
        KnowledgeModule.create(
            config,
            new KnowledgeDependencies(
                on,
                jobs,
                gateway,
                parser,
                chunker,
                with,
                tracing,
                audit,
                clock,
                new TimeOrderedIds(clock),
                folder,
                "http://gimbal.test"),
            stages,
            (Pause) duration -> {});
    opened.start();
    return opened;
  }

  /// Closes the room and opens it anew on the same data.
  void restart(Stages stages) {
    room.close();
    room = open(database, index, stages);
  }

  /// The same, with the index lost.
  void restartWithoutIndex() {
    room.close();
    index.close();
    index = indexes.get();
    room = open(database, index, Stages.NONE);
  }

  KnowledgeRoom room() {
    return room;
  }

  PassageIndex index() {
    return index;
  }

  /// Calls a route as the server would.
  Response call(String method, String path, Call call) throws Exception {
    for (Route route : room.routes()) {
      if (route.method().equals(method) && route.path().equals(path)) {
        return route.handler().handle(call);
      }
    }
    throw new AssertionError("no route " + method + " " + path);
  }

  JsonNode json(String method, String path, Call call) throws Exception {
    Response response = call(method, path, call);
    if (response instanceof Response.Json json) {
      return Json.MAPPER.valueToTree(json.value());
    }
    throw new AssertionError("not JSON: " + response);
  }

  /// Puts files into `default` and works until no job waits.
  JsonNode put(String... namesAndTexts) throws Exception {
    JsonNode accepted = accept(namesAndTexts);
    finish();
    return accepted;
  }

  JsonNode accept(String... namesAndTexts) throws Exception {
    Call call = new Call(ANN).at("collection", "default");
    for (int at = 0; at < namesAndTexts.length; at += 2) {
      call.file(namesAndTexts[at], namesAndTexts[at + 1]);
    }
    return json("POST", "/api/collections/{collection}/documents", call);
  }

  /// Runs jobs until none waits.
  void finish() throws Exception {
    for (int attempt = 0; jobs.waiting() && attempt < 10; attempt++) {
      jobs.runAll();
    }
    room.settle();
  }

  List<String> found(Principal who, String question) throws Exception {
    return texts(search(who, "{\"query\":" + Json.write(question) + ",\"limit\":100}"));
  }

  JsonNode search(Principal who, String body) throws Exception {
    return json(
        "POST",
        "/api/collections/{collection}/search",
        new Call(who).at("collection", "default").json(body));
  }

  static List<String> texts(JsonNode answer) {
    return answer.get("results").findValuesAsText("text");
  }

  JsonNode ask(Principal who, String body) throws Exception {
    return json(
        "POST",
        "/api/collections/{collection}/ask",
        new Call(who).at("collection", "default").json(body));
  }

  JsonNode documents() throws Exception {
    return json(
            "GET",
            "/api/collections/{collection}/documents",
            new Call(ANN).at("collection", "default"))
        .get("data");
  }

  @Override
  public void close() {
    room.close();
    index.close();
    database.close();
  }
}
