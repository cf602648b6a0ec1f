package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.core.wire.ItemFinder;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Hears one answer, as the caller gets it, for what only the credential that made it can use
/// again. For the call's event loop alone.
public final class Learning {
  private final Pins pins;
  private final TenantId tenant;
  private final Pins.Pin pin;
  private final ItemFinder finder;

  /// @param ids whether the answer's ids name something that the provider keeps
  Learning(Pins pins, TenantId tenant, Pins.Pin pin, boolean ids) {
    this.pins = pins;
    this.tenant = tenant;
    this.pin = pin;
    this.finder = new ItemFinder(ids, true);
  }

  /// A piece of the answer.
  public void heard(Buffer bytes) {
    finder.feed(bytes.getBytes(), 0, bytes.length());
  }

  /// The answer is over. Completes once what it made is known to every node, or at least to this
  /// one if the database does not take it; it never fails.
  public CompletionStage<Void> over() {
    List<String> items = finder.items().stream().map(ItemFinder.Item::key).toList();
    return items.isEmpty() ? CompletableFuture.completedFuture(null) : pins.put(tenant, items, pin);
  }
}
