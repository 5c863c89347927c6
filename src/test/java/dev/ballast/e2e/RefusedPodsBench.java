package dev.ballast.e2e;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What a thousand pods that wait for load cost the others, by {@code podMaxBackoffSeconds}: how
 * many other pods kube-scheduler binds a second without and with them. Not a test; prints a table.
 *
 * <p>The pods that wait may only use hot nodes and are refused by Ballast at each try. The others,
 * half of them of our scheduler and half of another profile of the same process, come as fast as
 * they are bound; each binding is an event at which kube-scheduler considers all that wait. After
 * ten minutes those have reached the longest pause. That state is made at once, by a first pause as
 * long as the longest and by creating them evenly over one pause.
 */
final class RefusedPodsBench {
  private static final int HOT = 10;
  private static final int NODES = 100;
  private static final int REFUSED = 1000;
  private static final int QUEUED = 300;
  private static final int THREADS = 6;
  private static final Duration SETTLE = Duration.ofSeconds(5);
  private static final Duration WINDOW = Duration.ofSeconds(20);
  private static final String PLAIN = "plain-scheduler";

  private final LocalCluster cluster;
  private final AtomicInteger names = new AtomicInteger();

  private RefusedPodsBench(LocalCluster cluster) {
    this.cluster = cluster;
  }

  /** Arguments: rounds, then the settings to compare in seconds. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    List<Integer> settings = Stream.of(arguments).skip(1).map(Integer::valueOf).toList();
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
              """);
      try (var extender = Setup.extender(cluster, policy)) {
        var bench = new RefusedPodsBench(cluster);
        bench.label();
        bench.compare(rounds, settings);
        System.out.printf(
            "refused nodes: %.0f%n", extender.metric("ballast_extender_refused_nodes_total", ""));
      }
    }
  }

  /** Ten hot nodes, which only pods that ask for them may use; the others are cool. */
  private void label() {
    String now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    for (int i = 0; i < NODES; i++) {
      boolean hot = i < HOT;
      String node = String.format(Locale.ROOT, "node-%03d", i);
      cluster.kubectl("label", "node", node, "pool=" + (hot ? "hot" : "cool")).orFail("label");
      cluster
          .kubectl("annotate", "node", node, "cpu_usage_avg_5m=" + (hot ? 0.9 : 0.1) + "," + now)
          .orFail("annotate");
    }
  }

  private record Rate(double bound, double retried, double loopShare) {}

  private void compare(int rounds, List<Integer> settings) throws Exception {
    Map<Integer, List<Rate>> without = new TreeMap<>();
    Map<Integer, List<Rate>> with = new TreeMap<>();
    for (int round = 0; round < rounds; round++) {
      for (int seconds : settings) {
        restart(seconds);
        var before = measure();
        refuse(seconds);
        var after = measure();
        deletePods();
        without.computeIfAbsent(seconds, s -> new ArrayList<>()).add(before);
        with.computeIfAbsent(seconds, s -> new ArrayList<>()).add(after);
        System.out.printf(
            "%s round %d, %d s: %s, %s%n", Instant.now(), round, seconds, before, after);
      }
    }
    System.out.println(
        "podMaxBackoffSeconds | without, pods/s | with, pods/s | cost | tries/s | loop");
    for (int seconds : settings) {
      double free =
          median(Objects.requireNonNull(without.get(seconds)).stream().map(Rate::bound).toList());
      double busy =
          median(Objects.requireNonNull(with.get(seconds)).stream().map(Rate::bound).toList());
      System.out.printf(
          Locale.ROOT,
          "%d | %.0f | %.0f | %.1f %% | %.0f | %.1f %%%n",
          seconds,
          free,
          busy,
          100 * (1 - busy / free),
          median(Objects.requireNonNull(with.get(seconds)).stream().map(Rate::retried).toList()),
          100
              * median(
                  Objects.requireNonNull(with.get(seconds)).stream()
                      .map(Rate::loopShare)
                      .toList()));
    }
  }

  private static double median(List<Double> values) {
    var sorted = values.stream().sorted().toList();
    return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
  }

  /** The shipped configuration with another pause and another profile. */
  private void restart(int seconds) throws IOException {
    String shipped = Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")));
    String text =
        shipped
                .replaceAll("(?m)^pod(Initial|Max)BackoffSeconds:.*\n", "")
                .replaceFirst("(?m)^profiles:\n", "profiles:\n- schedulerName: " + PLAIN + "\n")
            + "podInitialBackoffSeconds: "
            + seconds
            + "\npodMaxBackoffSeconds: "
            + seconds
            + "\n";
    cluster.stop("scheduler-ballast");
    cluster.start("scheduler-ballast", "--config", Setup.file(cluster, "bench", text).toString());
  }

  private void create(String scheduler, String pool) {
    String name = "p" + names.getAndIncrement();
    var pod =
        new PodBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .addToLabels("pool", pool)
            .endMetadata()
            .withNewSpec()
            .withSchedulerName(scheduler)
            .addToNodeSelector("pool", pool)
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

  /** Creates the pods that are refused, evenly over a time. */
  private void refuse(int seconds) {
    long start = System.nanoTime();
    for (int i = 0; i < REFUSED; i++) {
      long at = start + TimeUnit.SECONDS.toNanos(seconds) * i / REFUSED;
      long early = (at - System.nanoTime()) / 1_000_000;
      if (early > 0) {
        Await.pause(Duration.ofMillis(early));
      }
      create(Pods.OURS, "hot");
    }
  }

  /** Lets pods that fit come as fast as they are bound, and counts. */
  private Rate measure() throws InterruptedException {
    var threads = Executors.newFixedThreadPool(THREADS);
    var created = new AtomicInteger();
    double boundAtStart = attempts("scheduled");
    var allowed = new AtomicInteger(QUEUED);
    for (int i = 0; i < THREADS; i++) {
      String scheduler = i % 2 == 0 ? Pods.OURS : PLAIN;
      threads.execute(
          () -> {
            while (!Thread.currentThread().isInterrupted()) {
              if (created.incrementAndGet() <= allowed.get()) {
                create(scheduler, "cool");
              } else {
                created.decrementAndGet();
                try {
                  Thread.sleep(2);
                } catch (InterruptedException e) {
                  return;
                }
              }
            }
          });
    }
    var refill = Executors.newSingleThreadScheduledExecutor();
    var unused =
        refill.scheduleWithFixedDelay(
            () -> allowed.set((int) (attempts("scheduled") - boundAtStart) + QUEUED),
            200,
            200,
            TimeUnit.MILLISECONDS);
    Await.pause(SETTLE);
    double[] from = {attempts("scheduled"), attempts("unschedulable"), loopSeconds()};
    long start = System.nanoTime();
    Await.pause(WINDOW);
    double[] to = {attempts("scheduled"), attempts("unschedulable"), loopSeconds()};
    double took = (System.nanoTime() - start) / 1e9;
    refill.shutdownNow();
    threads.shutdownNow();
    boolean ended = threads.awaitTermination(10, TimeUnit.SECONDS);
    if (!ended) {
      throw new AssertionError("threads do not end");
    }
    cluster
        .admin()
        .pods()
        .inNamespace("default")
        .withLabel("pool", "cool")
        .withGracePeriod(0)
        .delete();
    return new Rate((to[0] - from[0]) / took, (to[1] - from[1]) / took, (to[2] - from[2]) / took);
  }

  private void deletePods() {
    cluster.admin().pods().inNamespace("default").withGracePeriod(0).delete();
    Await.until(
        "pods gone",
        Duration.ofMinutes(1),
        () -> cluster.admin().pods().inNamespace("default").list().getItems().isEmpty());
  }

  private double attempts(String result) {
    return metric("scheduler_schedule_attempts_total", result);
  }

  /** Time that kube-scheduler's one loop has spent on pods that found no node. */
  private double loopSeconds() {
    return metric("scheduler_scheduling_attempt_duration_seconds_sum", "unschedulable");
  }

  private double metric(String name, String result) {
    return Shell.run(
            Shell.ROOT,
            Map.of(),
            Duration.ofSeconds(10),
            List.of("curl", "-sfk", cluster.get("SCHEDULER_BALLAST_URL") + "/metrics"))
        .orFail("metrics of the scheduler")
        .out()
        .lines()
        .filter(line -> line.startsWith(name + "{") && line.contains("result=\"" + result + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
