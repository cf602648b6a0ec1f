package dev.gimbal.gateway.routing;

/// What a call may ask of a model beyond text.
public enum Capability {
  TOOLS,
  IMAGES,
  AUDIO,
  FILES,
  /// An answer bound to a JSON schema or to JSON at all.
  STRUCTURED
}
