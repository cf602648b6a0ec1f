package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.cache.Directive;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.guard.Stretch;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A call as it came in.
///
/// @param context the event loop it lives on
/// @param id in the ledger
/// @param beta names of features that a caller of Anthropic's dialect opts into; null: none
/// @param cache what the caller says of the cache
record CallTicket(
    Context context,
    UUID id,
    Principal principal,
    Endpoint endpoint,
    CallFields fields,
    Buffer body,
    Origin origin,
    Instant at,
    @Nullable String beta,
    Directive cache) {

  /// Where a call comes from.
  ///
  /// @param trace the trace and the call's own span
  /// @param parent the call it works for; null if none
  /// @param parentSpan the span above it; null if none
  /// @param outside whether a caller from outside sent it: then the limit on requests a minute
  ///     applies, and its span stands for its trace in lists though a caller's span is above it
  /// @param whole how long it may take in all
  /// @param owner text id of whom it is for, if that is not the principal; null: the principal
  /// @param app the application that made it; null: none
  /// @param retrieved what of the body's texts was found for the call, in order
  record Origin(
      TraceContext trace,
      @Nullable String parentSpan,
      @Nullable UUID parent,
      Map<String, String> tags,
      boolean outside,
      EmbedRequest.Priority priority,
      Duration whole,
      @Nullable String owner,
      @Nullable String app,
      List<Stretch> retrieved) {

    Origin {
      tags = Map.copyOf(tags);
      retrieved = List.copyOf(retrieved);
    }
  }

  /// The same call with another body.
  CallTicket with(Buffer otherBody, CallFields otherFields) {
    return new CallTicket(
        context, id, principal, endpoint, otherFields, otherBody, origin, at, beta, cache);
  }

  /// Text id of whom it is for.
  String owner() {
    return origin.owner == null ? principal.id() : origin.owner;
  }

  /// Whose budgets and limits it counts in.
  ///
  /// @param route the route that it goes by; null: none
  Subject subject(@Nullable String route) {
    return new Subject(principal, origin.owner, origin.app, route);
  }

  CallOpened.Kind kind() {
    return switch (endpoint) {
      case CHAT_COMPLETIONS, MESSAGES, RESPONSES, GENERATE_CONTENT -> CallOpened.Kind.CHAT;
      case COMPLETIONS -> CallOpened.Kind.COMPLETION;
      case EMBEDDINGS, EMBED_CONTENT, BATCH_EMBED_CONTENTS -> CallOpened.Kind.EMBEDDING;
      case MODERATIONS -> CallOpened.Kind.MODERATION;
      case RERANK -> CallOpened.Kind.RERANK;
      case COUNT_TOKENS, COUNT_CONTENT -> CallOpened.Kind.COUNT;
      case IMAGE_GENERATIONS, IMAGE_EDITS, IMAGE_VARIATIONS -> CallOpened.Kind.IMAGE;
      case SPEECH, TRANSCRIPTIONS, AUDIO_TRANSLATIONS -> CallOpened.Kind.AUDIO;
      case FILES -> CallOpened.Kind.FILE;
    };
  }
}
