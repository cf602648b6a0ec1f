package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.surge.SurgeRule;

/// When a tenant is told of a surge.
///
/// @param keys whether each key is watched by itself
/// @param routes whether each route or model is
/// @param version 0: never declared
record SurgeSetting(boolean enabled, SurgeRule rule, boolean keys, boolean routes, long version) {
  static final SurgeSetting DEFAULT = new SurgeSetting(true, SurgeRule.DEFAULT, false, false, 0);
}
