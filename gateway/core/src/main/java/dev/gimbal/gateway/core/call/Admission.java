package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.route.RouteCall;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;

/// Whether a call goes on its way, and to whom: right, model and kind, in this order.
record Admission(Pipeline pipeline, CallTicket ticket) {

  /// Who could answer it, at least one of whom does what it asks for.
  ///
  /// @throws GimbalException why it does not
  Plan plan() {
    check();
    Plan found =
        pipeline
            .router()
            .plan(
                new RouteCall(
                    ticket.principal(),
                    ticket.id(),
                    ticket.origin().owner(),
                    ticket.origin().tags(),
                    ticket.endpoint(),
                    ticket.fields(),
                    ticket.body(),
                    () -> pipeline.spending().left(unplanned())));
    if (found.targets().stream().noneMatch(this::fits)) {
      throw mismatched();
    }
    return found;
  }

  /// The one provider that it names itself, which has been entered and must be left.
  ///
  /// @throws GimbalException why it does not
  Target admit() {
    check();
    Target found = find();
    while (!found.entry().enter()) {
      // It was changed in this very moment, or removed.
      Target now = find();
      if (now.equals(found)) {
        throw new GatewayException(GatewayError.PROVIDER_UNKNOWN, "The provider was just removed.");
      }
      found = now;
    }
    return found;
  }

  private Target find() {
    Target found = pipeline.router().target(ticket.principal().tenant(), ticket.fields().model());
    if (!fits(found)) {
      throw mismatched();
    }
    return found;
  }

  /// Refuses those that may not call models.
  private void check() {
    if (!ticket.principal().may(Rights.MODELS_CALL)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_CALL + ".");
    }
  }

  /// Whose call it is, before it is planned: a name without a provider is a route's.
  private Subject unplanned() {
    String name = ticket.fields().model();
    return ticket.subject(name.indexOf('/') < 0 ? name : null);
  }

  private static GatewayException mismatched() {
    return new GatewayException(
        GatewayError.MODEL_MISMATCHED, "model", "does not do what this path asks for");
  }

  /// Whether a target does what a call asks for, as far as its provider knows: most list names and
  /// do not say what they do.
  private boolean fits(Target found) {
    if (found.entry().provider().speaks(ticket.endpoint()).isEmpty()) {
      return false;
    }
    Model.Kind due =
        ticket.endpoint() == Endpoint.EMBEDDINGS ? Model.Kind.EMBEDDING : Model.Kind.CHAT;
    for (Model model : found.entry().provider().models()) {
      boolean sure = model.scripted() || model.dimensions() != null;
      if (sure && model.kind() != due && model.name().equals(found.model())) {
        return false;
      }
    }
    return true;
  }
}
