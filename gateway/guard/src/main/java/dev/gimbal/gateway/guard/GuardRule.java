package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Entity;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a guard looks for. Each is checked when it is made; a message begins with the name of the
/// setting that is wrong and a colon.
public sealed interface GuardRule {
  /// Phrases a list may hold.
  int MOST_PHRASES = 10_000;

  /// Characters a phrase may have.
  int LONGEST_PHRASE = 200;

  /// Its name in declarations.
  String kind();

  /// Personal data.
  ///
  /// @param pseudonyms whether redaction puts `<PERSON_1>` for a label, and the answer gets back
  ///     what stood there
  /// @param model asked for names and addresses beside the lists; null: lists and patterns alone
  record Pii(Set<Entity> entities, boolean pseudonyms, @Nullable String model)
      implements GuardRule {
    public Pii {
      entities = Set.copyOf(entities);
      require(!entities.isEmpty(), "entities", "must name at least one");
      require(!entities.contains(Entity.SECRET), "entities", "secrets are a kind of their own");
      boolean named = entities.contains(Entity.PERSON) || entities.contains(Entity.ADDRESS);
      require(model == null || named, "model", "finds person and address: name one in entities");
      boolean fits = model == null || (!model.isBlank() && model.length() <= LONGEST_PHRASE);
      require(fits, "model", "must have 1 to " + LONGEST_PHRASE + " characters");
    }

    /// Without a model.
    public Pii(Set<Entity> entities, boolean pseudonyms) {
      this(entities, pseudonyms, null);
    }

    @Override
    public String kind() {
      return "pii";
    }
  }

  /// Keys, tokens, passwords.
  record Secrets() implements GuardRule {
    @Override
    public String kind() {
      return "secrets";
    }
  }

  /// Words and phrases, however they are written: case, width, invisible and look-alike characters
  /// do not count.
  record Deny(List<String> phrases) implements GuardRule {
    public Deny {
      phrases = listed("phrases", phrases);
      require(!phrases.isEmpty(), "phrases", "must hold at least one");
    }

    @Override
    public String kind() {
      return "deny";
    }
  }

  /// Topics by the words that speak of them. A text is found if it speaks of a denied one, or, with
  /// allowed ones, of none of them.
  ///
  /// @param classifier scores a text of a denied topic; null: words alone
  /// @param threshold from which score on
  record Topic(
      Map<String, List<String>> denied,
      Map<String, List<String>> allowed,
      @Nullable String classifier,
      double threshold)
      implements GuardRule {
    public Topic {
      denied = Map.copyOf(denied);
      allowed = Map.copyOf(allowed);
      denied.forEach((topic, words) -> listed("denied." + topic, words));
      allowed.forEach((topic, words) -> listed("allowed." + topic, words));
      boolean any = !denied.isEmpty() || !allowed.isEmpty() || classifier != null;
      require(any, "denied", "a topic, denied or allowed, or a classifier is needed");
      share("threshold", threshold);
    }

    @Override
    public String kind() {
      return "topic";
    }
  }

  /// Texts longer than so many characters.
  record Length(int mostCharacters) implements GuardRule {
    public Length {
      boolean fits = mostCharacters >= 1 && mostCharacters <= 100_000_000;
      require(fits, "most_characters", "must be 1 to 100000000");
    }

    @Override
    public String kind() {
      return "length";
    }
  }

  /// Texts in other languages than these, of ISO 639-1. Short texts pass.
  record Language(Set<String> allowed) implements GuardRule {
    public Language {
      allowed = Set.copyOf(allowed);
      require(!allowed.isEmpty(), "allowed", "must name at least one language");
      for (String language : allowed) {
        require(language.length() == 2, "allowed", language + " is no code of two letters");
      }
    }

    @Override
    public String kind() {
      return "language";
    }
  }

  /// Texts that are not JSON of a schema.
  ///
  /// @param schema a JSON Schema as JSON text
  record JsonSchema(String schema) implements GuardRule {
    public JsonSchema {
      require(schema.length() <= 200_000, "schema", "is longer than 200000 characters");
    }

    @Override
    public String kind() {
      return "json_schema";
    }
  }

  /// Attempts to take a model over.
  ///
  /// @param classifier asked beside the rules; null: rules alone
  /// @param threshold from which score on
  record Injection(@Nullable String classifier, double threshold) implements GuardRule {
    public Injection {
      share("threshold", threshold);
    }

    @Override
    public String kind() {
      return "injection";
    }
  }

  /// Asks another server; see [HttpJudge].
  record Http(String url) implements GuardRule {
    public Http {
      boolean web = url.startsWith("https://") || url.startsWith("http://");
      require(web && url.length() <= 2_000, "url", "must be an http or https address");
    }

    @Override
    public String kind() {
      return "http";
    }
  }

  private static List<String> listed(String field, List<String> phrases) {
    require(phrases.size() <= MOST_PHRASES, field, "holds more than " + MOST_PHRASES);
    for (String phrase : phrases) {
      boolean fits = !phrase.isBlank() && phrase.length() <= LONGEST_PHRASE;
      require(fits, field, "each must have 1 to " + LONGEST_PHRASE + " characters");
      require(!Folding.fold(phrase).isEmpty(), field, "one has nothing but invisible characters");
    }
    return List.copyOf(phrases);
  }

  private static void share(String field, double threshold) {
    require(threshold >= 0 && threshold <= 1, field, "must be 0 to 1");
  }

  private static void require(boolean holds, String field, String message) {
    if (!holds) {
      throw new IllegalArgumentException(field + ": " + message);
    }
  }
}
