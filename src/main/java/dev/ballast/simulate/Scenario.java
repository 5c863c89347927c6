package dev.ballast.simulate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What happens in a simulation, all of it drawn from a seed beforehand: nodes, the load they carry
 * anyway, and the pods that arrive. Immutable; the same arguments give the same scenario.
 *
 * <p>Pods come in batches of 1 to 4 replicas, in the first 20 minutes twice as often as later. How
 * much of its CPU request a pod really uses follows the quantiles of the batch instances in
 * Alibaba's cluster-trace-v2018: a tenth use under 0.17 of the request, half under 0.75, a tenth
 * over 1.82. Half of a pod's draw is shared by its batch. Lifetimes are 20 minutes plus an
 * exponential part. The rate of arrivals is such that, once as many pods end as arrive, they
 * request 20 percent of the CPU. The numbers were chosen for a cluster in which requests mislead
 * and hot nodes can be avoided; by seed, results differ a good deal.
 */
public final class Scenario {
  /** Fewest nodes that a scenario can have. */
  public static final int MIN_NODES = 4;

  /** Most nodes that a scenario can have. */
  public static final int MAX_NODES = 200;

  /** Where simulated time begins; any time serves, a constant keeps runs equal. */
  private static final Instant START = Instant.parse("2026-01-02T08:00:00Z");

  private static final double REQUESTED_SHARE = 0.20;
  private static final double FILL_MINUTES = 20;
  private static final double FILL_RATE = 2;
  private static final int LARGEST_BATCH = 4;
  private static final double SHORTEST_LIFE_MINUTES = 20;
  private static final double MEAN_EXTRA_LIFE_MINUTES = 40;
  private static final double LONGEST_LIFE_MINUTES = 150;
  private static final int[] CPU_REQUESTS = {250, 250, 250, 500, 500, 500, 1_000, 1_000};
  private static final int[] MEMORY_REQUESTS = {512, 1_024, 1_024, 2_048, 2_048, 4_096};
  private static final double[] USE_SHARES = {0, 0.1, 0.5, 0.75, 0.9, 0.99, 1};
  private static final double[] USE_OF_REQUEST = {0.05, 0.17, 0.75, 1.36, 1.82, 2.8, 3.0};
  private static final String[] APPS = {
    "cart", "search", "billing", "media", "feed", "mail", "report", "crawl", "auth", "stock"
  };

  private final long seed;
  private final Duration duration;
  private final List<SimulatedNode> nodes;
  private final Background background;
  private final List<SimulatedPod> arrivals;

  private Scenario(
      long seed, Duration duration, List<SimulatedNode> nodes, List<SimulatedPod> arrivals) {
    this.seed = seed;
    this.duration = duration;
    this.nodes = List.copyOf(nodes);
    this.background = new Background(seed, nodes.size());
    this.arrivals = List.copyOf(arrivals);
  }

  /**
   * Draws a scenario.
   *
   * @param nodes number of nodes, {@link #MIN_NODES} to {@link #MAX_NODES}; every third has 32
   *     cores and 128 GiB, the others 16 and 64
   * @param duration simulated time
   */
  public static Scenario draw(long seed, int nodes, Duration duration) {
    if (nodes < MIN_NODES || nodes > MAX_NODES) {
      throw new IllegalArgumentException(
          "a simulated cluster has %d to %d nodes, not %d".formatted(MIN_NODES, MAX_NODES, nodes));
    }
    var list = IntStream.range(0, nodes).mapToObj(Scenario::node).toList();
    return new Scenario(seed, duration, list, arrivals(seed, list, duration));
  }

  private static SimulatedNode node(int i) {
    int size = i % 3 == 2 ? 2 : 1;
    return new SimulatedNode(
        String.format(Locale.ROOT, "node-%02d", i + 1), size * 16_000, size * 64 * 1_024);
  }

  private static List<SimulatedPod> arrivals(
      long seed, List<SimulatedNode> nodes, Duration duration) {
    var random = Seeds.stream(seed, "arrivals");
    double cpuMillis = nodes.stream().mapToInt(SimulatedNode::cpuMillis).sum();
    double meanBatchMillis =
        (1 + LARGEST_BATCH) / 2.0 * IntStream.of(CPU_REQUESTS).average().orElseThrow();
    double meanLife = SHORTEST_LIFE_MINUTES + MEAN_EXTRA_LIFE_MINUTES;
    double batchesPerMinute = REQUESTED_SHARE * cpuMillis / (meanBatchMillis * meanLife);
    var pods = new ArrayList<SimulatedPod>();
    double minutes = 0;
    for (int batch = 1; minutes < duration.toSeconds() / 60.0; batch++) {
      addBatch(pods, random, batch, START.toEpochMilli() + (long) (minutes * 60_000));
      double rate = batchesPerMinute * (minutes < FILL_MINUTES ? FILL_RATE : 1);
      minutes += exponential(random) / rate;
    }
    return pods;
  }

  private static void addBatch(
      List<SimulatedPod> pods, Random random, int batch, long arrivesMillis) {
    String app = APPS[random.nextInt(APPS.length)];
    int replicas = 1 + random.nextInt(LARGEST_BATCH);
    int cpu = CPU_REQUESTS[random.nextInt(CPU_REQUESTS.length)];
    int memory = MEMORY_REQUESTS[random.nextInt(MEMORY_REQUESTS.length)];
    double shared = useOfRequest(random.nextDouble());
    for (int replica = 1; replica <= replicas; replica++) {
      double cpuUse = cpu * (shared + useOfRequest(random.nextDouble())) / 2;
      double memoryUse = memory * (0.5 + 0.6 * random.nextDouble());
      double life = SHORTEST_LIFE_MINUTES + MEAN_EXTRA_LIFE_MINUTES * exponential(random);
      pods.add(
          new SimulatedPod(
              app + "-" + batch + "-" + replica,
              new UUID(batch, replica).toString(),
              arrivesMillis,
              cpu,
              memory,
              (int) Math.round(cpuUse),
              (int) Math.round(memoryUse),
              (long) (Math.min(LONGEST_LIFE_MINUTES, life) * 60_000)));
    }
  }

  /** Straight lines between the quantiles. */
  private static double useOfRequest(double share) {
    int i = 1;
    while (share > USE_SHARES[i]) {
      i++;
    }
    double part = (share - USE_SHARES[i - 1]) / (USE_SHARES[i] - USE_SHARES[i - 1]);
    return USE_OF_REQUEST[i - 1] + part * (USE_OF_REQUEST[i] - USE_OF_REQUEST[i - 1]);
  }

  private static double exponential(Random random) {
    return -StrictMath.log(1 - random.nextDouble());
  }

  /** What it was drawn from. */
  public long seed() {
    return seed;
  }

  /** When it begins, milliseconds since the epoch. */
  public long startMillis() {
    return START.toEpochMilli();
  }

  /** Simulated time from beginning to end. */
  public Duration duration() {
    return duration;
  }

  /** The nodes. */
  public List<SimulatedNode> nodes() {
    return nodes;
  }

  /** The pods in the order in which they arrive. */
  public List<SimulatedPod> arrivals() {
    return arrivals;
  }

  Background background() {
    return background;
  }
}
