package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.release.api.Applications;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Models under `/api`.
public final class GatewayRoutes {
  private final Parts parts;

  /// What the routes stand on.
  public record Parts(ProviderCatalog catalog, Supplier<Applications> applications) {}

  public GatewayRoutes(Parts parts) {
    this.parts = parts;
  }

  record ModelView(
      String name,
      String kind,
      @Nullable Integer dimensions,
      @Nullable Integer maxTokens,
      boolean scripted) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/models")
            .summary("The models, routes and applications that the caller can call")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, ModelView.class)
            .handle(this::models));
  }

  private Response models(Request request) {
    List<ModelView> models = new ArrayList<>();
    for (Model model : parts.catalog.models(request.caller().tenant())) {
      String kind = model.kind().name().toLowerCase(Locale.ROOT);
      models.add(
          new ModelView(
              model.name(), kind, model.dimensions(), model.maxTokens(), model.scripted()));
    }
    for (String route : parts.catalog.routeNames(request.caller().tenant())) {
      models.add(new ModelView(route, "chat", null, null, false));
    }
    for (String name : parts.applications.get().names(request.caller())) {
      models.add(new ModelView("app:" + name, "chat", null, null, false));
    }
    models.sort(Comparator.comparing(ModelView::name));
    return Response.ok(Pages.of(models, ModelView::name, request.page()));
  }
}
