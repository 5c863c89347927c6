package dev.ballast.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: {@code java -jar ballast.jar COMMAND}. */
@Command(
    name = "ballast",
    description = "Load-aware scheduling for Kubernetes.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("serve", ServeCommand.class);
    COMMANDS.put("lint", LintCommand.class);
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("why", WhyCommand.class);
    COMMANDS.put("top", TopCommand.class);
    COMMANDS.put("allocate", AllocateCommand.class);
    COMMANDS.put("archive", ArchiveCommand.class);
  }

  private Main() {}

  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /**
   * The command line that these arguments need: with one command when they begin with its name,
   * since each costs a start some time, else with all.
   */
  static CommandLine commandLine(String... args) {
    var line = new CommandLine(new Main());
    boolean one = args.length > 0 && COMMANDS.containsKey(args[0]);
    COMMANDS.forEach(
        (name, type) -> {
          if (!one || name.equals(args[0])) {
            line.addSubcommand(name, type);
          }
        });
    return line.setCaseInsensitiveEnumValuesAllowed(true);
  }
}
