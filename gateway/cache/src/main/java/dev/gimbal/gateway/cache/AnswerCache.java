package dev.gimbal.gateway.cache;

import dev.gimbal.gateway.cache.SemanticShelf.Asked;
import dev.gimbal.gateway.cache.SemanticShelf.Candidate;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The room's door: answers that are given again. In the memory of this node, lost with it, and
/// bounded by [CacheConfig]. Thread-safe; nothing blocks.
public final class AnswerCache {
  private final CacheConfig config;
  private final Clock clock;
  private final Executor beside;
  private final Embedder embedder;
  private final AnswerShelf shelf;
  private final SemanticShelf semantic = new SemanticShelf();
  private final Map<CacheKey, Flight> flights = new ConcurrentHashMap<>();
  private final Map<Place, Tally> tallies = new ConcurrentHashMap<>();
  private final RecentHits recent = new RecentHits();

  /// @param beside runs what takes longer than an event loop has time for; may refuse, then the
  ///     call goes past the cache
  public AnswerCache(CacheConfig config, Clock clock, Executor beside, Embedder embedder) {
    this.config = config;
    this.clock = clock;
    this.beside = beside;
    this.embedder = embedder;
    this.shelf = new AnswerShelf(config.mostBytes());
  }

  /// Looks for the answer of a call. Complete at once unless the body is long or the route's
  /// semantic cache is on; never fails. Whoever is told that it leads or follows must go through
  /// with it: see [Lead] and [Following].
  ///
  /// @param call names it in feedback
  public CompletionStage<Look> look(
      Question question, CachePolicy policy, Directive directive, String call) {
    Reason past = past(question, policy, directive);
    if (past != Reason.NONE) {
      return pass(question, policy, past);
    }
    Asking asking = new Asking(question, policy, directive, call);
    if (question.body().length <= config.onLoop()) {
      return asking.look();
    }
    return later(asking::look, () -> pass(question, policy, Reason.LARGE));
  }

  private Reason past(Question question, CachePolicy policy, Directive directive) {
    if (!policy.on()) {
      return Reason.OFF;
    }
    if (directive == Directive.NO_STORE) {
      return Reason.ASKED;
    }
    return question.body().length > config.largestBody() ? Reason.LARGE : Reason.NONE;
  }

  private CompletionStage<Look> pass(Question question, CachePolicy policy, Reason reason) {
    if (policy.on()) {
      tally(place(question)).passed.increment();
    }
    return CompletableFuture.completedFuture(new Look.Passes(reason));
  }

  private CompletionStage<Look> later(
      Supplier<CompletionStage<Look>> work, Supplier<CompletionStage<Look>> otherwise) {
    CompletableFuture<CompletionStage<Look>> begun = new CompletableFuture<>();
    try {
      beside.execute(
          () -> {
            try {
              begun.complete(work.get());
            } catch (RuntimeException e) {
              begun.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      return otherwise.get();
    }
    return begun
        .handle((stage, failure) -> failure == null ? stage : otherwise.get())
        .thenCompose(stage -> stage);
  }

  private static Place place(Question question) {
    return new Place(question.tenant(), question.route());
  }

  private Tally tally(Place place) {
    Tally known = tallies.get(place);
    return known != null ? known : tallies.computeIfAbsent(place, p -> new Tally());
  }

  /// Forgets answers of a tenant.
  ///
  /// @param route null: of every route
  /// @param key of one answer, with its route; null: all
  /// @return how many went
  public int purge(TenantId tenant, @Nullable String route, @Nullable String key) {
    Predicate<Place> which =
        place -> place.tenant().equals(tenant) && (route == null || place.route().equals(route));
    if (key != null && route != null) {
      Optional<CacheKey> one = CacheKey.parse(key);
      return one.isPresent() && shelf.remove(new Place(tenant, route), one.get()) ? 1 : 0;
    }
    semantic.clear(which);
    return shelf.clear(which);
  }

  /// Forgets every answer of every tenant.
  public void purgeEverything() {
    semantic.clear(place -> true);
    shelf.clear(place -> true);
  }

  /// What came of the calls of a tenant, by route.
  public List<CacheCounts> counts(TenantId tenant) {
    return tallies.entrySet().stream()
        .filter(entry -> entry.getKey().tenant().equals(tenant))
        .map(
            entry ->
                entry
                    .getValue()
                    .counts(
                        entry.getKey().route(),
                        shelf.size(entry.getKey()),
                        shelf.bytes(entry.getKey())))
        .sorted(Comparator.comparing(CacheCounts::route))
        .toList();
  }

  /// The hit that a call was given by meaning, if it was on this node and not long ago.
  public Optional<SimilarHit> similarHit(TenantId tenant, String call) {
    return recent.find(tenant, call).map(RecentHits.Given::hit);
  }

  /// Somebody judged a hit by meaning. A wrong answer is not given again for questions like that.
  public void marked(TenantId tenant, String call, boolean wrong) {
    recent
        .find(tenant, call)
        .ifPresent(
            given -> {
              if (wrong) {
                semantic.remove(given.kin(), given.key());
              }
            });
  }

  /// Learns a place's threshold anew from all of its marks, oldest first: `true` is wrong.
  public void learn(TenantId tenant, String route, List<Boolean> marks) {
    Threshold threshold = new Threshold();
    marks.forEach(threshold::marked);
    tally(new Place(tenant, route)).threshold = threshold;
  }

  /// One call at the door.
  private final class Asking {
    private final Question question;
    private final CachePolicy policy;
    private final Directive directive;
    private final String call;
    private final Place place;
    private final Tally tally;

    Asking(Question question, CachePolicy policy, Directive directive, String call) {
      this.question = question;
      this.policy = policy;
      this.directive = directive;
      this.call = call;
      this.place = place(question);
      this.tally = tally(place);
    }

    CompletionStage<Look> look() {
      return switch (RequestKey.of(question, policy)) {
        case RequestKey.Read.Never(Reason reason) -> pass(question, policy, reason);
        case RequestKey.Read.Keyed(CacheKey key) -> keyed(key);
      };
    }

    private CompletionStage<Look> keyed(CacheKey key) {
      if (directive == Directive.REFRESH) {
        Flight flight = flight(key, new Finding());
        flights.put(key, flight);
        return leads(flight, key);
      }
      StoredAnswer answer = shelf.find(place, key, clock.millis());
      if (answer != null) {
        return hit(answer, key);
      }
      Finding finding = new Finding();
      Flight mine = flight(key, finding);
      Flight first = flights.putIfAbsent(key, mine);
      if (first != null) {
        Following following = first.join();
        if (following != null) {
          return follows(following, key);
        }
        if (first.crowded()) {
          return pass(question, policy, Reason.CROWDED);
        }
        flights.put(key, mine);
      }
      // Its answer may have been kept between our look and our taking the lead.
      StoredAnswer meanwhile = shelf.find(place, key, clock.millis());
      if (meanwhile != null) {
        serve(mine, meanwhile, finding);
        return hit(meanwhile, key);
      }
      return policy.semantic()
          ? later(() -> bySense(mine, key, finding), () -> leads(mine, key))
          : leads(mine, key);
    }

    private CompletionStage<Look> hit(StoredAnswer answer, CacheKey key) {
      tally.hits.increment();
      tally.saved(answer.bill());
      return CompletableFuture.completedFuture(new Look.Hit(answer, key.text(), 1));
    }

    private CompletionStage<Look> leads(Flight flight, CacheKey key) {
      tally.misses.increment();
      return CompletableFuture.completedFuture(new Look.Leads(flight.leader(), key.text()));
    }

    private CompletionStage<Look> follows(Following following, CacheKey key) {
      return CompletableFuture.completedFuture(
          new Look.Follows(new Counted(following, tally), key.text()));
    }

    private Flight flight(CacheKey key, Finding finding) {
      return new Flight(
          config.largestAnswer(),
          (flight, whole) -> {
            if (whole != null && !finding.served) {
              keep(key, whole, finding.meaning);
            }
            flights.remove(key, flight);
          });
    }

    private void keep(CacheKey key, Flight.Whole whole, @Nullable Meaning meaning) {
      if (!policy.toolCalls() && StoredAnswer.callsTools(whole.bytes())) {
        return;
      }
      long now = clock.millis();
      StoredAnswer answer =
          new StoredAnswer(
              whole.status(),
              whole.contentType(),
              whole.bytes(),
              whole.bill(),
              now,
              now + policy.ttl().toMillis());
      if (shelf.put(place, key, answer, policy.mostBytes()) && meaning != null) {
        semantic.put(
            meaning.asked.kin(), place, new Asked(key, meaning.asked.text(), meaning.vector));
      }
    }

    /// Whoever came behind while we found out hears the answer too.
    private static void serve(Flight flight, StoredAnswer answer, Finding finding) {
      finding.served = true;
      Lead lead = flight.leader();
      lead.head(answer.status(), answer.contentType());
      lead.piece(answer.bytes());
      lead.finished(answer.bill());
    }

    private CompletionStage<Look> bySense(Flight flight, CacheKey key, Finding finding) {
      Optional<AskedText> asked = AskedText.of(question);
      if (asked.isEmpty()) {
        return leads(flight, key);
      }
      AskedText text = asked.get();
      return embedder
          .embed(question.tenant(), text.language(), text.text())
          .toCompletableFuture()
          .copy()
          .orTimeout(config.embedding().toMillis(), TimeUnit.MILLISECONDS)
          .thenApplyAsync(vector -> new Meaning(text, SemanticShelf.unit(vector)), beside)
          .<CompletionStage<Look>>handle(
              (found, failure) -> {
                if (failure != null) {
                  return leads(flight, key);
                }
                finding.meaning = found;
                return compare(flight, key, found, finding);
              })
          .thenCompose(look -> look);
    }

    private CompletionStage<Look> compare(
        Flight flight, CacheKey key, Meaning meaning, Finding finding) {
      Threshold threshold = tally.threshold;
      CacheKey kin = meaning.asked.kin();
      for (Candidate candidate : semantic.similar(kin, meaning.vector, threshold.value())) {
        Asked other = candidate.asked();
        StoredAnswer answer = shelf.find(place, other.key(), clock.millis());
        if (answer == null) {
          semantic.remove(kin, other.key());
        } else if (SameQuestion.differ(meaning.asked.text(), other.text()).isPresent()) {
          tally.refused.increment();
          threshold.refused();
        } else {
          threshold.given();
          serve(flight, answer, finding);
          return similar(answer, kin, candidate);
        }
      }
      return leads(flight, key);
    }

    private CompletionStage<Look> similar(StoredAnswer answer, CacheKey kin, Candidate candidate) {
      CacheKey key = candidate.asked().key();
      double similarity = Math.min(candidate.similarity(), Math.nextDown(1.0));
      recent.add(
          question.tenant(),
          call,
          new RecentHits.Given(kin, key, new SimilarHit(question.route(), similarity)));
      tally.similar.increment();
      tally.saved(answer.bill());
      return CompletableFuture.completedFuture(new Look.Hit(answer, key.text(), similarity));
    }
  }

  /// The question of a call that leads, by which its answer will be found.
  private record Meaning(AskedText asked, float[] vector) {}

  /// What was found out on the way to a lead. Written before the lead or its followers are told.
  private static final class Finding {
    private volatile @Nullable Meaning meaning;

    /// The answer came from the shelf and is not kept a second time.
    private volatile boolean served;
  }

  /// Counts what becomes of a follower.
  private record Counted(Following following, Tally tally) implements Following {
    @Override
    public void start(Executor loop, Follower follower) {
      following.start(loop, new CountedFollower(follower, tally));
    }

    @Override
    public void pause() {
      following.pause();
    }

    @Override
    public void resume() {
      following.resume();
    }

    @Override
    public void leave() {
      following.leave();
    }
  }

  private record CountedFollower(Follower follower, Tally tally) implements Follower {
    @Override
    public void head(int status, String contentType) {
      follower.head(status, contentType);
    }

    @Override
    public void piece(byte[] bytes) {
      follower.piece(bytes);
    }

    @Override
    public void end(Bill bill) {
      tally.shared.increment();
      tally.saved(bill);
      follower.end(bill);
    }

    @Override
    public void lead(Lead lead) {
      tally.misses.increment();
      follower.lead(lead);
    }

    @Override
    public void alone() {
      tally.misses.increment();
      follower.alone();
    }

    @Override
    public void failed(String why) {
      follower.failed(why);
    }
  }
}
