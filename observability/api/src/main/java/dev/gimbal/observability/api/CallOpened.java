package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call at its start.
///
/// @param id UUIDv7; its time decides the partition
/// @param parent the call that this one works for; only leaves are charged
/// @param trace the trace and the call's own span
/// @param parentSpan the span above it, in 16 hexadecimal digits
/// @param principal text id of who calls
/// @param kind what is asked for
/// @param requested the model name as the caller wrote it
/// @param model `provider/model` that it goes to; for an application its name
/// @param items texts in one bulk record; 1 for a single call
/// @param reservedNanoUsd the most it can cost; null if no price is known
/// @param tags from `x-gimbal-tag-*`, at most 16 of 100 characters each
public record CallOpened(
    TenantId tenant,
    UUID id,
    @Nullable UUID parent,
    TraceContext trace,
    @Nullable String parentSpan,
    String principal,
    Kind kind,
    String requested,
    String model,
    boolean stream,
    int items,
    @Nullable Long reservedNanoUsd,
    Map<String, String> tags,
    Instant at) {

  public CallOpened {
    tags = Map.copyOf(tags);
  }

  /// Whether this opening of an open call says another price than the one before it: then it holds.
  public boolean reserves(CallOpened before) {
    return !Objects.equals(reservedNanoUsd, before.reservedNanoUsd);
  }

  /// The same call with other tags.
  public CallOpened withTags(Map<String, String> other) {
    return new CallOpened(
        tenant,
        id,
        parent,
        trace,
        parentSpan,
        principal,
        kind,
        requested,
        model,
        stream,
        items,
        reservedNanoUsd,
        other,
        at);
  }

  /// What is asked for.
  public enum Kind {
    CHAT,
    COMPLETION,
    EMBEDDING,
    APPLICATION,
    MODERATION,
    RERANK,
    /// Counting a prompt's tokens.
    COUNT,
    IMAGE,
    AUDIO,
    /// A provider's files: listed, kept, read, removed.
    FILE
  }
}
