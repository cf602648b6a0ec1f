package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.knowledge.api.DocumentParser;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.BlobStore;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.DocumentStore;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.jobs.Jobs;
import java.time.Clock;

/// What the room is made of, for those who take files in and work on them.
public record Parts(
    KnowledgeConfig config,
    Database database,
    Jobs jobs,
    Gateway gateway,
    DocumentParser parser,
    Chunker chunker,
    BlobStore blobs,
    CollectionStore collections,
    DocumentStore documents,
    PassageStore passages,
    WorkStore work,
    Audit audit,
    Clock clock,
    Ids ids) {}
