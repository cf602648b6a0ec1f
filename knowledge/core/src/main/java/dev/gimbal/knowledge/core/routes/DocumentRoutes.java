package dev.gimbal.knowledge.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.ingestion.Uploads;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.BlobStore;
import dev.gimbal.knowledge.core.store.BlobSweep;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.DocumentRemoval;
import dev.gimbal.knowledge.core.store.DocumentRow;
import dev.gimbal.knowledge.core.store.DocumentStore;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.jobs.Job;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Documents over HTTP.
public final class DocumentRoutes {
  private static final String PATH = "/api/collections/{collection}/documents";

  private final KnowledgeConfig config;
  private final Database database;
  private final CollectionStore collections;
  private final DocumentStore documents;
  private final PassageStore passages;
  private final BlobStore blobs;
  private final BlobSweep sweep;
  private final Uploads uploads;
  private final Audit audit;

  /// @param parts what the room is made of
  public DocumentRoutes(
      dev.gimbal.knowledge.core.ingestion.Parts parts, BlobSweep sweep, Uploads uploads) {
    this.config = parts.config();
    this.database = parts.database();
    this.collections = parts.collections();
    this.documents = parts.documents();
    this.passages = parts.passages();
    this.blobs = parts.blobs();
    this.audit = parts.audit();
    this.sweep = sweep;
    this.uploads = uploads;
  }

  /// The routes.
  public List<Route> routes() {
    return List.of(
        Route.post(PATH)
            .summary("Takes files in; what is acknowledged is durable")
            .right(Rights.DOCUMENTS_WRITE)
            .multipart()
            .answers(202, Payloads.Accepted.class)
            .handle(this::upload),
        Route.get(PATH)
            .summary("Lists documents, newest first")
            .right(Rights.DOCUMENTS_READ)
            .query("state", "text")
            .paged()
            .answers(200, Payloads.Document.class)
            .handle(this::list),
        Route.get(PATH + "/{document}")
            .summary("Shows a document")
            .right(Rights.DOCUMENTS_READ)
            .answers(200, Payloads.Document.class)
            .handle(this::show),
        Route.delete(PATH + "/{document}")
            .summary("Deletes a document with all its versions")
            .right(Rights.DOCUMENTS_WRITE)
            .answers(204, null)
            .handle(this::remove),
        Route.get(PATH + "/{document}/versions")
            .summary("Lists a document's versions, newest first")
            .right(Rights.DOCUMENTS_READ)
            .paged()
            .answers(200, Payloads.Version.class)
            .handle(this::versions),
        Route.get(PATH + "/{document}/versions/{version}")
            .summary("Shows a version")
            .right(Rights.DOCUMENTS_READ)
            .answers(200, Payloads.Version.class)
            .handle(this::version),
        Route.get(PATH + "/{document}/versions/{version}/content")
            .summary("A version's text, or with form=original its bytes")
            .right(Rights.DOCUMENTS_READ)
            .query("form")
            .answers(200, null)
            .handle(this::content));
  }

  private Response upload(Request request) {
    List<Request.Upload> files = request.uploads();
    int most = config.limits().maxFiles();
    if (files.isEmpty() || files.size() > most) {
      throw HttpException.invalid("file", "send 1 to " + most + " files, not " + files.size());
    }
    String key = request.form().get("key");
    if (key != null && files.size() > 1) {
      throw HttpException.invalid("key", "names one document, but there are several files");
    }
    List<Uploads.Incoming> incoming = new ArrayList<>();
    for (Request.Upload file : files) {
      String name = file.fileName();
      String used = key == null ? Reading.key("file", name) : Reading.key("key", key);
      incoming.add(new Uploads.Incoming(used, name.isBlank() ? used : name, file::open));
    }
    Uploads.Receipt receipt =
        uploads.take(
            Principal.of(request.caller()),
            request.path("collection"),
            incoming,
            Reading.metadata(request.form().get("metadata")));
    return Response.json(202, accepted(receipt));
  }

  static Payloads.Accepted accepted(Uploads.Receipt receipt) {
    return new Payloads.Accepted(
        IdText.format(Job.PREFIX, receipt.job()),
        receipt.outcomes().stream()
            .map(
                outcome ->
                    new Payloads.AcceptedDocument(
                        idText(outcome.document()),
                        outcome.key(),
                        outcome.version(),
                        outcome.state(),
                        Payloads.Failure.of(outcome.failure())))
            .toList());
  }

  private static @Nullable String idText(@Nullable UUID id) {
    return id == null ? null : IdText.format(DocumentRow.PREFIX, id);
  }

  private Response list(Request request) {
    Request.Page page = request.page();
    UUID before = Pages.id(DocumentRow.PREFIX, page.cursor());
    List<DocumentRow> rows =
        database.inTransaction(
            request.caller().tenant(),
            tx ->
                documents.list(
                    tx,
                    collections.id(tx, request.path("collection")),
                    request.query("state").orElse(null),
                    request.query("text").filter(text -> !text.isBlank()).orElse(null),
                    before,
                    page.limit() + 1));
    return Response.ok(
        Pages.of(
            rows,
            page.limit(),
            Payloads.Document::of,
            row -> IdText.format(DocumentRow.PREFIX, row.id())));
  }

  private Response show(Request request) {
    return Response.ok(
        Payloads.Document.of(
            database.inTransaction(request.caller().tenant(), tx -> document(tx, request))));
  }

  private DocumentRow document(Transaction transaction, Request request) {
    UUID collection = collections.id(transaction, request.path("collection"));
    return documents.get(transaction, collection, Reading.document(request));
  }

  private Response remove(Request request) {
    List<Hash> gone =
        database.inTransaction(
            request.caller().tenant(),
            tx -> {
              DocumentRow row = document(tx, request);
              List<Hash> hashes = DocumentRemoval.remove(tx, row.collection(), row.id());
              audit.append(
                  tx,
                  Principal.of(request.caller()),
                  "document.deleted",
                  IdText.format(DocumentRow.PREFIX, row.id()),
                  Map.of("key", row.key()));
              return hashes;
            });
    sweep.run(request.caller().tenant(), gone);
    return Response.nothing();
  }

  private Response versions(Request request) {
    Request.Page page = request.page();
    int before = before(page.cursor());
    List<VersionRow> rows =
        database.inTransaction(
            request.caller().tenant(),
            tx -> documents.versions(tx, document(tx, request).id(), before, page.limit() + 1));
    return Response.ok(
        Pages.of(rows, page.limit(), Payloads.Version::of, row -> String.valueOf(row.number())));
  }

  private static int before(@Nullable String cursor) {
    try {
      return cursor == null ? Integer.MAX_VALUE : Integer.parseInt(cursor);
    } catch (NumberFormatException e) {
      throw HttpException.invalid("cursor", "is none that a list gave");
    }
  }

  private Response version(Request request) {
    return Response.ok(Payloads.Version.of(find(request)));
  }

  private VersionRow find(Request request) {
    int number = Reading.version(request);
    return database.inTransaction(
        request.caller().tenant(), tx -> documents.version(tx, document(tx, request).id(), number));
  }

  private Response content(Request request) throws IOException {
    VersionRow version = find(request);
    String form = request.query("form").orElse("text");
    return switch (form) {
      case "text" -> text(request, version);
      case "original" -> original(request, version);
      default -> throw HttpException.invalid("form", "must be text or original");
    };
  }

  private Response text(Request request, VersionRow version) {
    if (version.characters() == null) {
      VersionRow.Failure failure = version.failure();
      throw new KnowledgeException(
          KnowledgeError.VERSION_UNKNOWN,
          failure == null
              ? "the version's text is not extracted yet"
              : "the version has no text: " + failure.message());
    }
    byte[] text =
        database
            .inTransaction(request.caller().tenant(), tx -> passages.text(tx, version.id()))
            .getBytes(StandardCharsets.UTF_8);
    return new Response.Content(
        200,
        "text/plain; charset=utf-8",
        text.length,
        new ByteArrayInputStream(text),
        Map.of("x-content-type-options", "nosniff"));
  }

  /// The bytes as they came, never shown by a browser: they may be a page with scripts.
  private Response original(Request request, VersionRow version) throws IOException {
    Path file = blobs.file(request.caller().tenant(), version.blob());
    String name = version.fileName().substring(version.fileName().lastIndexOf('/') + 1);
    String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    return new Response.Content(
        200,
        "application/octet-stream",
        Files.size(file),
        Files.newInputStream(file),
        Map.of(
            "x-content-type-options",
            "nosniff",
            "content-disposition",
            "attachment; filename*=UTF-8''" + encoded));
  }
}
