package dev.gimbal.gateway.core.call;

import dev.gimbal.release.api.Applications;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Calls of `app:NAME`: an application runs on a virtual thread and answers like a model.
/// Thread-safe.
final class ApplicationCalls {
  static final String PREFIX = "app:";

  /// Applications may call each other this deep.
  static final int DEEPEST = 4;

  private final Pipeline pipeline;
  private final Supplier<Applications> applications;
  private final ExecutorService virtual;
  private final Map<UUID, Running> running = new ConcurrentHashMap<>();

  private record Running(String name, int depth) {}

  ApplicationCalls(
      Pipeline pipeline, Supplier<Applications> applications, ExecutorService virtual) {
    this.pipeline = pipeline;
    this.applications = applications;
    this.virtual = virtual;
  }

  boolean takes(CallTicket ticket) {
    return ticket.fields().model().startsWith(PREFIX);
  }

  /// Starts a call; on the event loop of the ticket's context.
  RunningCall start(CallTicket ticket, Answer answer) {
    ApplicationRun run = new ApplicationRun(this, ticket, answer);
    run.start();
    return run;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  Applications applications() {
    return applications.get();
  }

  ExecutorService virtual() {
    return virtual;
  }

  /// How deep a call stands among applications: 1 for one that no application made.
  int depthBelow(@Nullable UUID parent) {
    Running above = parent == null ? null : running.get(parent);
    return above == null ? 1 : above.depth + 1;
  }

  /// The application that made a call; null: none did.
  @Nullable String name(@Nullable UUID parent) {
    Running above = parent == null ? null : running.get(parent);
    return above == null ? null : above.name;
  }

  void entered(UUID call, String name, int depth) {
    running.put(call, new Running(name, depth));
  }

  void left(UUID call) {
    running.remove(call);
  }
}
