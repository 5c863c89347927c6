package dev.ballast.e2e;

import static dev.ballast.e2e.ZonePod.AWARENESS;
import static dev.ballast.e2e.ZonePod.CPU_POLICY;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodListener;
import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.PodFeed;
import dev.ballast.topology.ZoneShare;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * 500 pods at once on 60 nodes whose zones have room for nine tenths of their CPUs: what is handed
 * out is counted from what the API server has alone. With nothing in the way, with Ballast killed
 * half-way, and with a scheduler and its Ballast lost half-way.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ZoneBurstIT {
  private static final int NODES = 60;
  private static final int PODS = 500;
  private static final int BEFORE_KILL = 300;
  private static final Duration BOUND = Duration.ofMinutes(4);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String BINDINGS = "ballast_extender_bindings_total";
  private static final String LATE = "ballast_topology_late_results_total";
  private static final String EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events";

  private static final String BIND_ENTRY =
      """
      - urlPrefix: http://127.0.0.1:%d/v1
        bindVerb: bind
        nodeCacheCapable: true
        ignorable: true
        httpTimeout: 5s
        enableHTTPS: false
      """;

  private final List<AutoCloseable> running = new ArrayList<>();
  private LocalCluster cluster;
  private ZoneFleet fleet;
  private KubeConnection connection;
  private PodFeed feed;
  private final Results results = new Results();

  /** A result that a pod has is never another one later: an agent may have acted on it. */
  private static final class Results implements PodListener {
    private final Map<String, List<ZoneShare>> first = new ConcurrentHashMap<>();
    private final Queue<String> changed = new ConcurrentLinkedQueue<>();

    @Override
    public void put(PodFacts pod) {
      pod.topology()
          .result()
          .filter(result -> !result.equals(first.computeIfAbsent(pod.uid(), uid -> result)))
          .ifPresent(result -> changed.add(pod.name() + " " + first.get(pod.uid()) + result));
    }

    @Override
    public void remove(PodFacts last) {}
  }

  @BeforeAll
  void startEverything() {
    cluster =
        LocalCluster.up(
            "--nodes",
            String.valueOf(NODES),
            "--cpus",
            String.valueOf(ZoneFleet.NODE_CPUS),
            "--scrape-interval",
            "5s");
    cluster.load("node-*", 0.3, 0.3);
    fleet = new ZoneFleet(cluster, NODES);
    connection = KubeConnection.general(Optional.of(cluster.kubeconfig()));
    feed = new PodFeed(connection, List.of(results), PodFeed.Unreadable.IGNORED);
    feed.start();
  }

  @AfterAll
  void stopEverything() {
    Closing.all(feed, connection, cluster);
  }

  @AfterEach
  void clear() {
    Collections.reverse(running);
    Closing.all(running.toArray(AutoCloseable[]::new));
    running.clear();
    fleet.deletePods();
    Await.until("no pods", SOON, () -> fleet.pods().isEmpty());
  }

  // --- parts ---

  private BallastProcess extender(String setting, int port, boolean binds) {
    var extender =
        BallastProcess.serve(
            cluster,
            "extender",
            cluster.kubeconfig(),
            "extender: {port: " + port + ", bind: " + binds + "}\n",
            Setup.policy(cluster, "10m", setting));
    running.add(extender);
    return extender;
  }

  private BallastProcess annotator() {
    var annotator =
        BallastProcess.serve(
            cluster,
            "annotator",
            cluster.kubeconfig(),
            Setup.annotator(cluster),
            Setup.policy(cluster, "10m", ZoneSetup.POLICY));
    running.add(annotator);
    Await.until("it leads", SOON, () -> annotator.metric("ballast_annotator_leader", "") == 1);
    new Annotations(cluster).await(Setup.MEAN, "node-0", NODES, v -> v > 0.2);
    return annotator;
  }

  /** Starts a scheduler of our pods anew, with an extender on a port. */
  private void schedule(String component, int port, boolean binds, boolean elects) {
    try {
      String text =
          Files.readString(Path.of(cluster.get("SCHEDULER_BALLAST_CONFIG")))
              .replace("127.0.0.1:" + cluster.extenderPort(), "127.0.0.1:" + port);
      if (elects) {
        text =
            text.replace(
                "leaderElect: false",
                "leaderElect: true\n  leaseDuration: 5s\n  renewDeadline: 3s\n  retryPeriod: 1s");
      }
      if (binds) {
        text += BIND_ENTRY.formatted(port);
      }
      cluster.stop(component);
      cluster.start(component, "--config", Setup.file(cluster, component, text).toString());
    } catch (IOException e) {
      throw new AssertionError("scheduler configuration", e);
    }
  }

  // --- pods ---

  /** The pods of a burst, in a mixed order. */
  private static List<ObjectNode> pods(String name, boolean withAnnotations) {
    var pods = new ArrayList<ObjectNode>();
    for (int i = 0; i < PODS; i++) {
      pods.add(pod(name + "-" + i, i, withAnnotations ? 1 : 0));
    }
    Collections.shuffle(pods, new Random(7));
    return pods;
  }

  private static ObjectNode pod(String name, int i, int annotations) {
    int round = i / 25;
    int kind = i % 25;
    if (kind < 10) {
      int[] cpus = {1, 1, 2, 2, 3, 4};
      return asking(name, cpus[(kind + round) % cpus.length], annotations, AWARENESS, "true");
    }
    if (kind < 13) {
      int[] cpus = {2, 4, 5, 6, 8, 10};
      return asking(name, cpus[(kind + round) % cpus.length], annotations, AWARENESS, "false");
    }
    if (kind < 19) {
      var policy = List.of("numa", "exclusive", "immovable").get(kind % 3);
      return asking(name, 1 + (kind + round) % 4 / 3, annotations, CPU_POLICY, policy);
    }
    return kind < 22 ? asking(name, 1, 0, "", "") : ZonePod.plain(name);
  }

  private static ObjectNode asking(
      String name, int cpus, int annotations, String key, String value) {
    return ZonePod.asking(name, cpus, annotations > 0 ? Map.of(key, value) : Map.of());
  }

  private static int cpus(List<ObjectNode> pods) {
    return pods.stream().map(ZonePod::of).mapToInt(ZonePod::cpus).sum();
  }

  /** Creates pods while others things happen. */
  private CompletableFuture<Void> create(List<ObjectNode> pods) {
    return CompletableFuture.runAsync(
        () -> ApiClient.each(pods.size(), i -> fleet.create(pods.get(i))));
  }

  private long bound() {
    return feed.counts().getOrDefault(PodFeed.State.BOUND, 0L);
  }

  private void awaitBound(long pods, CompletableFuture<Void> creating) {
    try {
      Await.until(
          pods + " pods bound",
          BOUND,
          () -> {
            if (creating.isCompletedExceptionally()) {
              creating.join();
            }
            return bound() >= pods;
          });
    } catch (AssertionError e) {
      var there = fleet.pods();
      throw new AssertionError(
          "%d of %d are bound, by watch %s"
              .formatted(
                  there.stream().filter(ZonePod::isBound).count(), there.size(), feed.counts()),
          e);
    }
  }

  private List<ZonePod> awaitAllThatFitBound(CompletableFuture<Void> creating) {
    creating.join();
    Await.until("nobody waits who fits", BOUND, () -> fleet.couldBeBound(fleet.pods()).isEmpty());
    return fleet.pods();
  }

  /** Has a burst bound, and says how long it took. */
  private List<ZonePod> timed(String what, List<ObjectNode> pods, BallastProcess extender) {
    long start = System.nanoTime();
    var creating = create(pods);
    var times = new StringBuilder();
    for (int bound : List.of(100, 200, 300, 400)) {
      awaitBound(bound, creating);
      times.append(
          String.format(
              Locale.ROOT, ", %d after %.1f s", bound, (System.nanoTime() - start) / 1e9));
    }
    var settled = awaitAllThatFitBound(creating);
    times.append(
        String.format(Locale.ROOT, ", all after %.1f s", (System.nanoTime() - start) / 1e9));
    System.out.printf(
        Locale.ROOT,
        "%s: %d of %d pods bound%s; %d CPUs asked for, %d there%n",
        what,
        settled.stream().filter(ZonePod::isBound).count(),
        settled.size(),
        times,
        cpus(pods),
        fleet.cpus());
    tell(what, extender);
    return settled;
  }

  private static void tell(String what, BallastProcess extender) {
    extender
        .page("/metrics")
        .lines()
        .filter(
            line ->
                line.startsWith(BINDINGS)
                    || line.startsWith("ballast_extender_second_looks_total")
                    || (line.startsWith("ballast_extender_calls_total") && !line.endsWith(" 0.0"))
                    || line.startsWith("ballast_extender_seconds_sum")
                    || line.startsWith("ballast_extender_seconds_count"))
        .forEach(line -> System.out.println(what + ": " + line));
  }

  // --- tests ---

  @Test
  void place_burst_noCpuIsGivenTwiceAndNoBindingIsRefused() {
    annotator();
    int port = cluster.extenderPort();
    var blind = extender(ZoneSetup.BLIND, port, false);
    schedule("scheduler-ballast", port, false, false);
    timed("burst without zones", pods("plain", false), blind);
    blind.close();
    fleet.deletePods();
    Await.until("no pods", SOON, () -> fleet.pods().isEmpty());

    var extender = extender(ZoneSetup.POLICY, port, true);
    ZoneSetup.awaitKnown(extender);
    schedule("scheduler-ballast", port, true, false);
    var pods = timed("burst with zones", pods("zones", true), extender);

    assertThat(fleet.problems(pods)).isEmpty();
    assertThat(ZoneFleet.withoutResult(pods)).as("on a node without a result").isEmpty();
    assertThat(results.changed).isEmpty();
    assertThat(pods).filteredOn(pod -> pod.cpus() == 0).allMatch(pod -> pod.result().isEmpty());
    assertThat(extender.metric(BINDINGS, "outcome=\"bound\""))
        .isEqualTo((double) pods.stream().filter(ZonePod::isBound).count());
    assertThat(extender.metric(BINDINGS, ""))
        .as("no binding failed")
        .isEqualTo(extender.metric(BINDINGS, "outcome=\"bound\""));
  }

  @Test
  void place_killedInABurst_whatWasBoundWithoutItCountsAtOnceAndGetsItsResultLate() {
    var annotator = annotator();
    int port = cluster.extenderPort();
    var extender = extender(ZoneSetup.POLICY, port, true);
    ZoneSetup.awaitKnown(extender);
    schedule("scheduler-ballast", port, true, false);
    var pods = pods("killed", true);
    var creating = create(pods.subList(0, BEFORE_KILL));
    awaitBound(120, creating);
    extender.kill();
    annotator.kill();
    awaitBound(bound() + 60, creating);
    creating.join();
    extender.start();
    var rest = create(pods.subList(BEFORE_KILL, PODS)); // some come before it is ready
    extender.awaitReady();
    var settled = awaitAllThatFitBound(rest);
    tell("burst with a kill", extender);
    assertThat(fleet.problems(settled)).isEmpty();
    assertThat(ZoneFleet.withoutResult(settled)).as("bound without Ballast").isNotEmpty();
    assertCountsInEachZone(settled, port);

    annotator.start();
    annotator.awaitReady();
    Await.until("late results", SOON, () -> fleet.couldHaveResult(fleet.pods()).isEmpty());
    var without = ZoneFleet.withoutResult(fleet.pods());
    Await.until(
        "all others are counted", SOON, () -> annotator.metric(LATE, "no_room") >= without.size());
    var uids = without.stream().map(ZonePod::uid).collect(toSet());
    Await.until("events of these pods", SOON, () -> reported().containsAll(uids));
    assertThat(fleet.problems(fleet.pods())).isEmpty();
    assertThat(results.changed).isEmpty();
    System.out.printf(
        "burst with a kill: %d bound without a result, %.0f got one late; %d have none%n",
        ZoneFleet.withoutResult(settled).size(), annotator.metric(LATE, "written"), without.size());
    tell("burst with a kill, all", extender);
    assertThat(annotator.metric(LATE, "no_room")).isGreaterThanOrEqualTo(without.size());
  }

  /**
   * Of a pod that is asked about, each node that has room beside all that may be anywhere passes.
   */
  private void assertCountsInEachZone(List<ZonePod> pods, int port) {
    var calls = new ExtenderCalls(cluster, port);
    String[] nodes = IntStream.range(0, NODES).mapToObj(ZoneFleet::name).toArray(String[]::new);
    var free = fleet.free(pods);
    ZoneFleet.withoutResult(pods)
        .forEach(
            pod ->
                Objects.requireNonNull(free.get(pod.node()))
                    .replaceAll((zone, cpus) -> cpus - pod.cpus()));
    for (int cpus = 1; cpus <= 8; cpus++) {
      var probe = ZonePod.asking("probe", cpus, Map.of(AWARENESS, "true"));
      probe.withObject("/metadata").put("uid", "probe").put("namespace", "default");
      var passing = new HashSet<String>();
      calls
          .filter(probe.toString(), nodes)
          .path("NodeNames")
          .forEach(node -> passing.add(node.asText()));
      int most = cpus;
      var expected = new HashSet<String>();
      free.forEach(
          (node, zones) -> {
            if (Collections.max(zones.values()) >= most) {
              expected.add(node);
            }
          });
      assertThat(passing).as("nodes for %d CPUs of one zone", cpus).isEqualTo(expected);
    }
  }

  /** The pods that are said to get no result, by UID. */
  private Set<String> reported() {
    var events = Json.read(new ApiClient(cluster).get(EVENTS)).path("items");
    return StreamSupport.stream(events.spliterator(), false)
        .filter(event -> event.path("reason").asText().equals("NoTopologyResult"))
        .map(event -> event.at("/regarding/uid").asText())
        .collect(toSet());
  }

  @Test
  void place_schedulerAndItsBallastLostInABurst_theOthersTakeOverAndNoCpuIsGivenTwice() {
    annotator();
    int port = cluster.extenderPort();
    int otherPort = BallastProcess.anyPort();
    var extender = extender(ZoneSetup.POLICY, port, true);
    var other = extender(ZoneSetup.POLICY, otherPort, true);
    ZoneSetup.awaitKnown(extender);
    ZoneSetup.awaitKnown(other);
    schedule("scheduler-ballast", port, true, true);
    var first = holder();
    String usual = cluster.get("SCHEDULER_DEFAULT_CONFIG");
    schedule("scheduler-default", otherPort, true, true);
    try {
      assertThat(holder()).isEqualTo(first);
      var creating = create(pods("failover", true));
      awaitBound(150, creating);
      cluster.stop("scheduler-ballast", "--signal", "KILL");
      long lost = System.nanoTime();
      extender.kill();
      Await.until("another scheduler leads", SOON, () -> !holder().equals(first));
      long taken = System.nanoTime();
      var pods = awaitAllThatFitBound(creating);
      System.out.printf(
          Locale.ROOT,
          "failover: another scheduler led after %.1f s, all that fit were bound %.1f s later%n",
          (taken - lost) / 1e9,
          (System.nanoTime() - taken) / 1e9);
      tell("failover", other);
      assertThat(fleet.problems(pods)).isEmpty();
      assertThat(ZoneFleet.withoutResult(pods)).isEmpty();
      assertThat(results.changed).isEmpty();
    } finally {
      cluster.stop("scheduler-default");
      cluster.start("scheduler-default", "--config", usual);
      cluster.start("scheduler-ballast");
    }
  }

  private String holder() {
    var holder = new ArrayList<String>();
    Await.until(
        "a scheduler leads",
        SOON,
        () -> {
          var lease =
              cluster
                  .admin()
                  .leases()
                  .inNamespace("ballast-system")
                  .withName("ballast-scheduler")
                  .get();
          if (lease != null && lease.getSpec().getHolderIdentity() != null) {
            holder.add(lease.getSpec().getHolderIdentity());
          }
          return !holder.isEmpty();
        });
    return holder.get(0);
  }
}
