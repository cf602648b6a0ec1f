package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.GatewayConfig;
import dev.gimbal.gateway.core.budget.Spending;
import dev.gimbal.gateway.core.cache.CallCache;
import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.guard.GuardedCall;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.route.Router;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.http.Authenticator;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;

/// Wires the pipeline of calls.
public final class CallModule implements AutoCloseable {
  private final ExecutorService virtual =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("gateway-", 0).factory());
  private final RunningCalls running = new RunningCalls();
  private final V1 v1;
  private final Gateway inside;

  /// What the pipeline needs of others.
  public record Parts(
      Vertx vertx,
      ProviderCatalog catalog,
      Prices prices,
      Router router,
      Spending spending,
      Function<GuardedCall, CallGuard> guards,
      CallCache cache,
      Ledger ledger,
      Supplier<Applications> applications,
      Authenticator authenticator,
      Clock clock,
      Ids ids) {}

  /// Wires it.
  public CallModule(GatewayConfig config, Parts parts) {
    Pipeline pipeline =
        new Pipeline(
            parts.vertx,
            parts.catalog,
            parts.prices,
            parts.router,
            parts.spending,
            parts.guards,
            parts.cache,
            running,
            new CallRecord.Evidence(
                parts.ledger, parts.ids, parts.clock, config.content(), virtual),
            config.deadlines());
    ApplicationCalls applications = new ApplicationCalls(pipeline, parts.applications, virtual);
    ModelList models = new ModelList(parts.vertx, parts.catalog, parts.applications, virtual);
    this.inside = new InsideGateway(pipeline, applications);
    this.v1 = new V1(pipeline, applications, models, parts.authenticator, config.bodies());
  }

  /// The dialect from outside.
  public V1 v1() {
    return v1;
  }

  /// The door for code in this process.
  public Gateway inside() {
    return inside;
  }

  /// What is under way.
  public RunningCalls running() {
    return running;
  }

  @Override
  public void close() {
    virtual.shutdownNow();
  }
}
