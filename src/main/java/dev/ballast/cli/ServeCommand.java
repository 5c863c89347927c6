package dev.ballast.cli;

import dev.ballast.config.ConfigLoader;
import dev.ballast.config.Problem;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast serve}: runs the extender, the annotator or both until it is told to stop. */
@Command(
    name = "serve",
    description = "Run the scheduler extender, the node annotator, or both.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 stopped by a signal, 1 could not start, 2 usage, policy or configuration."
    })
final class ServeCommand implements Callable<Integer> {
  /** What a process does. */
  enum Role {
    /** Extender and annotator in one process. */
    ALL,
    EXTENDER,
    ANNOTATOR;

    boolean answers() {
      return this != ANNOTATOR;
    }

    boolean annotates() {
      return this != EXTENDER;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--role",
      defaultValue = "all",
      description = "What to run: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Role role = Role.ALL;

  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Override
  public Integer call() throws InterruptedException {
    var err = java.util.Objects.requireNonNull(spec).commandLine().getErr();
    var checked =
        role.annotates()
            ? ConfigLoader.loadForAnnotator(installation.config(), installation.policy())
            : ConfigLoader.load(installation.config(), installation.policy());
    for (Problem problem : checked.problems()) {
      err.println(problem);
    }
    if (checked.value().isEmpty()) {
      err.println("ballast serve: not started because of the errors above.");
      return ExitCode.USAGE;
    }
    var loaded = checked.value().get();
    Server server;
    try {
      server = new Server(role, loaded, installation.kubeconfig());
    } catch (IllegalArgumentException e) {
      err.println("ballast serve: " + e.getMessage());
      return ExitCode.USAGE;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(server::close, "shutdown"));
    try {
      server.start();
    } catch (RuntimeException e) {
      err.println("ballast serve: " + Server.reasonOf(e));
      return ExitCode.SAYS_NO;
    }
    new CountDownLatch(1).await(); // until a signal
    return ExitCode.OK;
  }
}
