package dev.gimbal.gateway.core.call;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The calls of this process that have begun and not ended. Thread-safe.
public final class RunningCalls {
  private final Map<UUID, Entry> calls = new ConcurrentHashMap<>();

  private record Entry(CallTicket ticket, Runnable cancel) {}

  /// A call under way.
  ///
  /// @param id text id, as in the ledger
  /// @param principal text id of whom it is for
  /// @param model as the caller wrote it
  public record Running(
      String id,
      String principal,
      CallOpened.Kind kind,
      String model,
      boolean stream,
      Map<String, String> tags,
      Instant since) {}

  /// @param cancel ends the call; run on the call's event loop, maybe after its end
  void began(CallTicket ticket, Runnable cancel) {
    calls.put(ticket.id(), new Entry(ticket, cancel));
  }

  void ended(CallTicket ticket) {
    calls.remove(ticket.id());
  }

  /// Those of a tenant, the oldest first.
  public List<Running> list(TenantId tenant) {
    return calls.values().stream()
        .map(Entry::ticket)
        .filter(ticket -> ticket.principal().tenant().equals(tenant))
        .map(RunningCalls::shown)
        .sorted(Comparator.comparing(Running::id))
        .toList();
  }

  private static Running shown(CallTicket ticket) {
    return new Running(
        Ledger.text(ticket.id()),
        ticket.owner(),
        ticket.kind(),
        ticket.fields().model(),
        ticket.fields().stream(),
        ticket.origin().tags(),
        ticket.at());
  }

  /// Asks a tenant's call to end now: its upstream is cancelled, what it consumed is settled, the
  /// caller hears of an error. False if no such call is under way here.
  public boolean cancel(TenantId tenant, String id) {
    Entry entry = IdText.parse(Ledger.CALL_PREFIX, id).map(calls::get).orElse(null);
    if (entry == null || !entry.ticket.principal().tenant().equals(tenant)) {
      return false;
    }
    entry.ticket.context().runOnContext(v -> entry.cancel.run());
    return true;
  }
}
