package dev.gimbal.gateway.guard;

/// A small model that scores a text, for guards that name it. Thread-safe, pure, in time linear in
/// the text; it is asked on a pool of threads, never on an event loop.
public interface TextClassifier {

  /// The slug by which declarations name it: `injection`.
  String name();

  /// From 0 (harmless) to 1, calibrated.
  double score(String text);
}
