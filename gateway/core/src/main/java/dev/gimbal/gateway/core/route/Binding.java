package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.ItemFinder;
import dev.gimbal.gateway.core.wire.ItemFinder.Item;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What in one call only the credential that made it can use. For the call's event loop alone; what
/// it found is there once [#find] is complete.
final class Binding {
  /// Bytes that are looked through in some ten microseconds.
  private static final int READ_ON_LOOP = 32 << 10;

  private final Pins pins;
  private final RouteCall call;
  private final boolean routed;
  private final List<String> models;
  private volatile @Nullable Bound bound;

  /// @param field of the call, what stands in which only this credential can use
  private record Bound(String field, Pins.Pin pin) {}

  /// @param routed whether the call names a route
  /// @param models that may be asked
  Binding(Pins pins, RouteCall call, boolean routed, List<String> models) {
    this.pins = pins;
    this.call = call;
    this.routed = routed;
    this.models = models;
  }

  /// The only credential that may be asked; null: any.
  Pins.@Nullable Pin pin() {
    Bound to = bound;
    return to == null ? null : to.pin;
  }

  /// The field that says so.
  @Nullable String field() {
    Bound to = bound;
    return to == null ? null : to.field;
  }

  /// Complete at once where nothing is found or this process knows it all.
  CompletionStage<Void> find() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (call.body().length() <= READ_ON_LOOP) {
      find(done);
    } else {
      pins.beside().execute(() -> find(done));
    }
    return done;
  }

  private void find(CompletableFuture<Void> done) {
    ItemFinder finder = new ItemFinder(call.endpoint() == Endpoint.RESPONSES, false);
    finder.feed(call.body().getBytes(), 0, call.body().length());
    List<Item> items = finder.items();
    if (items.isEmpty()) {
      done.complete(null);
      return;
    }
    pins.find(call.principal().tenant(), items.stream().map(Item::key).toList())
        .whenComplete(
            (found, failure) -> {
              try {
                bind(items, found == null ? Map.of() : found, failure);
                done.complete(null);
              } catch (GatewayException e) {
                done.completeExceptionally(e);
              }
            });
  }

  private void bind(List<Item> items, Map<String, Pins.Pin> found, @Nullable Throwable failure) {
    if (failure != null) {
      throw new GatewayException(
          GatewayError.UPSTREAM_BUSY,
          "Which credential made what the call carries cannot be told now.",
          Duration.ofSeconds(1),
          failure);
    }
    for (Item item : items) {
      Pins.Pin pin = found.get(item.key());
      if (pin != null) {
        bind(item, pin);
      }
    }
  }

  private void bind(Item item, Pins.Pin pin) {
    if (models.stream().anyMatch(model -> model.startsWith(pin.provider() + "/"))) {
      Bound before = bound;
      if (before == null) {
        bound = new Bound(item.field(), pin);
      } else if (!before.pin.equals(pin)) {
        throw new GatewayException(
            GatewayError.FIELD_INVALID,
            item.field(),
            "was made by another credential than " + before.field);
      }
    } else if (routed || item.stored()) {
      // A caller who names another provider's model itself may carry old thoughts to it.
      throw new GatewayException(
          GatewayError.FIELD_INVALID,
          item.field(),
          "was made by the provider " + pin.provider() + ", which this call does not ask");
    }
  }
}
