package dev.gimbal.gateway.routing;

import org.jspecify.annotations.Nullable;

/// What keeps a caller on one target of a weighted route, for as long as that target can be called.
///
/// @param tag name of the tag (`x-gimbal-tag-NAME`), for [By#HEADER]; null otherwise
public record Sticky(By by, @Nullable String tag) {
  private static final int LONGEST_TAG = 100;

  public Sticky {
    if ((by == By.HEADER) != (tag != null)) {
      throw new InvalidRouteException("sticky.name", "names the tag if and only if by is header");
    }
    if (tag != null && (tag.isEmpty() || tag.length() > LONGEST_TAG)) {
      throw new InvalidRouteException("sticky.name", "must have 1 to 100 characters");
    }
  }

  /// What is held on to.
  public enum By {
    KEY,
    USER,
    HEADER
  }

  /// The value of a call; null if it has none, and then it is not held.
  @Nullable String value(CallFacts facts) {
    return switch (by) {
      case KEY -> facts.caller().key();
      case USER -> facts.caller().user();
      case HEADER -> facts.tags().get(String.valueOf(tag));
    };
  }
}
