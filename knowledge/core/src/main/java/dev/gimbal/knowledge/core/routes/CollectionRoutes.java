package dev.gimbal.knowledge.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.store.BlobSweep;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.DocumentRemoval;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.Slug;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Collections over HTTP.
public final class CollectionRoutes {
  private static final String PATH = "/api/collections";
  private static final int LONGEST_TEXT = 2_000;

  private final Database database;
  private final CollectionStore collections;
  private final BlobSweep sweep;
  private final Audit audit;
  private final Ids ids;

  /// @param sweep for the files of what is deleted
  public CollectionRoutes(
      Database database, CollectionStore collections, BlobSweep sweep, Audit audit, Ids ids) {
    this.database = database;
    this.collections = collections;
    this.sweep = sweep;
    this.audit = audit;
    this.ids = ids;
  }

  /// The routes.
  public List<Route> routes() {
    return List.of(
        Route.get(PATH)
            .summary("Lists collections by name")
            .right(Rights.COLLECTIONS_READ)
            .paged()
            .answers(200, Payloads.Collection.class)
            .handle(this::list),
        Route.post(PATH)
            .summary("Makes a collection")
            .right(Rights.COLLECTIONS_WRITE)
            .body(Payloads.NewCollection.class)
            .answers(201, Payloads.Collection.class)
            .handle(this::add),
        Route.get(PATH + "/{collection}")
            .summary("Shows a collection")
            .right(Rights.COLLECTIONS_READ)
            .answers(200, Payloads.Collection.class)
            .handle(this::show),
        Route.delete(PATH + "/{collection}")
            .summary("Deletes a collection with all its documents")
            .right(Rights.COLLECTIONS_WRITE)
            .answers(204, null)
            .handle(this::remove));
  }

  private Response list(Request request) {
    Request.Page page = request.page();
    List<CollectionRow> rows =
        database.inTransaction(
            request.caller().tenant(), tx -> collections.list(tx, page.cursor(), page.limit() + 1));
    return Response.ok(Pages.of(rows, page.limit(), Payloads.Collection::of, CollectionRow::name));
  }

  private Response add(Request request) {
    Payloads.NewCollection wanted = request.body(Payloads.NewCollection.class);
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid(
          "name", "must be 1 to 100 of a-z 0-9 . _ : - and start with a letter or digit");
    }
    UUID id = ids.next();
    CollectionRow row =
        database.inTransaction(
            request.caller().tenant(),
            tx -> {
              if (!collections.add(
                  tx,
                  id,
                  wanted.name(),
                  text("title", wanted.title()),
                  text("language", wanted.language()),
                  text("description", wanted.description()))) {
                throw new KnowledgeException(
                    KnowledgeError.COLLECTION_EXISTS,
                    "a collection " + Texts.shown(wanted.name()) + " exists");
              }
              log(tx, request, "collection.created", id);
              return get(tx, wanted.name());
            });
    return Response.json(201, Payloads.Collection.of(row));
  }

  private static @Nullable String text(String field, @Nullable String text) {
    if (text != null && text.length() > LONGEST_TEXT) {
      throw HttpException.invalid(field, "must be at most 2,000 characters long");
    }
    return text == null ? null : Texts.storable(text);
  }

  private Response show(Request request) {
    return Response.ok(
        Payloads.Collection.of(
            database.inTransaction(
                request.caller().tenant(), tx -> get(tx, request.path("collection")))));
  }

  private CollectionRow get(Transaction transaction, String reference) {
    return collections
        .find(transaction, reference)
        .orElseThrow(() -> CollectionStore.unknown(reference));
  }

  private Response remove(Request request) {
    List<Hash> blobs =
        database.inTransaction(
            request.caller().tenant(),
            tx -> {
              UUID id = collections.id(tx, request.path("collection"));
              List<Hash> gone = DocumentRemoval.remove(tx, id, null);
              collections.remove(tx, id);
              log(tx, request, "collection.deleted", id);
              return gone;
            });
    sweep.run(request.caller().tenant(), blobs);
    return Response.nothing();
  }

  private void log(Transaction transaction, Request request, String action, UUID collection) {
    audit.append(
        transaction,
        Principal.of(request.caller()),
        action,
        IdText.format(CollectionRow.PREFIX, collection),
        Map.of());
  }
}
