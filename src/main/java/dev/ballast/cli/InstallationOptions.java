package dev.ballast.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which installation a command is about; for commands to mix in. */
final class InstallationOptions {
  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "The DynamicSchedulerPolicy, ours or crane's.")
  private Path policy = Path.of("");

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The BallastConfiguration; needed by the annotator, which must know Prometheus.")
  private @Nullable Path config;

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description = "How to reach the API server (default: $KUBECONFIG, or the pod's own account).")
  private @Nullable Path kubeconfig;

  Path policy() {
    return policy;
  }

  Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  Optional<Path> kubeconfig() {
    return Optional.ofNullable(kubeconfig);
  }
}
