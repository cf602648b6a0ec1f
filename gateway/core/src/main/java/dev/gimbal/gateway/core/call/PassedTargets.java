package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.route.Attempt;
import dev.gimbal.gateway.core.route.Learning;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Whom a call whose bytes pass is sent to, one after the other, as other calls choose: by route,
/// breaker, places and credentials. Calls about files go to their provider's first credential,
/// which has them. On the call's loop.
final class PassedTargets {
  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final long deadline;
  private @Nullable Plan plan;
  private @Nullable Attempt attempt;
  private @Nullable Target keeper;

  /// Who is asked now.
  ///
  /// @param model `provider/model`
  record To(Provider provider, String upstreamModel, String model) {}

  PassedTargets(Pipeline pipeline, CallTicket ticket) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.deadline = System.nanoTime() + ticket.origin().whole().toNanos();
  }

  /// Whether the call may be made, and who could answer it. To be ended by one of [#succeeded],
  /// [#failed] and [#cancelled].
  void admit() {
    if (ticket.endpoint() == Endpoint.FILES) {
      requireOwn();
      keeper = new Admission(pipeline, ticket).admit();
      return;
    }
    plan = new Admission(pipeline, ticket).plan();
  }

  /// A shared provider keeps the files of all tenants in one place.
  private void requireOwn() {
    TenantId tenant = ticket.principal().tenant();
    String model = ticket.fields().model();
    ProviderCatalog catalog = pipeline.catalog();
    if (!catalog.owns(tenant, model) && catalog.resolve(tenant, model).isPresent()) {
      throw new GatewayException(
          GatewayError.MODEL_MISMATCHED,
          "provider",
          "is shared, and its files would be every tenant's: declare a provider of your own");
    }
  }

  /// `provider/model` of each that may be asked.
  List<String> models() {
    return plan == null ? List.of(ticket.fields().model()) : plan.models();
  }

  /// What the first of them calls its model.
  String upstreamModel() {
    return plan == null ? kept().model() : plan.targets().getFirst().model();
  }

  /// The route that the caller named; null: none.
  @Nullable String route() {
    return plan == null ? null : plan.route();
  }

  /// Looks for what binds the call to one credential, as [Plan#pin].
  CompletionStage<Void> pin() {
    return plan == null ? CompletableFuture.completedStage(null) : plan.pin();
  }

  /// The next one; fails where nobody can be asked.
  CompletionStage<To> next() {
    Plan from = plan;
    if (from == null) {
      Target to = kept();
      return CompletableFuture.completedStage(
          new To(to.entry().provider(), to.model(), ticket.fields().model()));
    }
    return from.next(deadline).thenApply(this::taken);
  }

  private To taken(Plan.Step step) {
    return switch (step) {
      case Plan.Step.Go(Attempt to) -> {
        attempt = to;
        yield new To(to.provider(), to.target().model(), to.model());
      }
      case Plan.Step.Refused(GatewayException why) -> throw why;
    };
  }

  private Target kept() {
    return Objects.requireNonNull(keeper, "the call was admitted");
  }

  /// What hears the answer for what only this credential can use again; null: nothing has to.
  @Nullable Learning learning() {
    String name = ticket.fields().model();
    return ticket.endpoint() == Endpoint.FILES
        ? pipeline.router().files(ticket.principal().tenant(), name.substring(0, name.indexOf('/')))
        : null;
  }

  /// The one under way, or the last one; null: there is none.
  @Nullable Attempt attempt() {
    return attempt;
  }

  /// Whether one is being asked.
  boolean asking() {
    return plan == null || attempt != null;
  }

  /// An error as the caller is told it, as [Plan#told].
  ErrorAnswer told(ErrorAnswer error) {
    return plan == null ? error : plan.told(error);
  }

  void firstByte() {
    if (attempt != null) {
      attempt.firstByte();
    }
  }

  /// The one that is asked failed.
  ///
  /// @param last whether nothing can be sent again: the caller has had a byte, or its body is
  ///     gone
  Plan.After failed(Failure failure, boolean last) {
    Attempt failed = attempt;
    Plan from = plan;
    if (failed == null || from == null) {
      return new Plan.After.GiveUp(null);
    }
    failed.failed(failure);
    Plan.After after = from.after(failed, failure, last, deadline);
    if (after instanceof Plan.After.Again) {
      attempt = null;
    }
    return after;
  }

  /// @param tokens of prompt and answer; null: unknown
  void succeeded(@Nullable Long tokens) {
    if (attempt != null) {
      attempt.succeeded(tokens);
    }
    leave();
  }

  /// The call ended otherwise, or was never sent. Idempotent.
  void cancelled() {
    if (plan != null) {
      plan.cancel();
    }
    if (attempt != null) {
      attempt.cancelled();
    }
    leave();
  }

  private void leave() {
    Target left = keeper;
    keeper = null;
    if (left != null) {
      left.entry().leave();
    }
  }
}
