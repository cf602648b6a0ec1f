package dev.gimbal.server;

import dev.gimbal.server.cli.CommandLineTree;

/// The process: one verb, then the end.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.exit(CommandLineTree.run(arguments, new UpVerb(), new BackupVerb(), new RestoreVerb()));
  }
}
