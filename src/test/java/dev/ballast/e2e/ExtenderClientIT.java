package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * Runs the tests of {@code deploy/local/extenderclient}: kube-scheduler's own client against one
 * Ballast that knows its nodes and one whose API server is away. The tests write the nodes and
 * their annotations; here the reading of annotations is what is tested.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ExtenderClientIT {
  private static final Path MODULE = Shell.ROOT.resolve("deploy/local");
  private static final Path POLICY = MODULE.resolve("extenderclient/testdata/policy.yaml");
  private static final Duration COLD = Duration.ofMinutes(15); // compiles kube-scheduler if need be
  private static final Pattern LISTENS = Pattern.compile("Extender at http://(\\S+)/v1");

  private LocalCluster cluster;
  private BallastProcess ballast;
  private Unsynced unsynced;

  @BeforeAll
  void startEverything() throws IOException {
    cluster = LocalCluster.up("--nodes", "0", "--no-scheduler", "--no-prometheus");
    var account = cluster.kubeconfigOf("ballast-extender");
    ballast = BallastProcess.serve(cluster, "extender", account, "", POLICY);
    unsynced = Unsynced.start(cluster, account);
  }

  @AfterAll
  void stopEverything() {
    Closing.all(unsynced, ballast, cluster);
  }

  @Test
  void goTests_againstBallast_allRunAndPass() {
    var result =
        Shell.run(
            MODULE,
            Map.of(
                "CGO_ENABLED",
                "0", // as in deploy/local/build, so that what it compiled is used
                "GOWORK",
                "off",
                "BALLAST_TEST_KUBECONFIG",
                cluster.kubeconfig().toString(),
                "BALLAST_TEST_ADDRESS",
                "127.0.0.1:" + cluster.extenderPort(),
                "BALLAST_TEST_PID",
                String.valueOf(ballastPid()),
                "BALLAST_TEST_UNSYNCED_ADDRESS",
                unsynced.address()),
            COLD,
            List.of("go", "test", "-trimpath", "-count=1", "-v", "./extenderclient"));
    String told =
        String.join("\n", result.out(), result.err(), ballast.log(), "unsynced:", unsynced.log());

    var outcomes =
        result.out().lines().map(String::strip).filter(l -> l.startsWith("--- ")).toList();
    assertThat(result.exitCode()).as(told).isZero();
    assertThat(outcomes).as(told).hasSizeGreaterThan(50).allMatch(l -> l.startsWith("--- PASS"));
    for (String reason : List.of("internal_error", "not_synced")) {
      assertThat(ballast.metric("ballast_extender_fail_open_total", "reason=\"" + reason + "\""))
          .as(told)
          .isZero();
    }
    assertThat(ballast.metric("ballast_extender_bad_requests_total", "malformed"))
        .as(told)
        .isZero();
  }

  /** The pid of {@link #ballast}: the child of ours with its configuration. */
  private long ballastPid() {
    return ProcessHandle.current()
        .children()
        .filter(
            child ->
                child.info().commandLine().orElse("").contains(cluster.folder() + "/extender-"))
        .mapToLong(ProcessHandle::pid)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the extender is no child of this process"));
  }

  /** An extender that never gets ready, as nobody listens where its API server should be. */
  private record Unsynced(Process process, Path logFile) implements AutoCloseable {
    static Unsynced start(LocalCluster cluster, Path account) throws IOException {
      var kubeconfig =
          Setup.file(
              cluster,
              "unsynced-kubeconfig",
              Files.readString(account)
                  .replaceAll("https://127.0.0.1:\\d+", "https://127.0.0.1:1"));
      var configuration =
          Setup.file(
              cluster,
              "unsynced",
              """
              apiVersion: scheduling.ballast.dev/v1alpha1
              kind: BallastConfiguration
              extender: {port: 0}
              operations: {address: 127.0.0.1, port: 0}
              """);
      var log = cluster.folder().resolve("log/ballast-unsynced.log");
      var command = new ArrayList<String>();
      command.addAll(
          List.of(
              Launcher.PROGRAM,
              "serve",
              "--role",
              "extender",
              "--kubeconfig",
              kubeconfig.toString()));
      command.addAll(List.of("--config", configuration.toString(), "--policy", POLICY.toString()));
      var builder =
          new ProcessBuilder(command)
              .directory(Shell.ROOT.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(Launcher.environment("-Xmx256m"));
      return new Unsynced(builder.start(), log);
    }

    /** Where it listens, as soon as it does. */
    String address() {
      Await.until(
          "the unsynced extender listens",
          Duration.ofSeconds(60),
          () -> LISTENS.matcher(log()).find() || !process.isAlive());
      var listens = LISTENS.matcher(log());
      assertThat(listens.find()).as(log()).isTrue();
      return listens.group(1);
    }

    String log() {
      try {
        return Files.readString(logFile);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}
