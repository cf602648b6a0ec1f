package dev.gimbal.gateway.cache;

import dev.gimbal.platform.ids.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The last hits by meaning of this node, so that somebody can say that one was wrong. Thread-safe.
final class RecentHits {
  private static final int MOST = 10_000;

  private record Of(TenantId tenant, String call) {}

  record Given(CacheKey kin, CacheKey key, SimilarHit hit) {}

  private final Map<Of, Given> hits =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Of, Given> eldest) {
          return size() > MOST;
        }
      };

  synchronized void add(TenantId tenant, String call, Given given) {
    hits.put(new Of(tenant, call), given);
  }

  synchronized Optional<Given> find(TenantId tenant, String call) {
    return Optional.ofNullable(hits.get(new Of(tenant, call)));
  }
}
