package dev.gimbal.server.cli;

/// Exit codes of the command line.
final class Exit {
  static final int DONE = 0;

  /// The thing asked for failed or did not hold.
  static final int FAILED = 1;

  static final int USAGE = 2;

  static final int UNREACHABLE = 3;

  private Exit() {}
}
