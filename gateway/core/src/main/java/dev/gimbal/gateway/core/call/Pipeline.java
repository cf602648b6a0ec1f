package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.core.limit.RequestLimiter;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import io.vertx.core.Vertx;

/// What every call goes through, from outside or inside.
record Pipeline(
    Vertx vertx,
    ProviderCatalog catalog,
    Prices prices,
    RequestLimiter limiter,
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
