package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.json.Json;
import dev.gimbal.release.api.Applications;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `GET /v1/models`: the models and applications that a principal can call.
final class ModelList {
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

  /// One model as OpenAI lists it. We do not know when it was made.
  record Entry(String id, String object, long created, String ownedBy) {}

  record Listing(String object, List<Entry> data) {}

  /// @param path `models` or `models/NAME`
  void answer(Principal principal, String path, Answer answer) {
    if (!principal.may(Rights.MODELS_READ)) {
      throw new HttpException(
          HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_READ + ".");
    }
    Context context = vertx.getOrCreateContext();
    virtual.execute(
        () -> {
          Runnable reply = reply(principal, path, answer);
          context.runOnContext(v -> reply.run());
        });
  }

  private Runnable reply(Principal principal, String path, Answer answer) {
    List<Entry> entries;
    try {
      entries = entries(principal);
    } catch (RuntimeException e) {
      LOG.error("the models could not be listed", e);
      return () -> answer.refuse(ErrorAnswer.of(HttpError.SERVER_FAILED, "A defect of ours."));
    }
    if (path.equals("models")) {
      byte[] json = Json.bytes(new Listing("list", entries));
      return () -> answer.whole(200, "application/json", Buffer.buffer(json));
    }
    String name = decoded(path.substring("models/".length()));
    Optional<Entry> found = entries.stream().filter(e -> e.id.equals(name)).findFirst();
    if (found.isEmpty()) {
      GatewayException unknown =
          new GatewayException(GatewayError.MODEL_UNKNOWN, "model", "there is no such model");
      return () -> answer.refuse(ErrorAnswer.of(unknown));
    }
    byte[] json = Json.bytes(found.get());
    return () -> answer.whole(200, "application/json", Buffer.buffer(json));
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return name;
    }
  }

  private List<Entry> entries(Principal principal) {
    List<Entry> entries = new ArrayList<>();
    for (Model model : catalog.models(principal.tenant())) {
      String provider = model.name().substring(0, model.name().indexOf('/'));
      entries.add(new Entry(model.name(), "model", 0, provider));
    }
    for (String name : applications.get().names(principal)) {
      entries.add(new Entry(ApplicationCalls.PREFIX + name, "model", 0, "app"));
    }
    return entries;
  }
}
