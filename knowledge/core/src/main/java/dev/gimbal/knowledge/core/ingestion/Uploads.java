package dev.gimbal.knowledge.core.ingestion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.BlobStore;
import dev.gimbal.knowledge.core.store.CollectionRow;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.DocumentStore;
import dev.gimbal.knowledge.core.store.Locks;
import dev.gimbal.knowledge.core.store.Stage;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.jobs.Job;
import dev.gimbal.platform.jobs.Jobs;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Takes files in. What is acknowledged is durable: the bytes lie synced on disk, and their rows
/// and the job that works on them have been committed. Thread-safe; blocks.
public final class Uploads {
  /// Kind of the jobs that work on what came in.
  public static final String JOB = "ingestion";

  /// Where a job's input holds the files that were not taken.
  static final String REFUSED = "refused";

  private final KnowledgeConfig.Limits limits;
  private final Database database;
  private final Jobs jobs;
  private final BlobStore blobs;
  private final CollectionStore collections;
  private final DocumentStore documents;
  private final Audit audit;
  private final Clock clock;
  private final Ids ids;
  private final Stages stages;

  /// @param parts what the room is made of
  /// @param stages hears of each step, in tests
  public Uploads(Parts parts, Stages stages) {
    this.limits = parts.config().limits();
    this.database = parts.database();
    this.jobs = parts.jobs();
    this.blobs = parts.blobs();
    this.collections = parts.collections();
    this.documents = parts.documents();
    this.audit = parts.audit();
    this.clock = parts.clock();
    this.ids = parts.ids();
    this.stages = stages;
  }

  /// A file that comes in.
  ///
  /// @param key of its document
  /// @param fileName as the client gave it
  /// @param content opens its bytes
  public record Incoming(String key, String fileName, Source content) {}

  /// Opens bytes.
  @FunctionalInterface
  public interface Source {
    InputStream open() throws IOException;
  }

  /// What became of a file.
  ///
  /// @param document null if the file was not taken
  /// @param failure why it was not taken or failed before; null otherwise
  public record Outcome(
      @Nullable UUID document,
      String key,
      @Nullable Integer version,
      String state,
      VersionRow.@Nullable Failure failure) {}

  /// What became of an upload, file by file in the order in which they came.
  public record Receipt(UUID job, List<Outcome> outcomes) {
    public Receipt {
      outcomes = List.copyOf(outcomes);
    }
  }

  /// Takes files into a collection. A file that cannot be taken does not hurt the others, unless it
  /// is the only one.
  ///
  /// @param reference the collection's name or id; `default` is made if it is not there
  /// @param metadata of every document; null: what was said before stays
  /// @throws KnowledgeException the reason, if no file could be taken;
  ///     [KnowledgeError#COLLECTION_UNKNOWN], [KnowledgeError#INGESTION_BUSY]
  public Receipt take(
      Principal principal,
      String reference,
      List<Incoming> files,
      @Nullable Map<String, String> metadata) {
    UUID collection = collection(principal, reference);
    List<Received> received = new ArrayList<>();
    try {
      for (int place = 0; place < files.size(); place++) {
        received.add(stage(principal, place, files.get(place)));
      }
      stages.reached("staged");
      if (received.stream().allMatch(file -> file.refusal() != null)) {
        throw received.getFirst().refused();
      }
      Receipt receipt =
          database.inTransaction(
              principal.tenant(),
              transaction -> commit(transaction, principal, collection, received, metadata));
      stages.reached("acknowledged");
      return receipt;
    } finally {
      received.forEach(Received::close);
    }
  }

  /// Makes a collection unless it is there.
  ///
  /// @param name a slug
  /// @param title for people; null: none
  public void ensureCollection(Principal principal, String name, @Nullable String title) {
    database.inTransaction(
        principal.tenant(),
        transaction -> {
          ensure(transaction, principal, name, title);
          return name;
        });
  }

  private void ensure(
      Transaction transaction, Principal principal, String name, @Nullable String title) {
    UUID id = ids.next();
    if (collections.add(transaction, id, name, title, null, null)) {
      String text = IdText.format(CollectionRow.PREFIX, id);
      audit.append(transaction, principal, "collection.created", text, Map.of());
    }
  }

  private UUID collection(Principal principal, String reference) {
    return database.inTransaction(
        principal.tenant(),
        transaction -> {
          if (documents.unfinished(transaction) >= limits.maxWaiting()) {
            throw new KnowledgeException(
                KnowledgeError.INGESTION_BUSY,
                "more than " + limits.maxWaiting() + " files wait; try again later");
          }
          if (reference.equals(CollectionRow.DEFAULT)) {
            ensure(transaction, principal, reference, null);
          }
          return collections.id(transaction, reference);
        });
  }

  private Received stage(Principal principal, int place, Incoming file) {
    try (InputStream content = file.content().open()) {
      BlobStore.Staged staged = blobs.stage(principal.tenant(), content, limits.maxFileBytes());
      if (staged.bytes() == 0) {
        staged.close();
        return new Received(place, file, null, KnowledgeError.DOCUMENT_EMPTY, "the file is empty");
      }
      return new Received(place, file, staged, null, "");
    } catch (KnowledgeException e) {
      if (e.errorCode() == KnowledgeError.DOCUMENT_TOO_LARGE) {
        return new Received(place, file, null, KnowledgeError.DOCUMENT_TOO_LARGE, message(e));
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot take in a file", e);
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private Receipt commit(
      Transaction transaction,
      Principal principal,
      UUID collection,
      List<Received> received,
      @Nullable Map<String, String> metadata) {
    UUID job = ids.next();
    Map<Integer, Outcome> outcomes = new HashMap<>();
    List<Received> taken = received.stream().filter(file -> file.refusal() == null).toList();
    taken.stream()
        .map(file -> file.bytes().hash())
        .distinct()
        .sorted(Comparator.comparing(hash -> hash.hex()))
        .forEach(hash -> Locks.blob(transaction, hash));
    long work = 0;
    // In one order everywhere, so that two uploads of the same keys do not wait for each other.
    for (Received file :
        taken.stream()
            .sorted(
                Comparator.comparing((Received one) -> one.file().key())
                    .thenComparingInt(Received::place))
            .toList()) {
      keep(file);
      Outcome outcome = version(transaction, collection, file, metadata, job);
      outcomes.put(file.place(), outcome);
      work += outcome.state().equals("waiting") ? 1 : 0;
    }
    List<Job.Failure> refused = new ArrayList<>();
    received.stream()
        .filter(file -> file.refusal() != null)
        .forEach(
            file -> {
              outcomes.put(file.place(), file.outcome());
              refused.add(file.failure());
            });
    ObjectNode input = Json.MAPPER.createObjectNode().put("collection", collection.toString());
    input.set(REFUSED, Json.MAPPER.valueToTree(refused));
    jobs.enqueue(transaction, job, JOB, principal.id(), input, work + refused.size());
    audit.append(
        transaction,
        principal,
        "documents.uploaded",
        IdText.format(Job.PREFIX, job),
        Map.of("collection", collection, "files", received.size()));
    return new Receipt(
        job, java.util.stream.IntStream.range(0, received.size()).mapToObj(outcomes::get).toList());
  }

  private static void keep(Received file) {
    try {
      file.bytes().keep();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a file", e);
    }
  }

  private Outcome version(
      Transaction transaction,
      UUID collection,
      Received file,
      @Nullable Map<String, String> metadata,
      UUID job) {
    String key = file.file().key();
    UUID document = documents.lock(transaction, collection, key, ids.next());
    if (metadata != null) {
      documents.describe(transaction, document, metadata);
    }
    VersionRow newest = documents.newest(transaction, document).orElse(null);
    if (newest != null && newest.blob().equals(file.bytes().hash())) {
      if (newest.stage() != Stage.FAILED) {
        return new Outcome(document, key, newest.number(), newest.state(), null);
      }
      documents.restart(transaction, newest.id(), job);
      return new Outcome(document, key, newest.number(), "waiting", null);
    }
    int number = newest == null ? 1 : newest.number() + 1;
    documents.add(transaction, received(document, collection, number, file, job));
    return new Outcome(document, key, number, "waiting", null);
  }

  private VersionRow received(UUID document, UUID collection, int number, Received file, UUID job) {
    Instant now = clock.instant();
    return new VersionRow(
        ids.next(),
        document,
        collection,
        number,
        file.bytes().hash(),
        file.bytes().bytes(),
        Texts.storable(file.file().fileName()),
        Stage.RECEIVED,
        0,
        0,
        job,
        null,
        null,
        null,
        null,
        0,
        null,
        now,
        now);
  }

  /// A file on its way in: staged, or refused with a reason.
  private record Received(
      int place,
      Incoming file,
      BlobStore.@Nullable Staged staged,
      @Nullable KnowledgeError refusal,
      String reason) {

    BlobStore.Staged bytes() {
      return java.util.Objects.requireNonNull(staged);
    }

    KnowledgeException refused() {
      return new KnowledgeException(
          java.util.Objects.requireNonNull(refusal), Texts.shown(file.key()) + ": " + reason);
    }

    Outcome outcome() {
      VersionRow.Failure failure =
          new VersionRow.Failure(java.util.Objects.requireNonNull(refusal).code(), reason);
      return new Outcome(null, file.key(), null, "failed", failure);
    }

    Job.Failure failure() {
      return new Job.Failure(file.key(), java.util.Objects.requireNonNull(refusal).code(), reason);
    }

    void close() {
      if (staged != null) {
        staged.close();
      }
    }
  }
}
