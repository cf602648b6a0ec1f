package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.call.RunningCalls;
import dev.gimbal.gateway.core.call.RunningCalls.Running;
import dev.gimbal.observability.api.LedgerError;
import dev.gimbal.observability.api.LedgerException;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// The calls that are under way on this node, and their end by hand.
public final class RunningCallRoutes {
  private final RunningCalls calls;
  private final BiConsumer<Principal, String> audited;

  public RunningCallRoutes(Database database, Audit audit, RunningCalls calls) {
    this(
        calls,
        (principal, id) ->
            database.inTransaction(
                principal.tenant(),
                transaction -> {
                  audit.append(transaction, principal, "call.cancelled", id, Map.of());
                  return true;
                }));
  }

  /// @param audited hears who ended which call
  public RunningCallRoutes(RunningCalls calls, BiConsumer<Principal, String> audited) {
    this.calls = calls;
    this.audited = audited;
  }

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/running-calls")
            .summary("Lists the calls that are under way on this node, oldest first")
            .right(Rights.TRACES_READ)
            .paged()
            .answers(200, Running.class)
            .handle(this::list),
        Route.delete("/api/running-calls/{call}")
            .summary("Ends a call that is under way: its upstream is cancelled")
            .right(Rights.CALLS_CANCEL)
            .answers(204, null)
            .handle(this::cancel));
  }

  private Response list(Request request) {
    List<Running> running = calls.list(request.caller().tenant());
    return Response.ok(Pages.of(running, Running::id, request.page()));
  }

  private Response cancel(Request request) {
    Principal principal = Principal.of(request.caller());
    String id = request.path("call");
    if (!calls.cancel(principal.tenant(), id)) {
      throw new LedgerException(
          LedgerError.CALL_UNKNOWN, "No call " + id + " is under way on this node.", null);
    }
    audited.accept(principal, id);
    return Response.nothing();
  }
}
