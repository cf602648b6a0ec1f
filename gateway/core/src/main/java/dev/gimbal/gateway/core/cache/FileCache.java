package dev.gimbal.gateway.core.cache;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.cache.CacheConfig;
import dev.gimbal.platform.http.StrictJson;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// The cache of answers whose policies a file declares. Thread-safe.
public final class FileCache implements AutoCloseable {
  private final QuestionEmbedder embedder;
  private final CachePolicies policies = new CachePolicies();
  private final AnswerCache answers;

  /// @param inside asked for vectors where a policy looks for answers by meaning
  public FileCache(Clock clock, Supplier<Gateway> inside) {
    this.embedder = new QuestionEmbedder(inside);
    this.answers = new AnswerCache(CacheConfig.DEFAULT, clock, embedder.threads(), embedder);
  }

  /// Reads a policy as the API takes it.
  ///
  /// @throws dev.gimbal.platform.http.HttpException naming the field that is wrong
  public static RoutePolicy read(JsonNode tree) {
    return CacheRoutes.read(StrictJson.read(tree, CacheRoutes.PolicyBody.class));
  }

  /// These hold from now on, by tenant and route.
  public void swap(Map<TenantId, Map<String, RoutePolicy>> declared) {
    policies.swap(declared);
  }

  /// What a call needs of it.
  public CallCache calls() {
    return new CallCache(answers, policies);
  }

  @Override
  public void close() {
    embedder.close();
  }
}
