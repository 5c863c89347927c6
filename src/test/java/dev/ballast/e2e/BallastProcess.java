package dev.ballast.e2e;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code ballast serve} of the built jar, as a process that can be killed, frozen and started
 * again.
 */
public final class BallastProcess implements AutoCloseable {
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final List<String> command;
  private final String javaOptions;
  private final int operationsPort;
  private final Path log;
  private @Nullable Process process;

  private BallastProcess(List<String> command, String javaOptions, int operationsPort, Path log) {
    this.command = command;
    this.javaOptions = javaOptions;
    this.operationsPort = operationsPort;
    this.log = log;
  }

  /**
   * Starts a process with a role and waits until it is ready.
   *
   * @param configuration further sections; without one of the extender, that is on the cluster's
   *     port
   */
  static BallastProcess serve(
      LocalCluster cluster, String role, Path kubeconfig, String configuration, Path policy) {
    return serve(cluster, role, kubeconfig, configuration, policy, List.of());
  }

  /**
   * Starts a process with a role and waits until it is ready.
   *
   * @param options of the JVM, after the ones that all have
   */
  public static BallastProcess serve(
      LocalCluster cluster,
      String role,
      Path kubeconfig,
      String configuration,
      Path policy,
      List<String> options) {
    return serve(cluster, role, kubeconfig, configuration, policy, options, "");
  }

  /**
   * Starts a process with a role and waits until it is ready.
   *
   * @param options of the JVM, after the ones that all have
   * @param extender further settings of the extender, after a comma
   */
  static BallastProcess serve(
      LocalCluster cluster,
      String role,
      Path kubeconfig,
      String configuration,
      Path policy,
      List<String> options,
      String extender) {
    try {
      int port = freePort();
      String text =
          "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n"
              + (configuration.contains("extender:")
                  ? ""
                  : "extender: {port: " + cluster.extenderPort() + extender + "}\n")
              + "operations: {address: 127.0.0.1, port: "
              + port
              + "}\n"
              + configuration;
      Path file = Files.createTempFile(cluster.folder(), role + "-", ".yaml");
      Files.writeString(file, text);
      var command =
          List.of(
              Launcher.PROGRAM,
              "serve",
              "--role",
              role,
              "--kubeconfig",
              kubeconfig.toString(),
              "--config",
              file.toString(),
              "--policy",
              policy.toString());
      Launcher.archive();
      var ballast =
          new BallastProcess(
              command,
              javaOptions(options),
              port,
              cluster.folder().resolve("log/ballast-" + port + ".log"));
      ballast.start();
      ballast.awaitReady();
      return ballast;
    } catch (IOException e) {
      throw new AssertionError("serve", e);
    }
  }

  private static String javaOptions(List<String> more) {
    return Stream.concat(Stream.of("-Xmx256m"), more.stream()).collect(Collectors.joining(" "));
  }

  /** Runs a command of the jar to its end, as an administrator. */
  static Shell.Result run(LocalCluster cluster, String command, Path policy) {
    return Shell.run(
        Shell.ROOT,
        Launcher.environment(""),
        Duration.ofMinutes(1),
        List.of(
            Launcher.PROGRAM,
            command,
            "--policy",
            policy.toString(),
            "--kubeconfig",
            cluster.kubeconfig().toString()));
  }

  /** Starts the process, again with the same arguments after it ended. */
  void start() {
    try {
      var builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(Launcher.environment(javaOptions));
      process = builder.start();
    } catch (IOException e) {
      throw new AssertionError("java cannot be started", e);
    }
  }

  void awaitReady() {
    Await.until(
        "ready: " + command + "\n" + log(),
        Duration.ofMinutes(1),
        () -> {
          if (!running().isAlive()) {
            throw new AssertionError("ended with " + running().exitValue() + "\n" + log());
          }
          return status("/readyz") == 200;
        });
  }

  /** Whether its operations port answers. */
  boolean answers() {
    return status("/livez") == 200;
  }

  /** What it has logged. */
  public String log() {
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Where its operations are. */
  public String url() {
    return "http://127.0.0.1:" + operationsPort;
  }

  /** The body of an operations page. */
  public String page(String path) {
    try {
      return http.send(request(path), HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Its metrics, as they are now. */
  Samples metrics() {
    return new Samples(page("/metrics"));
  }

  /** The sum of a metric's values over all labels that contain a text. */
  public double metric(String name, String labels) {
    return metrics().sum(name, labels);
  }

  /**
   * Metrics of one moment.
   *
   * @param text in the text format of Prometheus
   */
  record Samples(String text) {
    /** The sum of a metric's values over all labels that contain a text. */
    double sum(String name, String labels) {
      return text.lines()
          .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
          .filter(line -> line.contains(labels))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** Ends the process at once, as a crash would. */
  void kill() {
    running().destroyForcibly();
    awaitEnd();
  }

  /** Stops the process's clock and threads; the kernel still accepts connections for it. */
  void freeze() {
    signal("STOP");
  }

  void thaw() {
    signal("CONT");
  }

  private void signal(String name) {
    Shell.run(
            Shell.ROOT,
            Map.of(),
            Duration.ofSeconds(5),
            List.of("kill", "-" + name, String.valueOf(running().pid())))
        .orFail("kill -" + name);
  }

  private Process running() {
    var running = process;
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  public long pid() {
    return running().pid();
  }

  private void awaitEnd() {
    try {
      if (!running().waitFor(10, TimeUnit.SECONDS)) {
        throw new AssertionError("does not end\n" + log());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private int status(String path) {
    try {
      return http.send(request(path), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + operationsPort + path))
        .timeout(Duration.ofSeconds(5))
        .build();
  }

  /** A port that nobody listens on. */
  static int anyPort() {
    try {
      return freePort();
    } catch (IOException e) {
      throw new AssertionError("no port", e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    stop();
  }

  /** Ends the process as a kubelet would: SIGTERM, then SIGKILL. */
  void stop() {
    var running = process;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(10, TimeUnit.SECONDS)) {
        running.destroyForcibly();
        awaitEnd();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
