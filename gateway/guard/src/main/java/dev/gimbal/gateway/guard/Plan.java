package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Entity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The guards that look at one place, made ready: what several look for is looked for once.
/// Immutable; thread-safe.
final class Plan {
  private final List<GuardDeclaration> guards;
  private final List<Kept> matchers = new ArrayList<>();
  private final List<Integer> wholes = new ArrayList<>();
  private final List<Integer> slow = new ArrayList<>();
  private final boolean holdsWhole;
  private final boolean acts;

  /// @param acts whether a text waits for it
  private record Kept(Supplier<Matcher> make, boolean acts) {}

  /// A matcher at work.
  record Working(Matcher matcher, boolean acts) {}

  Plan(List<GuardDeclaration> guards) {
    this.guards = List.copyOf(guards);
    this.acts = guards.stream().anyMatch(guard -> guard.action().acts());
    Map<Entity, int[]> entities = new EnumMap<>(Entity.class);
    List<Map.Entry<String, Integer>> phrases = new ArrayList<>();
    List<String> kinds = new ArrayList<>();
    List<Integer> owners = new ArrayList<>();
    for (int i = 0; i < guards.size(); i++) {
      int guard = i;
      boolean acts = guards.get(i).action().acts();
      switch (guards.get(i).rule()) {
        case GuardRule.Pii pii -> {
          pii.entities().forEach(e -> add(entities, e, guard));
          if (pii.model() != null) {
            slow.add(i);
          }
        }
        case GuardRule.Secrets secrets -> add(entities, Entity.SECRET, guard);
        case GuardRule.Deny deny -> list(phrases, kinds, owners, deny.phrases(), "phrase", i);
        case GuardRule.Topic topic -> {
          topic.denied().forEach((name, words) -> list(phrases, kinds, owners, words, name, guard));
          topic
              .allowed()
              .forEach(
                  (name, words) ->
                      list(phrases, kinds, owners, words, GuardSession.ALLOWED + name, guard));
          (topic.classifier() == null ? wholes : slow).add(i);
        }
        case GuardRule.Length length ->
            matchers.add(new Kept(() -> new LengthMatcher(guard, length.mostCharacters()), acts));
        case GuardRule.Language language -> wholes.add(i);
        case GuardRule.JsonSchema schema -> slow.add(i);
        case GuardRule.Injection injection -> {
          matchers.add(new Kept(() -> new InjectionMatcher(guard), acts));
          list(phrases, kinds, owners, InjectionWords.FAKE_ROLES, "fake_role", i);
          if (injection.classifier() != null) {
            slow.add(i);
          }
        }
        case GuardRule.Http http -> slow.add(i);
      }
    }
    if (!entities.isEmpty()) {
      boolean acts = entities.values().stream().anyMatch(this::anyActs);
      matchers.add(new Kept(() -> new SensitiveMatcher(entities), acts));
    }
    if (!phrases.isEmpty()) {
      PhraseList list = new PhraseList(phrases);
      int[] whose = owners.stream().mapToInt(Integer::intValue).toArray();
      List<String> named = List.copyOf(kinds);
      matchers.add(new Kept(() -> new PhraseMatcher(list, named, whose), anyActs(whose)));
    }
    holdsWhole = wholes.stream().anyMatch(this::holds) || slow.stream().anyMatch(this::holds);
  }

  /// A text of which no more than its words matter is held no longer than for them.
  private boolean holds(int guard) {
    boolean words =
        guards.get(guard).rule() instanceof GuardRule.Topic topic
            && topic.allowed().isEmpty()
            && topic.classifier() == null;
    return !words && guards.get(guard).action().acts();
  }

  private boolean anyActs(int[] whose) {
    for (int guard : whose) {
      if (guards.get(guard).action().acts()) {
        return true;
      }
    }
    return false;
  }

  private static void add(Map<Entity, int[]> entities, Entity entity, int guard) {
    entities.merge(
        entity,
        new int[] {guard},
        (a, b) -> {
          int[] both = java.util.Arrays.copyOf(a, a.length + 1);
          both[a.length] = b[0];
          return both;
        });
  }

  private static void list(
      List<Map.Entry<String, Integer>> phrases,
      List<String> kinds,
      List<Integer> owners,
      List<String> words,
      String kind,
      int guard) {
    words.forEach(word -> phrases.add(Map.entry(word, kinds.size())));
    kinds.add(kind);
    owners.add(guard);
  }

  List<GuardDeclaration> guards() {
    return guards;
  }

  /// Matchers for one text.
  ///
  /// @param pseudonyms to be put back; null: none
  List<Working> work(@Nullable Pseudonyms pseudonyms) {
    List<Working> working = new ArrayList<>(matchers.size() + 1);
    matchers.forEach(kept -> working.add(new Working(kept.make.get(), kept.acts)));
    if (pseudonyms != null) {
      working.add(new Working(pseudonyms.new Restoring(), true));
    }
    return working;
  }

  /// Guards that judge a whole text at once, by number.
  List<Integer> wholes() {
    return wholes;
  }

  /// Guards that take longer than a loop may be held up, by number.
  List<Integer> slow() {
    return slow;
  }

  /// Whether a guard does more than to say what it found.
  boolean acts() {
    return acts;
  }

  /// Whether nothing of a text may go on before all of it is there.
  boolean holdsWhole() {
    return holdsWhole;
  }
}
