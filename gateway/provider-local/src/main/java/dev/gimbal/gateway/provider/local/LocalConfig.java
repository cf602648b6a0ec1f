package dev.gimbal.gateway.provider.local;

/// Models in this process.
///
/// @param threads texts embedded at once, for interactive and for bulk work each: 1 to 256
/// @param waitingTexts texts that may wait for a thread, each: 1 to 100,000
public record LocalConfig(int threads, int waitingTexts) {

  /// A thread a core.
  public static final LocalConfig DEFAULT =
      new LocalConfig(Math.min(256, Runtime.getRuntime().availableProcessors()), 4096);

  public LocalConfig {
    if (threads < 1 || threads > 256) {
      throw new IllegalArgumentException("threads must be 1 to 256, but is " + threads);
    }
    if (waitingTexts < 1 || waitingTexts > 100_000) {
      throw new IllegalArgumentException(
          "waiting-texts must be 1 to 100000, but is " + waitingTexts);
    }
  }
}
