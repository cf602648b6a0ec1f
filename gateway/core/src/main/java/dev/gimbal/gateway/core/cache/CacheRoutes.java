package dev.gimbal.gateway.core.cache;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.cache.CacheCounts;
import dev.gimbal.gateway.cache.CachePolicy;
import dev.gimbal.gateway.cache.SimilarHit;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Response.Listing;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The cache under `/api`: what it keeps, what came of it, what it is to forget, what was wrong.
final class CacheRoutes {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern ROUTE = Pattern.compile("\\S{1,200}");

  private final CacheModule.Parts parts;
  private final Database database;
  private final CacheStore store;
  private final AnswerCache answers;
  private final Runnable reload;

  /// @param reload reads the policies anew on this node
  CacheRoutes(CacheModule.Parts parts, CacheStore store, AnswerCache answers, Runnable reload) {
    this.parts = parts;
    this.database = parts.database();
    this.store = store;
    this.answers = answers;
    this.reload = reload;
  }

  /// @param route a model as callers write it; `*`: every one that has no policy of its own
  record PolicyBody(
      String route,
      boolean exact,
      @Nullable Boolean semantic,
      @Nullable Long ttlSeconds,
      @Nullable Long mostBytes,
      @Nullable Double mostTemperature,
      @Nullable Boolean several,
      @Nullable Boolean toolCalls,
      @Nullable Boolean promptMarks,
      @Nullable Long promptMostTokens) {}

  record PolicyView(
      String route,
      boolean exact,
      boolean semantic,
      long ttlSeconds,
      long mostBytes,
      @Nullable Double mostTemperature,
      boolean several,
      boolean toolCalls,
      boolean promptMarks,
      @Nullable Long promptMostTokens,
      long version) {}

  /// Since this node started.
  record CountsView(
      long hits,
      long similar,
      long shared,
      long misses,
      long passed,
      long refused,
      double hitRate,
      String savedUsd,
      long savedUnknown,
      int answers,
      long bytes,
      double threshold) {}

  /// @param policy null: the one of `*` holds, if there is one
  /// @param counts null: no call of the route came to this node
  record RouteView(String route, @Nullable PolicyView policy, @Nullable CountsView counts) {}

  /// @param removed answers on this node; the others follow
  record Purged(int removed) {}

  record PurgeDetail(@Nullable String route, @Nullable String key) {}

  record Feedback(String call, String mark) {}

  record FeedbackView(String call, String route, double similarity, String mark) {}

  /// All of them.
  List<Route> routes() {
    return List.of(
        Route.get("/api/cache")
            .summary("What is kept of the answers of each route, and what came of it on this node")
            .right(Rights.CACHE_READ)
            .paged()
            .answersList(RouteView.class)
            .handle(this::list),
        Route.put("/api/cache")
            .summary("Declares what is kept of the answers of a route")
            .right(Rights.CACHE_WRITE)
            .body(PolicyBody.class)
            .answers(200, PolicyView.class)
            .handle(this::put),
        Route.delete("/api/cache")
            .summary("Forgets the tenant's answers, of one route or one answer by its key")
            .right(Rights.CACHE_WRITE)
            .query("route", "key")
            .answers(200, Purged.class)
            .handle(this::purge),
        Route.post("/api/cache/feedback")
            .summary(
                "Says whether an answer that was given because the question meant the same was")
            .right(Rights.FEEDBACK_WRITE)
            .body(Feedback.class)
            .answers(201, FeedbackView.class)
            .handle(this::feedback));
  }

  private Response list(Request request) {
    TenantId tenant = request.caller().tenant();
    Map<String, RoutePolicy> policies = new HashMap<>();
    database
        .inTransaction(tenant, store::list)
        .forEach(policy -> policies.put(policy.route(), policy));
    Map<String, CacheCounts> counts = new HashMap<>();
    answers.counts(tenant).forEach(count -> counts.put(count.route(), count));
    Set<String> names = new TreeSet<>(policies.keySet());
    names.addAll(counts.keySet());
    List<RouteView> views = new ArrayList<>();
    String next = null;
    String cursor = request.page().cursor();
    for (String name : names) {
      if (cursor != null && name.compareTo(cursor) <= 0) {
        continue;
      }
      if (views.size() == request.page().limit()) {
        next = views.getLast().route();
        break;
      }
      views.add(new RouteView(name, view(policies.get(name)), view(counts.get(name))));
    }
    return Response.ok(new Listing<>(views, next));
  }

  private static @Nullable PolicyView view(@Nullable RoutePolicy policy) {
    if (policy == null) {
      return null;
    }
    CachePolicy cache = policy.cache();
    return new PolicyView(
        policy.route(),
        cache.exact(),
        cache.semantic(),
        cache.ttl().toSeconds(),
        cache.mostBytes(),
        cache.mostTemperature(),
        cache.several(),
        cache.toolCalls(),
        policy.prompt().marks(),
        policy.prompt().mostTokens(),
        policy.version());
  }

  private static @Nullable CountsView view(@Nullable CacheCounts counts) {
    return counts == null
        ? null
        : new CountsView(
            counts.hits(),
            counts.similar(),
            counts.shared(),
            counts.misses(),
            counts.passed(),
            counts.refused(),
            counts.hitRate(),
            Usd.text(counts.savedNano()),
            counts.savedUnknown(),
            counts.answers(),
            counts.bytes(),
            counts.threshold());
  }

  private Response put(Request request) {
    Principal principal = Principal.of(request.caller());
    PolicyBody wanted = request.body(PolicyBody.class);
    RoutePolicy first = read(wanted);
    RoutePolicy declared =
        database.inTransaction(
            principal.tenant(),
            transaction -> {
              long before =
                  store.lock(transaction, wanted.route()).map(RoutePolicy::version).orElse(0L);
              EntityTag.require(request, before);
              RoutePolicy next =
                  new RoutePolicy(wanted.route(), first.cache(), first.prompt(), before + 1);
              store.put(transaction, next);
              parts.audit().append(transaction, principal, "cache.set", wanted.route(), wanted);
              transaction.afterCommit(reload);
              return next;
            });
    PolicyView view = view(declared);
    return new Response.Json(
        200, view == null ? declared : view, Map.of("etag", EntityTag.of(declared.version())));
  }

  /// The policy in its first version.
  static RoutePolicy read(PolicyBody wanted) {
    route(wanted.route());
    CachePolicy cache = policy(wanted);
    Long tokens = wanted.promptMostTokens();
    if (tokens != null && tokens < 1) {
      throw HttpException.invalid("prompt_most_tokens", "must be at least 1");
    }
    PromptPolicy prompt = new PromptPolicy(yes(wanted.promptMarks()), tokens);
    return new RoutePolicy(wanted.route(), cache, prompt, 1);
  }

  private static CachePolicy policy(PolicyBody wanted) {
    CachePolicy usual = CachePolicy.EXACT;
    Long ttl = wanted.ttlSeconds();
    Long bytes = wanted.mostBytes();
    Double temperature = wanted.mostTemperature();
    if (ttl != null && (ttl < 1 || ttl > Duration.ofDays(30).toSeconds())) {
      throw HttpException.invalid("ttl_seconds", "must be 1 to 2592000 (30 days)");
    }
    if (bytes != null && (bytes < 64 << 10 || bytes > 1L << 40)) {
      throw HttpException.invalid("most_bytes", "must be 65536 to 1099511627776");
    }
    if (temperature != null && !(temperature >= 0 && temperature <= 2)) {
      throw HttpException.invalid("most_temperature", "must be 0 to 2");
    }
    return new CachePolicy(
        wanted.exact(),
        yes(wanted.semantic()),
        ttl == null ? usual.ttl() : Duration.ofSeconds(ttl),
        bytes == null ? usual.mostBytes() : bytes,
        temperature,
        yes(wanted.several()),
        yes(wanted.toolCalls()));
  }

  private static boolean yes(@Nullable Boolean flag) {
    return flag != null && flag;
  }

  private static void route(String route) {
    if (!ROUTE.matcher(route).matches()) {
      throw HttpException.invalid("route", "must be a model's name of 1 to 200 characters, or *");
    }
  }

  private Response purge(Request request) {
    Principal principal = Principal.of(request.caller());
    String route = request.query("route").orElse(null);
    String key = request.query("key").orElse(null);
    if (route != null) {
      route(route);
    }
    if (key != null && !KEY.matcher(key).matches()) {
      throw HttpException.invalid("key", "must be 64 hexadecimal digits, as in x-gimbal-cache-key");
    }
    if (key != null && route == null) {
      throw HttpException.invalid("route", "is needed beside key");
    }
    PurgeDetail detail = new PurgeDetail(route, key);
    database.inTransaction(
        principal.tenant(),
        transaction -> {
          transaction.changed(CacheStore.PURGE, CacheFollower.purge(route, key));
          String subject = route == null ? CachePolicies.EVERY : route;
          parts.audit().append(transaction, principal, "cache.purged", subject, detail);
          return true;
        });
    return Response.ok(new Purged(answers.purge(principal.tenant(), route, key)));
  }

  private Response feedback(Request request) {
    TenantId tenant = request.caller().tenant();
    Feedback said = request.body(Feedback.class);
    boolean wrong = said.mark().equals("wrong");
    if (!wrong && !said.mark().equals("right")) {
      throw HttpException.invalid("mark", "must be right or wrong");
    }
    Optional<SimilarHit> hit = answers.similarHit(tenant, said.call());
    if (hit.isEmpty()) {
      throw new GatewayException(
          GatewayError.CACHE_HIT_UNKNOWN,
          "This node gave no answer by meaning to the call "
              + said.call()
              + " among its last 10,000 such answers.");
    }
    SimilarHit given = hit.get();
    database.inTransaction(
        tenant,
        transaction ->
            store.mark(
                transaction,
                new CacheStore.Mark(
                    parts.ids().next(),
                    given.route(),
                    said.call(),
                    given.similarity(),
                    wrong,
                    parts.clock().instant())));
    answers.marked(tenant, said.call(), wrong);
    return Response.json(
        201, new FeedbackView(said.call(), given.route(), given.similarity(), said.mark()));
  }
}
