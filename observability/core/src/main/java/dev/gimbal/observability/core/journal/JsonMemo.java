package dev.gimbal.observability.core.journal;

import java.util.Map;
import java.util.function.Function;

/// JSON of attributes and tags, most of which were written a moment ago. Thread-safe.
public final class JsonMemo {
  /// Larger ones differ from call to call, and would be held for nothing.
  private static final int MOST = 16;

  private final Memo<Map<String, ?>, String> known = new Memo<>();
  private final Function<Map<String, ?>, String> write;

  public JsonMemo(Function<Map<String, ?>, String> write) {
    this.write = write;
  }

  /// The object as JSON.
  public String of(Map<String, ?> values) {
    if (values.isEmpty()) {
      return "{}";
    }
    return values.size() > MOST ? write.apply(values) : known.of(values, write);
  }
}
