package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.budget.Spending;
import dev.gimbal.gateway.core.cache.CallCache;
import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.guard.GuardedCall;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.route.Router;
import io.vertx.core.Vertx;
import java.util.function.Function;

/// What every call goes through, from outside or inside.
record Pipeline(
    Vertx vertx,
    ProviderCatalog catalog,
    Prices prices,
    Router router,
    Spending spending,
    Function<GuardedCall, CallGuard> guards,
    CallCache cache,
    RunningCalls running,
    CallRecord.Evidence evidence,
    Deadlines deadlines) {

  /// Starts a call; on the event loop of the ticket's context.
  RunningCall start(CallTicket ticket, Answer answer) {
    CallRun run = new CallRun(this, ticket, answer);
    run.start();
    return run;
  }
}
