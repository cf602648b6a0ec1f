package dev.gimbal.knowledge.core;

import dev.gimbal.knowledge.core.answers.AnswerSettings;
import dev.gimbal.knowledge.core.answers.Answering;
import dev.gimbal.knowledge.core.answers.Citing;
import dev.gimbal.knowledge.core.answers.StoredVectors;
import dev.gimbal.knowledge.core.answers.Talks;
import dev.gimbal.knowledge.core.answers.Writing;
import dev.gimbal.knowledge.core.following.IndexFollower;
import dev.gimbal.knowledge.core.ingestion.IngestionJob;
import dev.gimbal.knowledge.core.ingestion.Leftovers;
import dev.gimbal.knowledge.core.ingestion.Parts;
import dev.gimbal.knowledge.core.ingestion.Pause;
import dev.gimbal.knowledge.core.ingestion.Stages;
import dev.gimbal.knowledge.core.ingestion.Uploads;
import dev.gimbal.knowledge.core.routes.AnswerRoutes;
import dev.gimbal.knowledge.core.routes.CollectionRoutes;
import dev.gimbal.knowledge.core.routes.DocumentRoutes;
import dev.gimbal.knowledge.core.routes.JobRoutes;
import dev.gimbal.knowledge.core.search.PassageSearch;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.BlobSweep;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.ConversationStore;
import dev.gimbal.knowledge.core.store.DiskBlobStore;
import dev.gimbal.knowledge.core.store.DocumentStore;
import dev.gimbal.knowledge.core.store.HitStore;
import dev.gimbal.knowledge.core.store.IndexedStore;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.platform.http.Route;
import java.util.List;
import java.util.stream.Stream;

/// Wires the room.
public final class KnowledgeModule {
  private KnowledgeModule() {}

  /// Brings the schema up to date, registers the room's jobs and makes the room; nothing runs
  /// before [KnowledgeRoom#start] and the start of the jobs.
  public static KnowledgeRoom create(KnowledgeConfig config, KnowledgeDependencies dependencies) {
    return create(config, dependencies, Stages.NONE);
  }

  /// The same, with ears on each step of an ingestion.
  public static KnowledgeRoom create(
      KnowledgeConfig config, KnowledgeDependencies dependencies, Stages stages) {
    return create(config, dependencies, stages, Pause.REAL);
  }

  /// The same, with a pause that a test can shorten.
  static KnowledgeRoom create(
      KnowledgeConfig config, KnowledgeDependencies given, Stages stages, Pause pause) {
    given.database().migrate("knowledge");
    Parts parts = parts(config, given);
    IndexFollower follower =
        new IndexFollower(
            given.database(),
            given.index(),
            parts.collections(),
            new IndexedStore(parts.passages()),
            given.clock());
    given
        .jobs()
        .register(Uploads.JOB, new IngestionJob(parts, follower, given.tracing(), stages, pause));
    ConversationStore conversations = new ConversationStore(given.clock());
    RoomKnowledge knowledge = knowledge(parts, given, conversations);
    Uploads uploads = new Uploads(parts, stages);
    return new KnowledgeRoom(
        knowledge,
        new KnowledgeApplications(given.database(), parts.collections(), knowledge),
        routes(parts, given, knowledge, conversations, uploads),
        follower,
        uploads,
        new Leftovers(parts));
  }

  private static Parts parts(KnowledgeConfig config, KnowledgeDependencies given) {
    return new Parts(
        config,
        given.database(),
        given.jobs(),
        given.gateway(),
        given.parser(),
        given.chunker(),
        new DiskBlobStore(given.blobs()),
        new CollectionStore(given.clock()),
        new DocumentStore(given.clock()),
        new PassageStore(),
        new WorkStore(given.clock()),
        given.audit(),
        given.clock(),
        given.ids());
  }

  private static RoomKnowledge knowledge(
      Parts parts, KnowledgeDependencies given, ConversationStore conversations) {
    PassageSearch search =
        new PassageSearch(
            parts.config().embedding(),
            given.database(),
            given.gateway(),
            given.index(),
            parts.collections(),
            parts.documents(),
            new HitStore(parts.passages()));
    Answering answering =
        new Answering(
            AnswerSettings.of(parts.config()),
            search,
            new Writing(given.gateway()),
            new Talks(given.database(), conversations, given.ids(), given.clock()),
            new Citing(given.publicUrl()),
            new StoredVectors.Source(given.database(), parts.passages(), given.gateway()),
            given.tracing());
    return new RoomKnowledge(
        given.database(), parts.collections(), search, answering, given.tracing());
  }

  private static List<Route> routes(
      Parts parts,
      KnowledgeDependencies given,
      RoomKnowledge knowledge,
      ConversationStore conversations,
      Uploads uploads) {
    BlobSweep sweep = new BlobSweep(given.database(), parts.documents(), parts.blobs());
    return Stream.of(
            new CollectionRoutes(
                    given.database(), parts.collections(), sweep, given.audit(), given.ids())
                .routes(),
            new DocumentRoutes(parts, sweep, uploads).routes(),
            new AnswerRoutes(knowledge, given.database(), conversations).routes(),
            new JobRoutes(given.database(), given.jobs(), parts.work(), Pause.REAL).routes())
        .flatMap(List::stream)
        .toList();
  }
}
