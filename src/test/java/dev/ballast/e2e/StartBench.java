package dev.ballast.e2e;

import dev.ballast.http.LoopbackClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * From start to ready of {@code serve --role extender}, with CPU time, and the time of calls of 500
 * names from then on, by options of the JVM. Not a test; prints medians of interleaved rounds.
 */
final class StartBench {
  private static final int NAMES = 500;
  private static final int FIRST = 100;
  private static final int EARLY = 1_000;
  private static final int LATE = 10_000;

  private final LocalCluster cluster;
  private final Path kubeconfig;
  private final byte[] body;

  private StartBench(LocalCluster cluster) throws IOException {
    this.cluster = cluster;
    kubeconfig = cluster.kubeconfigOf("ballast-extender");
    var names =
        cluster.admin().nodes().list().getItems().stream()
            .limit(NAMES)
            .map(node -> "\"" + node.getMetadata().getName() + "\"")
            .collect(Collectors.joining(","));
    var payload = Files.readString(Path.of("src/test/resources/payloads/filter-names-500.json"));
    int list = payload.indexOf("\"NodeNames\":[");
    body =
        (payload.substring(0, list) + "\"NodeNames\":[" + names + "]}")
            .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Arguments: rounds, nodes, calls at the end (0 for none), then {@code name=COMMAND}, where the
   * words of the command stand before {@code serve ...}: {@code plain=java -jar
   * target/ballast.jar}.
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    int calls = Integer.parseInt(arguments[2]);
    var commands = new LinkedHashMap<String, List<String>>();
    for (var argument : Arrays.asList(arguments).subList(3, arguments.length)) {
      int equals = argument.indexOf('=');
      commands.put(
          argument.substring(0, equals), List.of(argument.substring(equals + 1).split(" +")));
    }
    try (var cluster =
        LocalCluster.up("--nodes", arguments[1], "--no-prometheus", "--no-scheduler")) {
      var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      var command = new ArrayList<>(List.of("annotate", "nodes", "--all"));
      for (var metric : List.of("avg_5m", "max_avg_1h", "max_avg_1d")) {
        command.add("cpu_usage_" + metric + "=0.4," + now);
        command.add("mem_usage_" + metric + "=0.3," + now);
      }
      cluster.kubectl(command.toArray(String[]::new)).orFail("annotate");
      var bench = new StartBench(cluster);
      var results = new LinkedHashMap<String, List<Run>>();
      for (int round = 0; round < rounds; round++) {
        for (var entry : commands.entrySet()) {
          var run = bench.run(entry.getValue(), calls);
          results.computeIfAbsent(entry.getKey(), name -> new ArrayList<>()).add(run);
          System.out.println(entry.getKey() + " " + run);
        }
      }
      print(results);
    }
  }

  /**
   * What was measured.
   *
   * @param ready seconds to ready
   * @param cpu CPU seconds until then
   * @param resident megabytes then
   * @param first microseconds a call of the first hundred
   * @param early the same of the first thousand
   * @param late the same at the end
   * @param cpuAll CPU seconds at the end
   */
  private record Run(
      double ready,
      double cpu,
      double resident,
      double firstCall,
      double first,
      double early,
      double late,
      double cpuAll) {}

  private static void print(Map<String, List<Run>> results) {
    System.out.println(
        "| options | ready s | CPU s | MB | first call ms | us a call, first 100 | first 1,000 | at"
            + " the end | CPU s then |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    results.forEach(
        (name, runs) ->
            System.out.printf(
                "| %s | %.2f | %.2f | %.0f | %.2f | %.0f | %.0f | %.0f | %.2f |%n",
                name,
                median(runs, Run::ready),
                median(runs, Run::cpu),
                median(runs, Run::resident),
                median(runs, Run::firstCall),
                median(runs, Run::first),
                median(runs, Run::early),
                median(runs, Run::late),
                median(runs, Run::cpuAll)));
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> value) {
    double[] sorted = runs.stream().mapToDouble(value).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private Run run(List<String> java, int calls) throws Exception {
    int operations = freePort();
    int extender = freePort();
    var config =
        Setup.file(
            cluster,
            "start",
            """
            apiVersion: scheduling.ballast.dev/v1alpha1
            kind: BallastConfiguration
            extender: {port: %d}
            operations: {address: 127.0.0.1, port: %d}
            """
                .formatted(extender, operations));
    var command = new ArrayList<>(java);
    command.addAll(List.of("serve", "--role", "extender", "--kubeconfig", kubeconfig.toString()));
    command.addAll(List.of("--config", config.toString(), "--policy", "policy/default.yaml"));
    Path log = cluster.folder().resolve("log/start.log");
    long start = System.nanoTime();
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      while (!isReady(operations)) {
        if (!process.isAlive()) {
          throw new AssertionError(command + "\n" + Files.readString(log));
        }
        Await.pause(Duration.ofMillis(10));
      }
      double ready = (System.nanoTime() - start) / 1e9;
      double cpu = cpuSeconds(process);
      double resident = residentMegabytes(process);
      double[] micros = new double[Math.max(calls, EARLY)];
      if (calls > 0) {
        try (var client = new LoopbackClient(extender)) {
          for (int i = 0; i < micros.length; i++) {
            long before = System.nanoTime();
            client.call("POST", i % 2 == 0 ? "/v1/filter" : "/v1/prioritize", body);
            micros[i] = (System.nanoTime() - before) / 1e3;
          }
        }
      }
      return new Run(
          ready,
          cpu,
          resident,
          (micros[0] + micros[1]) / 2e3,
          mean(micros, 0, FIRST),
          mean(micros, 0, EARLY),
          mean(micros, Math.min(LATE, micros.length - EARLY), micros.length),
          cpuSeconds(process));
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static double mean(double[] values, int from, int until) {
    return Arrays.stream(values, from, until).average().orElseThrow();
  }

  private static boolean isReady(int port) {
    try (var client = new LoopbackClient(port)) {
      return client.call("GET", "/readyz", new byte[0]) == 200;
    } catch (IOException e) { // not listening yet
      return false;
    }
  }

  private static double cpuSeconds(Process process) {
    return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  private static double residentMegabytes(Process process) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1e3)
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
