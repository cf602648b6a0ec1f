package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import java.util.Optional;

/// Whether one call goes on its way and where to: right, model, limit and kind, in this order. A
/// call that is admitted has entered its provider and must leave it.
record Admission(Pipeline pipeline, CallTicket ticket, Answer answer) {

  sealed interface Decision {}

  record Admitted(Target target) implements Decision {}

  record Refused(GimbalException why) implements Decision {}

  Decision decide() {
    if (!ticket.principal().may(Rights.MODELS_CALL)) {
      return new Refused(
          new HttpException(
              HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_CALL + "."));
    }
    String name = ticket.fields().model();
    Optional<Target> found = pipeline.catalog().resolve(ticket.principal().tenant(), name);
    if (found.isEmpty()) {
      return new Refused(
          new GatewayException(
              GatewayError.MODEL_UNKNOWN,
              "model",
              "no provider, route or application is named so"));
    }
    if (!fits(ticket, found.get())) {
      return new Refused(
          new GatewayException(
              GatewayError.MODEL_MISMATCHED, "model", "does not do what this path asks for"));
    }
    if (!found.get().entry().enter()) {
      return new Refused(
          new GatewayException(GatewayError.PROVIDER_UNKNOWN, "The provider was just removed."));
    }
    return new Admitted(found.get());
  }

  /// Whether a target does what a call asks for, as far as its provider knows: most list names and
  /// do not say what they do.
  static boolean fits(CallTicket ticket, Target found) {
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
