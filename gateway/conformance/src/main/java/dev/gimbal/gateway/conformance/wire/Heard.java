package dev.gimbal.gateway.conformance.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client of a wire makes of an answer.
///
/// @param stop null: the answer does not say
/// @param usage null: the answer does not say
/// @param ended whether the wire's last event came; true of a whole answer
/// @param error what an error in the stream said; null: there was none
/// @param faults what a strict client would stumble over
public record Heard(
    String text,
    String thought,
    List<Said.ToolCall> calls,
    Said.@Nullable Stop stop,
    Said.@Nullable Usage usage,
    boolean ended,
    @Nullable String error,
    List<String> faults) {}
