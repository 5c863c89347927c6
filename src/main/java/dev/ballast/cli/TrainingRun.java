package dev.ballast.cli;

import dev.ballast.http.LoopbackClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * A run of {@code lint} and {@code serve} that loads what real ones load: a list and a watch of
 * nodes and pods over TLS from a {@link TrainingApi}, a lease that it does not get, a Prometheus
 * that is not there, the calls of a kube-scheduler, readiness and metrics. A program of its own,
 * ended when that is done: {@link ArchiveCommand} starts it.
 */
final class TrainingRun {
  private static final long LIMIT_NANOS = 60_000_000_000L;
  private static final long POLL_MILLIS = 20;
  private static final int CALLS = 20;
  private static final int OK = 200;
  private static final byte[] NOTHING = {};

  private static final String POLICY =
      """
      apiVersion: scheduling.ballast.dev/v1alpha1
      kind: DynamicSchedulerPolicy
      spec:
        syncPolicy:
        - {name: cpu_usage_avg_5m, period: 3m}
        - {name: cpu_usage_max_avg_1h, period: 15m}
        - {name: mem_usage_avg_5m, period: 3m}
        predicate:
        - {name: cpu_usage_avg_5m, maxLimitPercent: 0.65}
        priority:
        - {name: cpu_usage_avg_5m, weight: 0.2}
        - {name: cpu_usage_max_avg_1h, weight: 0.3}
        - {name: mem_usage_avg_5m, weight: 0.2}
      """;

  private TrainingRun() {}

  /**
   * Runs it.
   *
   * @param args the folder with the key pair, where files can be written
   */
  public static void main(String[] args) {
    int code;
    try {
      run(Path.of(args[0]));
      code = ExitCode.OK;
    } catch (IOException | GeneralSecurityException | InterruptedException e) {
      System.err.println(e);
      code = ExitCode.SAYS_NO;
    }
    System.exit(code);
  }

  private static void run(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    int extender = freePort();
    int operations = freePort();
    var config =
        """
        apiVersion: scheduling.ballast.dev/v1alpha1
        kind: BallastConfiguration
        extender: {address: 127.0.0.1, port: %d}
        operations: {address: 127.0.0.1, port: %d}
        prometheus: {url: "http://127.0.0.1:%d"}
        """
            .formatted(extender, operations, freePort());
    try (var api = TrainingApi.start(folder)) {
      var kubeconfig = Files.writeString(folder.resolve("kubeconfig"), api.kubeconfig());
      var policy = Files.writeString(folder.resolve("policy.yaml"), POLICY).toString();
      Main.commandLine().execute("lint", policy);
      var command =
          new String[] {
            "serve",
            "--role=all",
            "--kubeconfig=" + kubeconfig,
            "--config=" + Files.writeString(folder.resolve("config.yaml"), config),
            "--policy=" + policy
          };
      var serve = new Thread(() -> Main.commandLine(command).execute(command), "serve");
      serve.setDaemon(true);
      serve.start();
      awaitReady(serve, operations);
      try (var client = new LoopbackClient(extender)) {
        for (int i = 0; i < CALLS; i++) {
          client.call("POST", "/v1/filter", TrainingObjects.extenderArguments());
          client.call("POST", "/v1/prioritize", TrainingObjects.extenderArguments());
        }
      }
      try (var client = new LoopbackClient(operations)) {
        client.call("GET", "/livez", NOTHING);
        client.call("GET", "/readyz?verbose", NOTHING);
        client.call("GET", "/metrics", NOTHING);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(Thread serve, int port) throws IOException, InterruptedException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!isReady(port)) {
      if (!serve.isAlive() || System.nanoTime() > end) {
        throw new IOException("serve is not ready");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private static boolean isReady(int port) {
    try (var client = new LoopbackClient(port)) {
      return client.call("GET", "/readyz", NOTHING) == OK;
    } catch (IOException e) { // not listening yet
      return false;
    }
  }
}
