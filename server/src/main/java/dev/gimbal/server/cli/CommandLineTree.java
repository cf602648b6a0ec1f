package dev.gimbal.server.cli;

import dev.gimbal.platform.errors.GimbalException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The verbs, by task.
public final class CommandLineTree {
  private CommandLineTree() {}

  @Command(
      name = "gimbal",
      description = "A self-hosted server for AI applications.",
      synopsisSubcommandLabel = "VERB",
      footer = {
        "",
        "From a source tree also: test, bench, dist; on every system: doctor.",
        "A verb talks to the server on the data directory, or to GIMBAL_URL with GIMBAL_KEY."
      })
  static final class Root implements Callable<Integer> {
    @CommandLine.Spec CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
      if (spec != null) {
        spec.commandLine().usage(System.out);
      }
      return Exit.USAGE;
    }
  }

  @Command(
      name = "eval",
      description = "Measures retrieval or answers on your own cases.",
      subcommands = {EvalRetrievalVerb.class, EvalAnswersVerb.class})
  static final class Eval implements Callable<Integer> {
    @CommandLine.Spec CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public Integer call() {
      if (spec != null) {
        spec.commandLine().usage(System.err);
      }
      return Exit.USAGE;
    }
  }

  /// Runs one verb.
  ///
  /// @param local verbs that work on this machine and that the caller brings
  /// @return the exit code
  public static int run(String[] arguments, Object... local) {
    CommandLine tree = new CommandLine(new Root());
    for (Object verb : local) {
      tree.addSubcommand(verb);
    }
    tree.addSubcommand(new DownVerb())
        .addSubcommand(new StatusVerb())
        .addSubcommand(new IngestVerb())
        .addSubcommand(new SearchVerb())
        .addSubcommand(new AskVerb())
        .addSubcommand(new ChatVerb())
        .addSubcommand(new KeysVerb())
        .addSubcommand(new Eval())
        .addSubcommand(new CommandLine.HelpCommand());
    tree.setUsageHelpAutoWidth(true);
    tree.setCaseInsensitiveEnumValuesAllowed(true);
    for (CommandLine verb : tree.getSubcommands().values()) {
      verb.getCommandSpec().mixinStandardHelpOptions(true);
      for (CommandLine below : verb.getSubcommands().values()) {
        below.getCommandSpec().mixinStandardHelpOptions(true);
      }
    }
    tree.setExecutionExceptionHandler((failure, verb, parsed) -> unforeseen(failure));
    return tree.execute(arguments);
  }

  /// What no verb foresaw: the person reads one line, the log keeps the rest.
  private static int unforeseen(Exception failure) {
    boolean explained =
        failure instanceof GimbalException || failure instanceof IllegalArgumentException;
    if (!explained) {
      LoggerFactory.getLogger(CommandLineTree.class).error("unforeseen", failure);
    }
    String message = String.valueOf(failure.getMessage()).lines().collect(Collectors.joining(" "));
    String line = explained ? message : failure.getClass().getSimpleName() + ": " + message;
    new PrintStream(System.err, true, StandardCharsets.UTF_8).println("gimbal: " + line);
    return Exit.FAILED;
  }
}
