package dev.gimbal.gateway.conformance.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An answer while it is read.
final class HeardSoFar {
  final StringBuilder text = new StringBuilder();
  final StringBuilder thought = new StringBuilder();
  final Map<Integer, Call> calls = new TreeMap<>();
  final List<String> faults = new ArrayList<>();
  Said.@Nullable Stop stop;
  Said.@Nullable Usage usage;
  boolean ended;
  @Nullable String error;

  /// A tool call while it is read.
  static final class Call {
    String id = "";
    String name = "";
    final StringBuilder arguments = new StringBuilder();
  }

  Call call(int index) {
    return calls.computeIfAbsent(index, key -> new Call());
  }

  void fault(boolean found, String words) {
    if (found && faults.size() < 5) {
      faults.add(words);
    }
  }

  Heard heard() {
    List<Said.ToolCall> made = new ArrayList<>();
    for (Call call : calls.values()) {
      made.add(new Said.ToolCall(call.id, call.name, List.of(call.arguments.toString())));
    }
    return new Heard(
        text.toString(),
        thought.toString(),
        List.copyOf(made),
        stop,
        usage,
        ended,
        error,
        List.copyOf(faults));
  }
}
