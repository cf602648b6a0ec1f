package dev.gimbal.knowledge.core.search;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.knowledge.api.Retrieval;
import dev.gimbal.knowledge.api.SearchFilter;
import dev.gimbal.knowledge.core.following.IndexFollower;
import dev.gimbal.knowledge.core.index.Filter;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.index.PassageQuery;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.CollectionStore;
import dev.gimbal.knowledge.core.store.DocumentStore;
import dev.gimbal.knowledge.core.store.HitStore;
import dev.gimbal.platform.database.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds passages in one collection: embeds the question by each model that the collection uses,
/// asks the index, reads what it found. Thread-safe; blocks.
public final class PassageSearch {
  private static final Logger LOG = LoggerFactory.getLogger(PassageSearch.class);

  private final KnowledgeConfig.Embedding config;
  private final Database database;
  private final Gateway gateway;
  private final PassageIndex index;
  private final CollectionStore collections;
  private final DocumentStore documents;
  private final HitStore hits;

  /// @param index this node's
  public PassageSearch(
      KnowledgeConfig.Embedding config,
      Database database,
      Gateway gateway,
      PassageIndex index,
      CollectionStore collections,
      DocumentStore documents,
      HitStore hits) {
    this.config = config;
    this.database = database;
    this.gateway = gateway;
    this.index = index;
    this.collections = collections;
    this.documents = documents;
    this.hits = hits;
  }

  /// What was found.
  ///
  /// @param vectors of the question, by model; empty if it was not embedded
  /// @param degraded whether vectors were wanted and no model gave any: words alone were searched
  public record Outcome(List<Ranked> passages, Map<String, float[]> vectors, boolean degraded) {
    public Outcome {
      passages = List.copyOf(passages);
      vectors = Map.copyOf(vectors);
    }
  }

  /// A passage and how well it fits.
  public record Ranked(HitStore.HitRow row, double score, double keyword, double vector) {}

  /// What is looked for.
  ///
  /// @param parent the call that the search works for; null if none
  public record Wanted(
      String question,
      Retrieval retrieval,
      SearchFilter filter,
      int limit,
      @Nullable UUID parent) {}

  /// The passages that fit best. If hybrid search gets no vector of the question, words alone
  /// decide.
  ///
  /// @throws GatewayException if vectors alone were asked for and no model gave one
  public Outcome find(Principal principal, UUID collection, Wanted wanted) {
    Retrieval retrieval = wanted.retrieval();
    Scope scope = scope(principal, collection, wanted.filter());
    if (scope.empty()) {
      return new Outcome(List.of(), Map.of(), false);
    }
    Map<String, float[]> vectors = vectors(principal, scope.models(), wanted);
    boolean degraded = vectors.isEmpty() && retrieval == Retrieval.HYBRID;
    if (vectors.isEmpty() && retrieval == Retrieval.VECTOR) {
      return new Outcome(List.of(), Map.of(), false);
    }
    List<PassageIndex.Hit> found =
        index.search(
            IndexFollower.key(principal.tenant(), collection),
            new PassageQuery(
                wanted.question(),
                retrieval != Retrieval.VECTOR,
                vectors,
                scope.filter(),
                wanted.limit()));
    return new Outcome(read(principal, collection, found), vectors, degraded);
  }

  /// How rare words are in a collection.
  public PassageIndex.Frequencies frequencies(
      Principal principal, UUID collection, Collection<String> words) {
    return index.frequencies(IndexFollower.key(principal.tenant(), collection), words);
  }

  private List<Ranked> read(Principal principal, UUID collection, List<PassageIndex.Hit> found) {
    Map<HitStore.Found, PassageIndex.Hit> byPlace = new HashMap<>();
    List<HitStore.Found> places = new ArrayList<>();
    for (PassageIndex.Hit hit : found) {
      HitStore.Found place = new HitStore.Found(hit.document(), hit.ordinal());
      if (byPlace.put(place, hit) == null) {
        places.add(place);
      }
    }
    List<HitStore.HitRow> rows =
        database.inTransaction(principal.tenant(), tx -> hits.read(tx, collection, places));
    List<Ranked> ranked = new ArrayList<>(rows.size());
    for (HitStore.HitRow row : rows) {
      PassageIndex.Hit hit =
          byPlace.get(new HitStore.Found(row.chunk().version(), row.chunk().ordinal()));
      if (hit != null) {
        ranked.add(new Ranked(row, hit.score(), hit.keyword(), hit.vector()));
      }
    }
    return ranked;
  }

  /// What the database knows of a search before the index is asked.
  ///
  /// @param empty whether the filter names documents and none of them serves
  private record Scope(List<String> models, Filter filter, boolean empty) {}

  private Scope scope(Principal principal, UUID collection, SearchFilter filter) {
    return database.inTransaction(
        principal.tenant(),
        tx -> {
          // The index knows a document by its version that serves.
          List<UUID> versions =
              filter.documents().isEmpty()
                  ? List.of()
                  : documents.serving(tx, collection, filter.documents());
          return new Scope(
              collections.models(tx, collection),
              new Filter(
                  versions,
                  filter.formats(),
                  filter.languages(),
                  filter.from(),
                  filter.until(),
                  filter.metadata()),
              versions.isEmpty() && !filter.documents().isEmpty());
        });
  }

  private Map<String, float[]> vectors(Principal principal, List<String> models, Wanted wanted) {
    if (wanted.retrieval() == Retrieval.KEYWORD) {
      return Map.of();
    }
    Map<String, float[]> vectors = new HashMap<>();
    for (String model : models) {
      try {
        vectors.put(model, vector(principal, model, wanted));
      } catch (GatewayException e) {
        if (wanted.retrieval() == Retrieval.VECTOR) {
          throw e;
        }
        LOG.warn("a question was not embedded by {}: {}", model, e.getMessage());
      }
    }
    return vectors;
  }

  private float[] vector(Principal principal, String model, Wanted wanted) {
    return gateway
        .embed(
            principal,
            new EmbedRequest(
                model,
                List.of(wanted.question()),
                EmbedRequest.Purpose.QUERY,
                EmbedRequest.Priority.INTERACTIVE,
                Duration.ofMillis(config.queryDeadlineMillis()),
                null,
                wanted.parent()))
        .getFirst();
  }
}
