package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.core.journal.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a stretch of the journal changes in the database, given the calls that were open before it.
/// A call that begins and ends in one stretch is only ever a row; one that ends in a later stretch
/// waits among the opened calls, in the database as well as in memory.
final class Batch {
  private final Map<UUID, CallOpened> before;
  private final Map<UUID, CallOpened> opened = new LinkedHashMap<>();
  private final Map<UUID, CallOpened> closed = new LinkedHashMap<>();
  private final Map<UUID, CallOpened> begun = new HashMap<>();
  private final List<CallRow> calls = new ArrayList<>();
  private final List<SpanRecord> spans = new ArrayList<>();
  private final List<Entry.Said> contents = new ArrayList<>();
  private int ignored;

  private Batch(Map<UUID, CallOpened> before) {
    this.before = before;
  }

  /// @param before the calls that are open where the stretch begins; not changed
  static Batch of(List<Entry> entries, Map<UUID, CallOpened> before) {
    Batch batch = new Batch(before);
    entries.forEach(batch::add);
    return batch;
  }

  /// Calls that were opened here and are still open.
  Map<UUID, CallOpened> opened() {
    return opened;
  }

  /// Calls that were open before and ended here, or are open at another price.
  Map<UUID, CallOpened> closed() {
    return closed;
  }

  /// A call that was open before the stretch or began in it; null: neither.
  @Nullable CallOpened begun(UUID id) {
    CallOpened here = begun.get(id);
    return here == null ? before.get(id) : here;
  }

  List<CallRow> calls() {
    return calls;
  }

  List<SpanRecord> spans() {
    return spans;
  }

  List<Entry.Said> contents() {
    return contents;
  }

  /// Ends of calls that had already ended or never began.
  int ignored() {
    return ignored;
  }

  private void add(Entry entry) {
    switch (entry) {
      case Entry.Started started -> loseWhatIsOpen();
      case Entry.Opened begun -> open(begun.call());
      case Entry.Settled ended -> settle(ended.call());
      case Entry.Step step -> spans.add(step.span());
      case Entry.Said said -> contents.add(said);
    }
  }

  private void open(CallOpened call) {
    UUID id = call.id();
    begun.put(id, call);
    CallOpened known = openBefore(id) ? before.get(id) : opened.get(id);
    if (known == null) {
      opened.put(id, call);
    } else if (call.reserves(known)) {
      if (openBefore(id)) {
        closed.put(id, known);
      }
      opened.put(id, call);
    } else {
      ignored++;
    }
  }

  private void settle(CallSettled call) {
    CallOpened begun = opened.remove(call.id());
    if (begun == null && openBefore(call.id())) {
      begun = before.get(call.id());
      closed.put(call.id(), begun);
    }
    if (begun == null) {
      ignored++;
    } else {
      calls.add(new CallRow(begun, call));
    }
  }

  private void loseWhatIsOpen() {
    before.forEach(
        (id, call) -> {
          if (closed.putIfAbsent(id, call) == null) {
            calls.add(new CallRow(call, null));
          }
        });
    opened.values().forEach(call -> calls.add(new CallRow(call, null)));
    opened.clear();
  }

  private boolean openBefore(UUID id) {
    return before.containsKey(id) && !closed.containsKey(id);
  }
}
