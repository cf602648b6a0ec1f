package dev.gimbal.server;

/// Which Gimbal this is.
final class Version {
  private Version() {}

  /// From the jar's manifest; `development` outside a jar.
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
