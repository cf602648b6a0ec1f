package dev.gimbal.gateway.guard;

/// Hears what matchers find.
interface Findings {
  /// @param guard the number of the guard in its plan
  /// @param kind what it is: an entity's id, a rule's name, a topic
  /// @param more whether it goes on with what the same matcher found just before
  void found(int start, int end, int guard, String kind, boolean more);
}
