package dev.gimbal.server;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.core.KnowledgeRoom;
import dev.gimbal.knowledge.core.ingestion.Uploads;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.jobs.Job;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One click that puts something to ask about into an empty server: this project's own
/// documentation.
final class DemonstrationRoutes {
  private static final String COLLECTION = "gimbal-docs";
  private static final String FOLDER = "/demonstration/";

  private final KnowledgeRoom knowledge;

  DemonstrationRoutes(KnowledgeRoom knowledge) {
    this.knowledge = knowledge;
  }

  /// Where the documentation went and the job that reads it.
  record Demonstration(String collection, String job) {}

  List<Route> routes() {
    return List.of(
        Route.post("/api/demonstration")
            .summary("Puts the project's own documentation into the collection gimbal-docs")
            .right(Rights.DOCUMENTS_WRITE)
            .answers(202, Demonstration.class)
            .handle(this::load));
  }

  private Response load(Request request) throws IOException {
    List<Uploads.Incoming> files = new ArrayList<>();
    for (String name : names()) {
      files.add(new Uploads.Incoming(name, name, () -> open(name)));
    }
    Principal principal = Principal.of(request.caller());
    knowledge.uploads().ensureCollection(principal, COLLECTION, "Gimbal documentation");
    Uploads.Receipt receipt =
        knowledge.uploads().take(principal, COLLECTION, files, Map.of("origin", "demonstration"));
    return Response.json(
        202, new Demonstration(COLLECTION, IdText.format(Job.PREFIX, receipt.job())));
  }

  /// The build lists the files, because a folder of the class path cannot be read as one.
  private static List<String> names() throws IOException {
    try (InputStream list = open("files.txt")) {
      return new String(list.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream file = DemonstrationRoutes.class.getResourceAsStream(FOLDER + name);
    if (file == null) {
      throw new IOException("the distribution lacks " + name);
    }
    return file;
  }
}
