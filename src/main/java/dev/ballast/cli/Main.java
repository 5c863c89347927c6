package dev.ballast.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: {@code java -jar ballast.jar COMMAND}. */
@Command(
    name = "ballast",
    description = "Load-aware scheduling for Kubernetes.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ServeCommand.class,
      LintCommand.class,
      DemoCommand.class,
      DoctorCommand.class,
      WhyCommand.class,
      TopCommand.class,
      ArchiveCommand.class
    })
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line with all commands. */
  static CommandLine commandLine() {
    return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
  }
}
