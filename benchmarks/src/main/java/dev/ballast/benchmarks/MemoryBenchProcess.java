package dev.ballast.benchmarks;

import dev.ballast.e2e.Launcher;
import dev.ballast.e2e.Shell;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** {@code ballast serve --role extender} as a process that is measured. */
final class MemoryBenchProcess implements AutoCloseable {
  private static final long POLL_MILLIS = 10;
  private static final int CLOCK_TICKS = 100; // USER_HZ, the same on every Linux
  private static final Pattern HEAP_USED = Pattern.compile("\\bused (\\d+)K");
  private static final Pattern HEAP_TOTAL = Pattern.compile("\\btotal (\\d+)K");

  /** The moment at which something was reached. */
  record Reached(double seconds, double cpuSeconds, double rssMib) {}

  /** A heap after a full collection. */
  record Heap(double usedMib, double committedMib) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final int port;
  private final long startNanos;

  private MemoryBenchProcess(Process process, Path log, int port, long startNanos) {
    this.process = process;
    this.log = log;
    this.port = port;
    this.startNanos = startNanos;
  }

  /**
   * Starts the extender by the shipped launcher, with its archive of classes.
   *
   * @param flags of the JVM, besides those of the image
   * @param folder where its files go
   */
  static MemoryBenchProcess start(List<String> flags, Path folder, Path kubeconfig)
      throws IOException {
    Launcher.archive();
    int port = freePort();
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            apiVersion: scheduling.ballast.dev/v1alpha1
            kind: BallastConfiguration
            extender: {port: %d}
            operations: {address: 127.0.0.1, port: %d}
            """
                .formatted(freePort(), port));
    Path log = folder.resolve("ballast.log");
    var command = new ArrayList<>(List.of(Launcher.PROGRAM, "serve", "--role", "extender"));
    command.addAll(List.of("--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--config", config.toString()));
    command.addAll(List.of("--policy", Shell.ROOT.resolve("policy/default.yaml").toString()));
    long start = System.nanoTime();
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(Launcher.environment(String.join(" ", flags)));
    return new MemoryBenchProcess(builder.start(), log, port, start);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Waits until the verbose readiness list holds a text. */
  Reached await(String text, Duration limit) throws IOException, InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IOException("the extender has ended\n" + Files.readString(log));
      }
      if (page("/readyz?verbose").contains(text)) {
        return new Reached((System.nanoTime() - startNanos) / 1e9, cpuSeconds(), memory("VmRSS"));
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw new IOException(
        "no '%s' after %s s: %s%n%s"
            .formatted(text, limit.toSeconds(), page("/readyz?verbose"), Files.readString(log)));
  }

  private String page(String path) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // does not listen yet
    }
  }

  /** CPU that the process has used, in user mode and in the kernel. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / (double) CLOCK_TICKS;
  }

  /** A figure of /proc/PID/status, VmRSS or VmHWM. */
  double memory(String name) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith(name + ":"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .findFirst()
        .orElseThrow();
  }

  /** Collects all garbage and reads the heap. */
  Heap collect() throws IOException, InterruptedException {
    jcmd("GC.run");
    String heap = jcmd("GC.heap_info");
    return new Heap(sum(HEAP_USED, heap), sum(HEAP_TOTAL, heap));
  }

  private static double sum(Pattern pattern, String heap) {
    // Metaspace has lines of its own, which begin with its name.
    return heap.lines()
            .filter(line -> !line.contains("etaspace") && !line.contains("class space"))
            .flatMap(line -> pattern.matcher(line).results())
            .mapToLong(found -> Long.parseLong(found.group(1)))
            .sum()
        / 1024.0;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    var run =
        new ProcessBuilder(tool.toString(), String.valueOf(process.pid()), command)
            .redirectErrorStream(true)
            .start();
    String out = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (run.waitFor() != 0) {
      throw new IOException(command + ": " + out);
    }
    return out;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
