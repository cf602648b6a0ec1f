package dev.gimbal.gateway.cache;

/// Why a call goes past the cache.
public enum Reason {
  /// It does not.
  NONE,
  /// The route's policy keeps nothing.
  OFF,
  /// The caller said `no-store`.
  ASKED,
  /// The body is too long to be compared.
  LARGE,
  /// The body is not JSON, too deep, or has a field twice.
  UNREADABLE,
  /// It asks for several answers.
  SEVERAL,
  /// It is sampled hotter than the policy lets.
  TEMPERATURE,
  /// The provider looks something up, runs something or goes on from something that it keeps.
  WORLD,
  /// Too many wait for the same answer already.
  CROWDED
}
