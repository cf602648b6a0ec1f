package dev.gimbal.knowledge.core.ingestion;

/// Hears of each named step of an ingestion as it ends. Tests throw here, as a crash would.
@FunctionalInterface
public interface Stages {

  /// Hears nothing.
  Stages NONE = stage -> {};

  /// @param stage as in `staged`, `acknowledged`, `parsed`, `embedded`, `indexed`, `ready`
  void reached(String stage);
}
