package dev.gimbal.knowledge.core;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.knowledge.api.DocumentParser;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.jobs.Jobs;
import java.nio.file.Path;
import java.time.Clock;

/// What the room stands on. The room closes none of it.
///
/// @param blobs directory of the files that were put in
/// @param publicUrl address of the server as people see it, without a slash at its end
public record KnowledgeDependencies(
    Database database,
    Jobs jobs,
    Gateway gateway,
    DocumentParser parser,
    Chunker chunker,
    PassageIndex index,
    Tracing tracing,
    Audit audit,
    Clock clock,
    Ids ids,
    Path blobs,
    String publicUrl) {}
