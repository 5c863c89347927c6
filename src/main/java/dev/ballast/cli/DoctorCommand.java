package dev.ballast.cli;

import dev.ballast.cli.doctor.Doctor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ballast doctor}: looks at an installation from the user's seat, a line a finding. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Looks at an installation and says what is broken, and what to do.",
      "",
      "Policy and configuration; API server, rights and clocks; Prometheus, each query, which nodes its"
          + " series name, and how old samples are; annotations, their time zone and their writers;"
          + " the leader; with --scheduler-config how kube-scheduler calls Ballast; autoscalers that"
          + " would not know of it.",
      "",
      "It changes nothing. The extender is asked about a pod that does not exist."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:nothing is broken; there may be warnings",
      "1:something is broken",
      "2:wrong usage, or a file that cannot be read"
    })
final class DoctorCommand implements Callable<Integer> {
  enum Output {
    text,
    json
  }

  @Spec private @Nullable CommandSpec spec;

  @Mixin private InstallationOptions installation = new InstallationOptions();

  @Option(
      names = "--role",
      defaultValue = "all",
      description =
          "Whose rights to look at: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private ServeCommand.Role role = ServeCommand.Role.ALL;

  @Option(
      names = "--scheduler-config",
      paramLabel = "FILE",
      description = "The KubeSchedulerConfiguration of the scheduler that calls Ballast.")
  private @Nullable Path schedulerConfig;

  @Option(
      names = "--extender",
      paramLabel = "URL",
      description =
          "Where to call the extender instead of the urlPrefix in --scheduler-config, as"
              + " http://127.0.0.1:9443/v1.")
  private @Nullable String extender;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
  private Output output = Output.text;

  @Override
  public Integer call() throws InterruptedException {
    var line = Objects.requireNonNull(spec, "picocli sets it").commandLine();
    try {
      var report =
          Doctor.examine(
              new Doctor.Options(
                  installation.policy(),
                  installation.config(),
                  installation.kubeconfig(),
                  role.answers(),
                  role.annotates(),
                  Optional.ofNullable(schedulerConfig),
                  Optional.ofNullable(extender)));
      line.getOut().print(output == Output.json ? report.json() : report.text());
      line.getOut().flush();
      return report.isBroken() ? ExitCode.SAYS_NO : ExitCode.OK;
    } catch (IOException | IllegalArgumentException e) {
      line.getErr().println("ballast doctor: " + e.getMessage());
      line.getErr().flush();
      return ExitCode.USAGE;
    }
  }
}
