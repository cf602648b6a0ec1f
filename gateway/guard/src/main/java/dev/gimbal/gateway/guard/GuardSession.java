package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Entity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The guards at work on one call: what they found in its texts so far, the pseudonyms they gave,
/// and whether the call may go on. For one thread at a time.
public final class GuardSession {
  /// In front of the kind of what speaks for a text.
  static final String ALLOWED = "+";

  private static final String REMOVED = "[removed]";
  private static final Plan NOTHING = new Plan(List.of());

  private final GuardSet guards;
  private final Pseudonyms pseudonyms = new Pseudonyms();
  private final Map<Place, Tally[]> tallies = new EnumMap<>(Place.class);
  private @Nullable Refusal refusal;

  /// What a guard found in a place.
  private static final class Tally {
    private Map<String, Integer> found = Map.of();
    private boolean failed;
    private boolean unseen;

    void found(String kind) {
      if (found.isEmpty()) {
        found = new HashMap<>();
      }
      found.merge(kind, 1, Integer::sum);
    }
  }

  /// A guard that must be asked on a thread of its own.
  ///
  /// @param number its number in the plan of its place
  public record Slow(int number, GuardDeclaration guard, Place place) {
    /// Whether what it finds gives way.
    public boolean redacts() {
      return guard.action() == Action.REDACT;
    }
  }

  public GuardSession(GuardSet guards) {
    this.guards = guards;
  }

  /// Begins a text.
  ///
  /// @param fromModel whether a model says it, so that pseudonyms are put back
  /// @return null if nobody looks at it
  public @Nullable TextPass begin(Place place, boolean fromModel) {
    Plan plan = guards.plan(place);
    boolean restores = fromModel && !pseudonyms.isEmpty();
    if (plan == null && !restores) {
      return null;
    }
    Plan working = plan == null ? NOTHING : plan;
    tally(place, working);
    return new TextPass(this, place, working, restores ? pseudonyms : null);
  }

  /// The slow guards of a place.
  public List<Slow> slow(Place place) {
    Plan plan = guards.plan(place);
    if (plan == null || plan.slow().isEmpty()) {
      return List.of();
    }
    return plan.slow().stream().map(i -> new Slow(i, plan.guards().get(i), place)).toList();
  }

  /// Whether anybody looks at a place now.
  ///
  /// @param fromModel whether a model says it, so that pseudonyms are put back
  public boolean looksAt(Place place, boolean fromModel) {
    return guards.looksAt(place) || (fromModel && !pseudonyms.isEmpty());
  }

  /// Takes what a slow guard said of texts that were judged apart from it.
  public void apply(Slow slow, SlowVerdict said) {
    Plan plan = guards.plan(slow.place());
    if (plan == null) {
      return;
    }
    tally(slow.place(), plan);
    switch (said) {
      case SlowVerdict.Failed failed -> failed(slow.place(), plan, slow.number());
      case SlowVerdict.Judged judged ->
          judged.kinds().forEach(kind -> found(slow.place(), plan, slow.number(), kind));
    }
  }

  /// Says that something stands in a place that no guard of texts can read.
  public void unseen(Place place) {
    Plan plan = guards.plan(place);
    if (plan != null) {
      for (Tally each : tally(place, plan)) {
        each.unseen = true;
      }
    }
  }

  /// Says that a text of a place could not be judged by anybody.
  public void unjudged(Place place) {
    Plan plan = guards.plan(place);
    for (int i = 0; plan != null && i < plan.guards().size(); i++) {
      failed(place, plan, i);
    }
  }

  /// Why the call may not go on; null: it may.
  public @Nullable Refusal refusal() {
    return refusal;
  }

  /// What each guard said of each place that it has looked at.
  public List<Verdict> verdicts() {
    List<Verdict> verdicts = new ArrayList<>();
    tallies.forEach(
        (place, counted) -> {
          Plan plan = guards.plan(place);
          for (int i = 0; plan != null && i < counted.length; i++) {
            verdicts.add(verdict(plan.guards().get(i), place, counted[i]));
          }
        });
    return verdicts;
  }

  private static Verdict verdict(GuardDeclaration guard, Place place, Tally tally) {
    Verdict.Outcome outcome =
        tally.failed
            ? Verdict.Outcome.FAILED
            : !tally.found.isEmpty()
                ? Verdict.Outcome.FOUND
                : tally.unseen ? Verdict.Outcome.NOT_SCANNED : Verdict.Outcome.PASSED;
    return new Verdict(
        guard.name(), guard.rule().kind(), place, guard.action(), outcome, tally.found);
  }

  /// Whether a guard that flags found something.
  public boolean flagged() {
    return verdicts().stream()
        .anyMatch(v -> v.action() == Action.FLAG && v.outcome() == Verdict.Outcome.FOUND);
  }

  private Tally[] tally(Place place, Plan plan) {
    return tallies.computeIfAbsent(
        place,
        p -> {
          Tally[] made = new Tally[plan.guards().size()];
          java.util.Arrays.setAll(made, i -> new Tally());
          return made;
        });
  }

  void found(Place place, Plan plan, int number, String kind) {
    GuardDeclaration guard = plan.guards().get(number);
    tally(place, plan)[number].found(kind);
    if (guard.action() == Action.BLOCK && refusal == null) {
      refusal = new Refusal(guard.name(), place, List.of(kind), false);
    }
  }

  void failed(Place place, Plan plan, int number) {
    GuardDeclaration guard = plan.guards().get(number);
    tally(place, plan)[number].failed = true;
    if (guard.failsClosed() && guard.action().acts() && refusal == null) {
      refusal = new Refusal(guard.name(), place, List.of(), true);
    }
  }

  /// What stands in place of what a slow guard found.
  ///
  /// @param original that stands there
  public String instead(Slow slow, SlowVerdict.Replacement found, String original) {
    Plan plan = guards.plan(slow.place());
    String kind = found.kind();
    return plan == null || kind == null
        ? found.text()
        : instead(plan, slow.number(), kind, original);
  }

  /// What stands in place of a finding of a guard that redacts.
  String instead(Plan plan, int number, String kind, String original) {
    if (number == Pseudonyms.Restoring.GUARD) {
      String restored = pseudonyms.original(original);
      return restored == null ? original : restored;
    }
    if (plan.guards().get(number).rule() instanceof GuardRule.Pii pii && pii.pseudonyms()) {
      return pseudonyms.name(kind, original);
    }
    return Entity.of(kind).map(Entity::label).orElse(REMOVED);
  }
}
