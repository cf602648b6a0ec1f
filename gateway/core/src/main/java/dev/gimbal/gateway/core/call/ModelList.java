package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.call.ModelShapes.Entry;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /v1/models`, in every dialect: the models, routes and applications that a principal can
/// call.
final class ModelList {
  private static final String MODELS = "models";
  private static final Logger LOG = LoggerFactory.getLogger(ModelList.class);

  private final Vertx vertx;
  private final ProviderCatalog catalog;
  private final Supplier<Applications> applications;
  private final Executor virtual;

  ModelList(
      Vertx vertx, ProviderCatalog catalog, Supplier<Applications> applications, Executor virtual) {
    this.vertx = vertx;
    this.catalog = catalog;
    this.applications = applications;
    this.virtual = virtual;
  }

  /// In which shape a client reads a list.
  enum Form {
    OPENAI,
    ANTHROPIC,
    GEMINI;

    static Form of(HttpServerRequest request) {
      if (CallPath.isGemini(request)) {
        return GEMINI;
      }
      return request.headers().contains(CallPath.ANTHROPIC_VERSION) ? ANTHROPIC : OPENAI;
    }
  }

  /// Whether a path lists models or shows one.
  static boolean takes(String path) {
    String named = CallPath.behindVersion(path);
    return named.equals(MODELS) || named.startsWith(MODELS + "/");
  }

  /// The model that a path shows; empty for the list.
  private static String name(String path) {
    String named = CallPath.behindVersion(path);
    return named.equals(MODELS) ? "" : CallPath.decoded(named.substring(MODELS.length() + 1));
  }

  /// @param path that [#takes] said yes to
  void answer(Principal principal, Form form, String path, Answer answer) {
    if (!principal.may(Rights.MODELS_READ)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_READ + ".");
    }
    Context context = vertx.getOrCreateContext();
    virtual.execute(
        () -> {
          Runnable reply = reply(principal, form, name(path), answer);
          context.runOnContext(v -> reply.run());
        });
  }

  private Runnable reply(Principal principal, Form form, String name, Answer answer) {
    List<Entry> entries;
    try {
      entries = entries(principal);
    } catch (RuntimeException e) {
      LOG.error("the models could not be listed", e);
      return () -> answer.refuse(ErrorAnswer.of(HttpError.SERVER_FAILED, "A defect of ours."));
    }
    if (name.isEmpty()) {
      byte[] json = Json.bytes(ModelShapes.list(form, entries));
      return () -> answer.whole(200, "application/json", Buffer.buffer(json));
    }
    Optional<Entry> found = entries.stream().filter(e -> e.id().equals(name)).findFirst();
    if (found.isEmpty()) {
      GatewayException unknown =
          new GatewayException(GatewayError.MODEL_UNKNOWN, "model", "there is no such model");
      return () -> answer.refuse(ErrorAnswer.of(unknown));
    }
    byte[] json = Json.bytes(ModelShapes.one(form, found.get()));
    return () -> answer.whole(200, "application/json", Buffer.buffer(json));
  }

  private List<Entry> entries(Principal principal) {
    List<Entry> entries = new ArrayList<>();
    for (Model model : catalog.models(principal.tenant())) {
      String provider = model.name().substring(0, model.name().indexOf('/'));
      entries.add(new Entry(model.name(), provider, model.kind()));
    }
    for (String route : catalog.routeNames(principal.tenant())) {
      entries.add(new Entry(route, "route", Model.Kind.CHAT));
    }
    for (String name : applications.get().names(principal)) {
      entries.add(new Entry(ApplicationCalls.PREFIX + name, "app", Model.Kind.CHAT));
    }
    return entries;
  }
}
