package dev.gimbal.platform.http;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An idempotency store for tests.
final class MemoryIdempotency implements IdempotencyStore {
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    private final byte[] hash;
    private @Nullable Answer answer;

    Entry(byte[] hash) {
      this.hash = hash;
    }
  }

  @Override
  public synchronized Begun begin(Caller caller, String route, String key, byte[] bodyHash) {
    Entry entry = entries.get(name(caller, route, key));
    if (entry == null) {
      entries.put(name(caller, route, key), new Entry(bodyHash));
      return new Begun.First();
    }
    if (!Arrays.equals(entry.hash, bodyHash)) {
      return new Begun.OtherBody();
    }
    return entry.answer == null ? new Begun.Running() : new Begun.Repeated(entry.answer);
  }

  @Override
  public synchronized void finish(Caller caller, String route, String key, Answer answer) {
    Objects.requireNonNull(entries.get(name(caller, route, key))).answer = answer;
  }

  @Override
  public synchronized void abandon(Caller caller, String route, String key) {
    entries.remove(name(caller, route, key));
  }

  private static String name(Caller caller, String route, String key) {
    return caller.tenant() + " " + caller.id() + " " + route + " " + key;
  }
}
