package dev.gimbal.observability.api;

import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A step of a trace that ended. The root span of a trace stands for the trace in lists.
///
/// @param id UUIDv7 of the record
/// @param trace its trace and its own span id
/// @param parent span id above it; null for the root
/// @param name what it did, as in `knowledge.search`
/// @param principal text id of who it was for
/// @param model for steps that are about one; null otherwise
/// @param error code of what went wrong; null if nothing did
/// @param attributes values are strings, numbers or booleans
/// @param text what a person would search for: the question, the answer's beginning; null if none
public record SpanRecord(
    TenantId tenant,
    UUID id,
    TraceContext trace,
    @Nullable String parent,
    String name,
    String principal,
    @Nullable String model,
    @Nullable String error,
    Map<String, Object> attributes,
    Map<String, String> tags,
    @Nullable String text,
    Instant start,
    Duration took) {

  /// An attribute that marks the first span of this server in a trace that a caller began
  /// (`traceparent`): with `true` it stands for the trace although it has a parent. Not stored.
  public static final String ROOT = "gimbal.root";

  public SpanRecord {
    attributes = Map.copyOf(attributes);
    tags = Map.copyOf(tags);
  }

  /// Whether it stands for its trace in lists.
  public boolean root() {
    return parent == null || Boolean.TRUE.equals(attributes.get(ROOT));
  }

  /// The same step with other tags.
  public SpanRecord withTags(Map<String, String> other) {
    return new SpanRecord(
        tenant,
        id,
        trace,
        parent,
        name,
        principal,
        model,
        error,
        attributes,
        other,
        text,
        start,
        took);
  }

  /// The same step with another text, or none.
  public SpanRecord withText(@Nullable String other) {
    return new SpanRecord(
        tenant,
        id,
        trace,
        parent,
        name,
        principal,
        model,
        error,
        attributes,
        tags,
        other,
        start,
        took);
  }
}
