package dev.gimbal.gateway.core.alert;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.IdText;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/api/alerts`.
final class AlertRoutes {
  private final AlertModule.Parts parts;
  private final AlertStore store;

  AlertRoutes(AlertModule.Parts parts, AlertStore store) {
    this.parts = parts;
    this.store = store;
  }

  /// @param state `open` or `acknowledged`
  /// @param deliveries how it went out; absent in lists
  record AlertView(
      String id,
      String kind,
      String subject,
      String title,
      Map<String, Object> detail,
      String state,
      Instant raised,
      @Nullable Instant acknowledged,
      @Nullable String acknowledgedBy,
      @Nullable List<DeliveryView> deliveries) {}

  /// @param state `waiting`, `sent`, `failed`, or `dropped` where too many waited
  record DeliveryView(
      String channel,
      String state,
      int attempts,
      @Nullable String error,
      @Nullable Instant ended) {}

  List<Route> routes() {
    return List.of(
        Route.get("/api/alerts")
            .summary("The tenant's alerts, the latest first")
            .right(Rights.ALERTS_READ)
            .query("kind", "state")
            .paged()
            .answersList(AlertView.class)
            .handle(this::list),
        Route.get("/api/alerts/{alert}")
            .summary("An alert and how it went out")
            .right(Rights.ALERTS_READ)
            .answers(200, AlertView.class)
            .handle(this::get),
        Route.post("/api/alerts/{alert}/acknowledge")
            .summary("Says that somebody took note of an alert")
            .right(Rights.ALERTS_ACKNOWLEDGE)
            .answers(200, AlertView.class)
            .handle(this::acknowledge));
  }

  private Response list(Request request) {
    Alert.Kind kind = request.query("kind").map(AlertRoutes::kind).orElse(null);
    Boolean acknowledged = request.query("state").map(AlertRoutes::acknowledged).orElse(null);
    String cursor = request.page().cursor();
    UUID before =
        cursor == null
            ? null
            : IdText.parse(Alert.PREFIX, cursor)
                .orElseThrow(() -> HttpException.invalid("cursor", "is none of ours"));
    int limit = request.page().limit();
    List<Alert> found =
        parts
            .database()
            .inTransaction(
                request.caller().tenant(),
                transaction ->
                    store.list(
                        transaction, new AlertStore.Filter(kind, acknowledged, before), limit + 1));
    List<Alert> page = found.subList(0, Math.min(limit, found.size()));
    return Response.ok(
        new Listing<>(
            page.stream().map(alert -> view(alert, null)).toList(),
            found.size() > limit ? page.getLast().text() : null));
  }

  private static Alert.Kind kind(String text) {
    return Arrays.stream(Alert.Kind.values())
        .filter(kind -> kind != Alert.Kind.TEST && kind.id().equals(text))
        .findFirst()
        .orElseThrow(() -> HttpException.invalid("kind", "must be budget, surge or provider"));
  }

  private static boolean acknowledged(String state) {
    return switch (state) {
      case "open" -> false;
      case "acknowledged" -> true;
      default -> throw HttpException.invalid("state", "must be open or acknowledged");
    };
  }

  private static UUID id(Request request) {
    return IdText.parse(Alert.PREFIX, request.path("alert")).orElseThrow(AlertStore::unknown);
  }

  private Response get(Request request) {
    UUID id = id(request);
    return Response.ok(
        parts
            .database()
            .inTransaction(
                request.caller().tenant(),
                transaction -> {
                  Alert alert =
                      store
                          .find(transaction.handle(), transaction.tenant(), id)
                          .orElseThrow(AlertStore::unknown);
                  return view(alert, store.deliveries(transaction, id));
                }));
  }

  private Response acknowledge(Request request) {
    Principal principal = Principal.of(request.caller());
    UUID id = id(request);
    return Response.ok(
        parts
            .database()
            .inTransaction(
                principal.tenant(),
                transaction -> {
                  Alert alert =
                      store.acknowledge(transaction, id, principal.id(), parts.clock().instant());
                  parts
                      .audit()
                      .append(transaction, principal, "alert.acknowledged", alert.text(), Map.of());
                  return view(alert, store.deliveries(transaction, id));
                }));
  }

  static AlertView view(Alert alert, @Nullable List<AlertStore.Sent> sent) {
    return new AlertView(
        alert.text(),
        alert.kind().id(),
        alert.subject(),
        alert.title(),
        alert.detail(),
        alert.acknowledged() == null ? "open" : "acknowledged",
        alert.raised(),
        alert.acknowledged(),
        alert.acknowledgedBy(),
        sent == null
            ? null
            : sent.stream()
                .map(
                    one ->
                        new DeliveryView(
                            one.channel(), one.state(), one.attempts(), one.error(), one.ended()))
                .toList());
  }
}
