package dev.ballast.e2e;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a thousand pods that wait for load cost the others, by {@code podMaxBackoffSeconds}: how
 * many other pods kube-scheduler binds a second without and with them. Not a test; prints a table.
 *
 * <p>The pods that wait may only use hot nodes and are refused by Ballast at each try. The others,
 * half of them of our scheduler and half of another profile of the same process, fit. Each binding
 * is an event that wakes all that wait. Two shapes:
 *
 * <ul>
 *   <li>a queue: the others are there before kube-scheduler goes on after a stop, so it is the
 *       bottleneck;
 *   <li>a burst: the others come as fast as the API server takes them. When kube-scheduler is
 *       quicker, it fills the gaps with waiting pods whose pause is not over, if its feature
 *       SchedulerPopFromBackoffQ is on (by default since 1.33).
 * </ul>
 *
 * <p>After ten minutes of waiting, pods have reached the longest pause. That state is made at once:
 * the first pause is as long as the longest, and they are created evenly over one pause.
 */
final class RefusedPodsBench {
  private static final int HOT = 10;
  private static final int NODES = 100;
  private static final int REFUSED = 1000;
  private static final int OTHERS = 1_200;
  private static final int THREADS = 16;
  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final String PLAIN = "plain-scheduler";
  private static final String WITH_FEATURE = ":gaps";
  private static final String FLAG = "--feature-gates=SchedulerPopFromBackoffQ=false";

  private final LocalCluster cluster;
  private final BallastProcess extender;
  private final AtomicInteger names = new AtomicInteger();

  private RefusedPodsBench(LocalCluster cluster, BallastProcess extender) {
    this.cluster = cluster;
    this.extender = extender;
  }

  /**
   * Arguments: rounds, then the settings to compare in seconds; {@code 10:gaps} is with the feature
   * SchedulerPopFromBackoffQ, which Ballast's second scheduler turns off.
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    List<String> settings = Stream.of(arguments).skip(1).toList();
    try (var cluster = LocalCluster.up("--nodes", String.valueOf(NODES), "--no-prometheus")) {
      Path policy =
          Setup.file(
              cluster,
              "policy",
              """
              apiVersion: scheduling.ballast.dev/v1alpha1
              kind: DynamicSchedulerPolicy
              spec:
                syncPolicy:
                - {name: cpu_usage_avg_5m, period: 1h, staleAfter: 24h}
                predicate:
                - {name: cpu_usage_avg_5m, maxLimitPercent: 0.65}
                priority:
                - {name: cpu_usage_avg_5m, weight: 1}
                whenAllOverloaded: reject
                maxRefusedShare: 1
              """);
      try (var extender = Setup.extender(cluster, policy)) {
        var bench = new RefusedPodsBench(cluster, extender);
        bench.prepareNodes();
        bench.compare(rounds, settings);
        System.out.printf(
            "refused nodes: %.0f%n", extender.metric("ballast_extender_refused_nodes_total", ""));
      }
    }
  }

  /** Ten hot nodes, which only pods that ask for them may use; the others are cool. */
  private void prepareNodes() {
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    for (int i = 0; i < NODES; i++) {
      String node = String.format(Locale.ROOT, "node-%03d", i);
      String load = (i < HOT ? 0.9 : 0.1) + "," + now;
      cluster.kubectl("label", "node", node, "pool=" + pool(i < HOT)).orFail("label");
      cluster.kubectl("annotate", "node", node, "cpu_usage_avg_5m=" + load).orFail("annotate");
    }
  }

  private static String pool(boolean hot) {
    return hot ? "hot" : "cool";
  }

  /**
   * What was measured.
   *
   * @param bound pods bound a second
   * @param tries tries a second of pods that found no node
   * @param loopShare part of the time of kube-scheduler's one loop that these tries took
   * @param cpuMillis CPU time of API server, etcd, kube-scheduler and Ballast, a bound pod
   * @param triesEach tries that found no node, a bound pod
   */
  private record Rate(
      double bound, double tries, double loopShare, double cpuMillis, double triesEach) {}

  private record Rates(Rate queue, Rate burst) {}

  private void compare(int rounds, List<String> settings) throws Exception {
    Map<String, List<Rates>> without = new HashMap<>();
    Map<String, List<Rates>> with = new HashMap<>();
    for (int round = 0; round < rounds; round++) {
      for (String setting : settings) {
        int seconds = Integer.parseInt(setting.replace(WITH_FEATURE, ""));
        restart(seconds, setting.endsWith(WITH_FEATURE));
        measure(); // a process that has just started is slower
        var before = measure();
        refuse(seconds);
        var after = measure();
        deletePods("hot");
        var again = measure();
        without.computeIfAbsent(setting, s -> new ArrayList<>()).addAll(List.of(before, again));
        with.computeIfAbsent(setting, s -> new ArrayList<>()).add(after);
        System.out.printf(
            "%s %s%n without %s%n with    %s%n without %s%n",
            Instant.now(), setting, before, after, again);
      }
      tell("queue", settings, without, with, Rates::queue);
      tell("burst", settings, without, with, Rates::burst);
    }
  }

  private static void tell(
      String shape,
      List<String> settings,
      Map<String, List<Rates>> without,
      Map<String, List<Rates>> with,
      Function<Rates, Rate> rate) {
    System.out.println(
        shape + " | pods/s without | with | cost | tries/s | of the loop | CPU ms a pod | a try");
    for (String setting : settings) {
      double free = median(without.getOrDefault(setting, List.of()), m -> rate.apply(m).bound());
      double idleCpu =
          median(without.getOrDefault(setting, List.of()), m -> rate.apply(m).cpuMillis());
      var busy = with.getOrDefault(setting, List.of());
      System.out.printf(
          Locale.ROOT,
          "%s | %.0f | %.0f | %.1f %% | %.0f | %.1f %% | %.1f | %.2f%n",
          setting,
          free,
          median(busy, m -> rate.apply(m).bound()),
          100 * (1 - median(busy, m -> rate.apply(m).bound()) / free),
          median(busy, m -> rate.apply(m).tries()),
          100 * median(busy, m -> rate.apply(m).loopShare()),
          idleCpu,
          (median(busy, m -> rate.apply(m).cpuMillis()) - idleCpu)
              / median(busy, m -> rate.apply(m).triesEach()));
    }
  }

  private static double median(List<Rates> all, ToDoubleFunction<Rates> of) {
    double[] sorted = all.stream().mapToDouble(of).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  /** The shipped configuration with another pause and another profile. */
  private void restart(int seconds, boolean withFeature) throws IOException {
    String shipped = Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")));
    String text =
        shipped
                .replaceAll("(?m)^pod(Initial|Max)BackoffSeconds:.*\n", "")
                .replaceFirst("(?m)^profiles:\n", "profiles:\n- schedulerName: " + PLAIN + "\n")
            + "\npodInitialBackoffSeconds: "
            + seconds
            + "\npodMaxBackoffSeconds: "
            + seconds
            + "\n";
    cluster.stop("scheduler-ballast");
    cluster.start("scheduler-ballast", "--config", Setup.file(cluster, "bench", text).toString());
    if (withFeature) {
      cluster.stop("scheduler-ballast");
      Path command = cluster.folder().resolve("run/scheduler-ballast.cmd");
      Files.writeString(command, Files.readString(command).replace(FLAG + "\n", ""));
      cluster.start("scheduler-ballast");
    }
  }

  private Rates measure() throws Exception {
    double[] before = counts();
    signal("STOP");
    createOthers();
    long start = System.nanoTime();
    signal("CONT");
    var queue = untilAllBound(before, start);
    deletePods("cool");
    before = counts();
    start = System.nanoTime();
    createOthers();
    var burst = untilAllBound(before, start);
    deletePods("cool");
    return new Rates(queue, burst);
  }

  private Rate untilAllBound(double[] before, long startNanos) {
    Await.until("others bound", LIMIT, () -> counts()[0] >= before[0] + OTHERS);
    double took = (System.nanoTime() - startNanos) / 1e9;
    double[] after = counts();
    return new Rate(
        OTHERS / took,
        (after[1] - before[1]) / took,
        (after[2] - before[2]) / took,
        1000 * (after[3] - before[3]) / OTHERS,
        (after[1] - before[1]) / OTHERS);
  }

  private void signal(String signal) throws IOException {
    String pid = Files.readString(cluster.folder().resolve("run/scheduler-ballast.pid")).strip();
    Shell.run(Shell.ROOT, Map.of(), Duration.ofSeconds(5), List.of("kill", "-" + signal, pid))
        .orFail("kill -" + signal);
  }

  private void createOthers() throws InterruptedException, ExecutionException {
    var threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> created =
          IntStream.range(0, OTHERS)
              .<Future<?>>mapToObj(
                  i -> threads.submit(() -> create(i % 2 == 0 ? Pods.OURS : PLAIN, false)))
              .toList();
      for (var each : created) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Creates the pods that are refused, evenly over a time. */
  private void refuse(int seconds) {
    long start = System.nanoTime();
    for (int i = 0; i < REFUSED; i++) {
      long at = start + TimeUnit.SECONDS.toNanos(seconds) * i / REFUSED;
      Await.pause(Duration.ofNanos(Math.max(0, at - System.nanoTime())));
      create(Pods.OURS, true);
    }
  }

  private void create(String scheduler, boolean hot) {
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName("p" + names.getAndIncrement())
            .withNamespace("default")
            .addToLabels("pool", pool(hot))
            .endMetadata()
            .withNewSpec()
            .withSchedulerName(scheduler)
            .addToNodeSelector("pool", pool(hot))
            .addNewContainer()
            .withName("main")
            .withImage("none")
            .withNewResources()
            .addToRequests(Map.of("cpu", new Quantity("1m"), "memory", new Quantity("1Mi")))
            .endResources()
            .endContainer()
            .endSpec()
            .build();
    cluster.admin().resource(pod).create();
  }

  private void deletePods(String pool) {
    var pods = cluster.admin().pods().inNamespace("default").withLabel("pool", pool);
    pods.withGracePeriod(0).delete();
    Await.until("pods gone", LIMIT, () -> pods.list().getItems().isEmpty());
  }

  /** CPU seconds so far of all that takes part, but of the client. */
  private double cpuSeconds() {
    try {
      double ticks = 0;
      for (String part : List.of("apiserver", "etcd", "scheduler-ballast")) {
        ticks += ticks(Files.readString(cluster.folder().resolve("run/" + part + ".pid")).strip());
      }
      return (ticks + ticks(String.valueOf(extender.pid()))) / 100; // USER_HZ
    } catch (IOException e) {
      throw new AssertionError("CPU time", e);
    }
  }

  private static double ticks(String pid) throws IOException {
    String stat = Files.readString(Path.of("/proc", pid, "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
  }

  /** Pods bound, tries that found no node, seconds of the loop that those took, CPU seconds. */
  private double[] counts() {
    String page =
        Shell.run(
                Shell.ROOT,
                Map.of(),
                Duration.ofSeconds(30),
                List.of("curl", "-sfk", cluster.get("SCHEDULER_BALLAST_URL") + "/metrics"))
            .orFail("metrics of the scheduler")
            .out();
    return new double[] {
      sum(page, "scheduler_schedule_attempts_total", "scheduled"),
      sum(page, "scheduler_schedule_attempts_total", "unschedulable"),
      sum(page, "scheduler_scheduling_attempt_duration_seconds_sum", "unschedulable"),
      cpuSeconds()
    };
  }

  private static double sum(String page, String name, String result) {
    return page.lines()
        .filter(line -> line.startsWith(name + "{") && line.contains("result=\"" + result + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
