package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.following.IndexFollower;
import dev.gimbal.knowledge.core.store.Stage;
import dev.gimbal.knowledge.core.store.StoredChunk;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Takes one version from its bytes to being found: parse and cut, embed, index, serve. Each step
/// ends with a commit that says so, and begins only if the one before said so: killed anywhere, the
/// next attempt goes on where this one stood. Thread-safe.
final class DocumentWork {
  // A file at which this process dies again and again must not keep it from its other work.
  private static final int MOST_ATTEMPTS = 20;
  private static final long MEGABYTE = 1 << 20;

  private final Parts parts;
  private final Turns turns;
  private final IndexFollower follower;
  private final Stages stages;
  private final Semaphore parsers;
  private final Semaphore megabytes;

  DocumentWork(Parts parts, Turns turns, IndexFollower follower, Stages stages) {
    this.parts = parts;
    this.turns = turns;
    this.follower = follower;
    this.stages = stages;
    this.parsers = new Semaphore(parts.config().ingestion().parsers(), true);
    this.megabytes = new Semaphore(parts.config().ingestion().parsingMegabytes(), true);
  }

  /// Works on a version until it is ready, has failed or is gone.
  ///
  /// @return why it failed, if it failed just now; empty otherwise
  Optional<VersionRow.Failure> run(TenantId tenant, VersionRow version, Embedder embedder)
      throws InterruptedException, IOException {
    Optional<VersionRow> begun = begin(tenant, version);
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    try {
      advance(tenant, begun.get(), embedder);
      return Optional.empty();
    } catch (KnowledgeException e) {
      return fail(tenant, version, e.errorCode().code(), String.valueOf(e.getMessage()));
    } catch (GatewayException e) {
      return fail(
          tenant,
          version,
          KnowledgeError.EMBEDDING_FAILED.code(),
          "the text could not be embedded: " + e.getMessage());
    }
  }

  private Optional<VersionRow> begin(TenantId tenant, VersionRow version) {
    return turns.inTransaction(tenant, tx -> parts.work().begin(tx, version.id()));
  }

  private void advance(TenantId tenant, VersionRow version, Embedder embedder)
      throws InterruptedException, IOException {
    if (version.attempts() > MOST_ATTEMPTS) {
      throw new KnowledgeException(
          KnowledgeError.INGESTION_FAILED,
          "work on the file began " + MOST_ATTEMPTS + " times and never ended");
    }
    boolean going = version.stage() != Stage.RECEIVED || parse(tenant, version);
    going = going && (version.stage() == Stage.EMBEDDED || embed(tenant, version, embedder));
    if (going) {
      follower.ensure(tenant, version.collection(), version.id());
      stages.reached("indexed");
      turns.inTransaction(tenant, tx -> parts.work().ready(tx, version));
      stages.reached("ready");
    }
  }

  private boolean parse(TenantId tenant, VersionRow version)
      throws InterruptedException, IOException {
    int weight =
        (int)
            Math.min(parts.config().ingestion().parsingMegabytes(), 1 + version.bytes() / MEGABYTE);
    megabytes.acquire(weight);
    try {
      ParsedDocument parsed = storable(extract(tenant, version));
      List<Chunk> chunks = parts.chunker().chunk(parsed);
      if (chunks.isEmpty()) {
        throw new KnowledgeException(KnowledgeError.DOCUMENT_EMPTY, "the file holds no text");
      }
      boolean stored = store(tenant, version, parsed, chunks);
      stages.reached("parsed");
      return stored;
    } finally {
      megabytes.release(weight);
    }
  }

  private ParsedDocument extract(TenantId tenant, VersionRow version)
      throws InterruptedException, IOException {
    Path file = parts.blobs().file(tenant, version.blob());
    parsers.acquire();
    try {
      return parts.parser().parse(file, version.fileName());
    } catch (KnowledgeException e) {
      if (!e.errorCode().retryable()) {
        throw e;
      }
      // A parser process that died may have died of something else than this file.
      return parts.parser().parse(file, version.fileName());
    } finally {
      parsers.release();
    }
  }

  private static ParsedDocument storable(ParsedDocument parsed) {
    Map<String, String> metadata = new HashMap<>();
    parsed
        .metadata()
        .forEach((name, value) -> metadata.put(Texts.storable(name), Texts.storable(value)));
    return new ParsedDocument(
        parsed.format(),
        Texts.storable(parsed.title()),
        Texts.storable(parsed.text()),
        parsed.blocks(),
        metadata);
  }

  private boolean store(
      TenantId tenant, VersionRow version, ParsedDocument parsed, List<Chunk> chunks) {
    String text = parsed.text();
    String title = parsed.title().isBlank() ? version.fileName() : parsed.title();
    WorkStore.Parsed found =
        new WorkStore.Parsed(
            title,
            parsed.format(),
            parts.parser().version(),
            parsed.metadata(),
            text.codePointCount(0, text.length()),
            chunks.size());
    return turns.inTransaction(
        tenant,
        tx -> {
          if (!parts.work().parsed(tx, version.id(), found)) {
            return false;
          }
          parts.passages().put(tx, version.id(), text, chunks, parts.config().embedding()::modelOf);
          return true;
        });
  }

  private boolean embed(TenantId tenant, VersionRow version, Embedder embedder)
      throws InterruptedException {
    int page = 4 * parts.config().ingestion().embeddingBatch();
    while (true) {
      List<StoredChunk> missing =
          turns.inTransaction(tenant, tx -> parts.passages().withoutVector(tx, version.id(), page));
      if (missing.isEmpty()) {
        if (turns.inTransaction(tenant, tx -> parts.work().embedded(tx, version))) {
          stages.reached("embedded");
          return true;
        }
        Optional<VersionRow> now =
            turns.inTransaction(tenant, tx -> parts.work().find(tx, version.id()));
        if (now.isEmpty() || now.get().stage() != Stage.PARSED) {
          return false;
        }
      } else {
        embedder.embed(missing);
        stages.reached("vectors");
      }
    }
  }

  /// @return the failure, or empty if the version is not there any more
  Optional<VersionRow.Failure> fail(
      TenantId tenant, VersionRow version, String code, String message) {
    VersionRow.Failure failure = new VersionRow.Failure(code, message);
    boolean failed =
        turns.inTransaction(tenant, tx -> parts.work().failed(tx, version.id(), failure));
    return failed ? Optional.of(failure) : Optional.empty();
  }
}
