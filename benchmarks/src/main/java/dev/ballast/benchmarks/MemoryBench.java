package dev.ballast.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.benchmarks.MemoryBenchProcess.Reached;
import dev.ballast.e2e.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code make bench-memory}: what the extender needs in a large cluster, and how soon it is ready.
 */
@Command(
    name = "bench-memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Starts 'ballast serve --role extender' as the manifests do, against an API server with many"
            + " nodes and pods. Prints its resident memory, its heap after a full collection, and"
            + " time and CPU from its start until it is ready and until it knows all pods.")
final class MemoryBench implements Callable<Integer> {
  private static final Path MANIFEST = Path.of("deploy/second-scheduler/scheduler.yaml");
  private static final Pattern FLAGS =
      Pattern.compile("name: JAVA_TOOL_OPTIONS\\s+(?:#.*\\s+)*value: (.+)");
  private static final Pattern LIMIT = Pattern.compile("limits: \\{memory: (\\d+)Mi}");

  /** Where the objects come from. */
  enum Source {
    /** A server of this benchmark. */
    fake,
    /** etcd and kube-apiserver of deploy/local; the objects are put into etcd. */
    apiserver
  }

  /** What one start came to. */
  record Run(
      Reached ready,
      Reached synced,
      double rssMib,
      double peakMib,
      double heapMib,
      double heapCommittedMib,
      double rssAfterCollectionMib) {}

  @Option(
      names = "--nodes",
      split = ",",
      defaultValue = "5000,5000,15000",
      description = "Nodes, of each cluster. Default: ${DEFAULT-VALUE}.")
  private List<Integer> nodes = List.of();

  @Option(
      names = "--pods",
      split = ",",
      defaultValue = "3000,150000,300000",
      description = "Pods, of each cluster. Default: ${DEFAULT-VALUE}.")
  private List<Integer> pods = List.of();

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "Starts for each cluster; medians are printed. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--source",
      defaultValue = "fake",
      description =
          "Who serves the objects: fake, a server of this benchmark that sends pages over a socket, or"
              + " apiserver, etcd and kube-apiserver. Default: ${DEFAULT-VALUE}.")
  private Source source = Source.fake;

  @Option(
      names = "--page",
      defaultValue = "500",
      description = "Objects a page, with the fake server. Default: ${DEFAULT-VALUE}.")
  private int page;

  @Option(
      names = "--memory",
      description =
          "Memory that the JVM takes the machine to have, MiB. Default: the limit in the manifest.")
  private Optional<Integer> memoryMib = Optional.empty();

  @Option(names = "--flag", description = "A further flag of the JVM; may be repeated.")
  private List<String> flags = List.of();

  @Option(
      names = "--settle",
      defaultValue = "5",
      description = "Seconds from the last pod until memory is read. Default: ${DEFAULT-VALUE}.")
  private int settleSeconds;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures here, too.")
  private Optional<Path> json = Optional.empty();

  public static void main(String[] args) {
    System.exit(new CommandLine(new MemoryBench()).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (nodes.size() != pods.size()) {
      throw new IllegalArgumentException(
          "--nodes has %d values and --pods %d: give one of each for every cluster"
              .formatted(nodes.size(), pods.size()));
    }
    var jvm = jvmFlags();
    String java = System.getProperty("java.runtime.version");
    System.out.printf(
        "source %s, %s, JVM flags besides those of the image: %s%n",
        source, java, String.join(" ", jvm));
    System.out.println(
        "| nodes | pods | ready s | CPU s | pods known s | CPU s | resident MiB | highest MiB"
            + " | heap after GC MiB | resident after GC MiB |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    var results = new ArrayList<Map<String, Object>>();
    for (int i = 0; i < nodes.size(); i++) {
      results.add(measure(nodes.get(i), pods.get(i), jvm));
    }
    if (json.isPresent()) {
      new ObjectMapper()
          .writerWithDefaultPrettyPrinter()
          .writeValue(
              json.get().toFile(),
              Map.of("source", source, "java", java, "flags", jvm, "clusters", results));
    }
    return 0;
  }

  private Map<String, Object> measure(int nodes, int pods, List<String> jvm)
      throws IOException, InterruptedException {
    var cluster = new MemoryBenchCluster(nodes, pods, Instant.now());
    var runs = new ArrayList<Run>();
    try (var server =
        source == Source.fake
            ? new MemoryBenchApi(cluster, page)
            : MemoryBenchControlPlane.up(cluster)) {
      System.err.println(server);
      for (int i = 0; i < rounds; i++) {
        var run = run(server.kubeconfig(), jvm);
        System.err.printf(
            Locale.ROOT, "%d nodes, %d pods, start %d: %s%n", nodes, pods, i + 1, run);
        runs.add(run);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %d | %d | %.2f | %.2f | %.2f | %.2f | %.0f | %.0f | %.0f | %.0f |%n",
        nodes,
        pods,
        median(runs, run -> run.ready().seconds()),
        median(runs, run -> run.ready().cpuSeconds()),
        median(runs, run -> run.synced().seconds()),
        median(runs, run -> run.synced().cpuSeconds()),
        median(runs, Run::rssMib),
        median(runs, Run::peakMib),
        median(runs, Run::heapMib),
        median(runs, Run::rssAfterCollectionMib));
    var result = new LinkedHashMap<String, Object>();
    result.put("nodes", nodes);
    result.put("pods", pods);
    result.put("runs", runs);
    return result;
  }

  private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
    return runs.stream()
        .mapToDouble(figure)
        .boxed()
        .sorted(Comparator.naturalOrder())
        .skip((runs.size() - 1) / 2)
        .findFirst()
        .orElse(Double.NaN);
  }

  private Run run(String kubeconfig, List<String> jvm) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("ballast-memory-");
    Path file = Files.writeString(folder.resolve("kubeconfig"), kubeconfig);
    try (var ballast = MemoryBenchProcess.start(jvm, folder, file)) {
      // The list of /readyz says [+] of what holds and ends with ok.
      var ready = ballast.await("\nok\n", Duration.ofMinutes(2));
      var synced = ballast.await("[+]pods ", Duration.ofMinutes(5));
      Thread.sleep(Duration.ofSeconds(settleSeconds).toMillis());
      double rss = ballast.memory("VmRSS");
      double peak = ballast.memory("VmHWM");
      var heap = ballast.collect();
      return new Run(
          ready, synced, rss, peak, heap.usedMib(), heap.committedMib(), ballast.memory("VmRSS"));
    } finally {
      try (var files = Files.list(folder)) {
        for (Path each : files.toList()) {
          Files.delete(each);
        }
      }
      Files.delete(folder);
    }
  }

  /** The flags of the manifest, as they act in a container with its limit of memory. */
  private List<String> jvmFlags() throws IOException {
    String manifest = Files.readString(Shell.ROOT.resolve(MANIFEST));
    var shipped = FLAGS.matcher(manifest);
    var limit = LIMIT.matcher(manifest);
    if (!shipped.find() || !limit.find()) {
      throw new IOException(MANIFEST + " has no JAVA_TOOL_OPTIONS or no limit of memory");
    }
    var all = new ArrayList<>(List.of(shipped.group(1).strip().split(" +")));
    all.add("-XX:MaxRAM=" + memoryMib.orElse(Integer.parseInt(limit.group(1))) + "m");
    all.addAll(flags);
    return all;
  }
}
