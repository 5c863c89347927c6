package dev.ballast.e2e;

import static dev.ballast.e2e.ZonePod.AWARENESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.kube.KubeConnection;
import dev.ballast.kube.KubePods;
import dev.ballast.kube.KubePods.Certainty;
import dev.ballast.topology.ZoneShare;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bindings that bring topology results, on a real API server, and what interrupts them. The calls
 * of kube-scheduler are made here, so that each moment can be met.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class ZoneBindIT {
  private static final String TWO_ZONES = ZoneFleet.name(0); // 7 and 8 CPUs
  private static final String FOUR_ZONES = ZoneFleet.name(1); // 3, 4, 4 and 4 CPUs
  private static final Map<String, String> AWARE = Map.of(AWARENESS, "true");
  private static final Map<String, String> ANYWHERE = Map.of(AWARENESS, "false");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int CALLERS = 20;

  private LocalCluster cluster;
  private ZoneFleet fleet;
  private BallastProcess extender;
  private ExtenderCalls calls;
  private KubeConnection connection;
  private KubePods direct;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", "4", "--no-scheduler", "--no-prometheus");
    fleet = new ZoneFleet(cluster, 4);
    extender =
        BallastProcess.serve(
            cluster,
            "extender",
            cluster.kubeconfig(),
            "extender: {port: " + cluster.extenderPort() + ", bind: true}\n",
            Setup.policy(cluster, "10m", ZoneSetup.POLICY));
    ZoneSetup.awaitKnown(extender);
    calls = new ExtenderCalls(cluster, cluster.extenderPort());
    connection = KubeConnection.general(Optional.of(cluster.kubeconfig()));
    direct = new KubePods(connection, Duration.ofSeconds(4));
  }

  @AfterAll
  void stopEverything() {
    Closing.all(connection, extender, cluster);
  }

  @AfterEach
  void deletePods() {
    fleet.deletePods();
    Await.until("no pods", SOON, () -> extender.metric("ballast_pods", "") == 0);
  }

  private ZonePod create(String name, int cpus, Map<String, String> annotations) {
    fleet.create(ZonePod.asking(name, cpus, annotations));
    return fleet.pod(name);
  }

  private boolean passes(ZonePod pod, String node) {
    return calls.filter(fleet.raw(pod.name()), node).path("NodeNames").size() == 1;
  }

  private void killAndStart() {
    extender.kill();
    extender.start();
    extender.awaitReady();
    ZoneSetup.awaitKnown(extender);
  }

  /** Binds pods of one CPU until the node takes no more; how many it took. */
  private int fill(String node) {
    for (int bound = 0; ; bound++) {
      var pod = create("fill-" + bound, 1, AWARE);
      boolean passes = passes(pod, node);
      String error = calls.bind(pod, node);
      assertThat(error.isEmpty()).as("filter and bind agree: %s", error).isEqualTo(passes);
      if (!passes) {
        assertThat(error).contains("no room");
        assertThat(fleet.problems(fleet.pods())).isEmpty();
        assertThat(fleet.freeOf(node)).isZero();
        return bound;
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"node-000, true", "node-001, true", "node-000, false", "node-001, false"})
  void bind_killedAfterFilter_everyCpuIsHandedOutOnce(String node, String aware) {
    var pod = create("interrupted", 3, Map.of(AWARENESS, aware));
    assertThat(passes(pod, node)).isTrue();
    killAndStart();
    assertThat(calls.bind(pod, node)).isEmpty();
    var bound = fleet.pod("interrupted");
    assertThat(bound.node()).isEqualTo(node);
    assertThat(bound.given()).isEqualTo(3);
    assertThat(fill(node)).isEqualTo(ZoneFleet.USABLE_CPUS - 3);
  }

  @Test
  void bind_killedBeforeFilter_everyCpuIsHandedOutOnce() {
    assertThat(calls.bind(create("before", 9, ANYWHERE), FOUR_ZONES)).isEmpty();
    var pod = create("interrupted", 3, AWARE);
    killAndStart();
    assertThat(passes(pod, FOUR_ZONES)).isTrue();
    assertThat(calls.bind(pod, FOUR_ZONES)).isEmpty();
    assertThat(fleet.pod("interrupted").result().orElseThrow()).hasSize(1);
    assertThat(fill(FOUR_ZONES)).isEqualTo(ZoneFleet.USABLE_CPUS - 9 - 3);
  }

  @Test
  void bind_killedWhileBinding_everyCpuIsHandedOutOnce() throws Exception {
    var pods =
        IntStream.range(0, 6).mapToObj(i -> create("interrupted-" + i, 2, ANYWHERE)).toList();
    var threads = Executors.newFixedThreadPool(pods.size());
    try {
      var called = new CountDownLatch(pods.size());
      for (var pod : pods) {
        threads.execute(
            () -> {
              try {
                called.countDown();
                calls.bind(pod, TWO_ZONES);
              } catch (AssertionError e) { // it is killed
                Thread.currentThread().interrupt();
              }
            });
      }
      called.await();
      killAndStart();
    } finally {
      threads.shutdownNow();
    }
    for (var pod : pods) {
      if (!fleet.pod(pod.name()).isBound()) {
        assertThat(calls.bind(pod, TWO_ZONES)).isEmpty();
      }
    }
    assertThat(fill(TWO_ZONES)).isEqualTo(ZoneFleet.USABLE_CPUS - 6 * 2);
  }

  @ParameterizedTest
  @CsvSource({"node-000, true, 7", "node-001, true, 7", "node-000, false, 7", "node-001, false, 7"})
  void bind_manyAtOnceForTheLastCpus_asManySucceedAsFit(String node, String aware, int fit)
      throws Exception {
    var pods =
        IntStream.range(0, CALLERS)
            .mapToObj(i -> create("at-once-" + i, 2, Map.of(AWARENESS, aware)))
            .toList();
    var errors = atOnce(pods, node);
    assertThat(errors).filteredOn(String::isEmpty).hasSize(fit);
    assertThat(errors)
        .filteredOn(error -> !error.isEmpty())
        .allSatisfy(error -> assertThat(error).contains("no room"));
    var now = fleet.pods();
    assertThat(now).filteredOn(ZonePod::isBound).hasSize(fit);
    assertThat(fleet.problems(now)).isEmpty();
    assertThat(ZoneFleet.withoutResult(now)).isEmpty();
  }

  /** What became of bind calls that are made at once. */
  private List<String> atOnce(List<ZonePod> pods, String node) throws Exception {
    var threads = Executors.newFixedThreadPool(pods.size());
    try {
      var start = new CountDownLatch(1);
      var calling = new ArrayList<Future<String>>();
      for (var pod : pods) {
        calling.add(
            threads.submit(
                () -> {
                  start.await();
                  return calls.bind(pod, node);
                }));
      }
      start.countDown();
      var errors = new ArrayList<String>();
      for (var call : calling) {
        errors.add(call.get());
      }
      return errors;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void bind_apiServerSaysNo_theCpusAreFreeForTheNext() {
    assertThat(calls.bind(create("most", 13, ANYWHERE), TWO_ZONES)).isEmpty();
    var going = going("going");
    assertThat(calls.bind(going, TWO_ZONES)).contains("being deleted");
    assertThat(fleet.pod("going").result()).isEmpty();
    assertThat(calls.bind("going", "another-uid", TWO_ZONES)).contains("no such pod");
    assertThat(calls.bind("nobody", "another-uid", TWO_ZONES)).contains("no such pod");

    assertThat(calls.bind(create("next", 2, ANYWHERE), TWO_ZONES)).isEmpty();

    assertThat(fleet.freeOf(TWO_ZONES)).isZero();
    assertThat(fleet.problems(fleet.pods())).isEmpty();
    release("going");
  }

  /** A pod of two CPUs that is being deleted, until it is released. */
  private ZonePod going(String name) {
    var pod = ZonePod.asking(name, 2, ANYWHERE);
    pod.withObject("/metadata").putArray("finalizers").add("ballast.dev/test");
    fleet.create(pod);
    cluster.admin().pods().inNamespace("default").withName(name).delete();
    return fleet.pod(name);
  }

  private void release(String name) {
    cluster
        .kubectl("patch", "pod", name, "--type=merge", "-p", "{\"metadata\":{\"finalizers\":null}}")
        .orFail("release " + name);
  }

  @Test
  void bind_boundElsewhereMeanwhile_staysThereAndTheCpusAreFree() {
    var pod = create("elsewhere", 2, AWARE);
    assertThat(bindDirectly(pod, FOUR_ZONES, "node2", 2).certainty()).isEqualTo(Certainty.DONE);

    assertThat(calls.bind(pod, TWO_ZONES)).contains("already assigned");
    var bound = fleet.pod("elsewhere");
    assertThat(bound.node()).isEqualTo(FOUR_ZONES);
    assertThat(bound.result()).contains(Map.of("node2", 2));
    assertThat(fill(TWO_ZONES)).isEqualTo(ZoneFleet.USABLE_CPUS);
  }

  @Test
  void bind_boundThereMeanwhile_keepsItsResultAndCountsOn() {
    var pod = create("there", 2, AWARE);
    assertThat(calls.bind(pod, TWO_ZONES)).isEmpty();
    var result = fleet.pod("there").result();
    ZoneSetup.awaitBound(extender, 1);

    assertThat(calls.bind(pod, TWO_ZONES)).isNotEmpty();
    assertThat(fleet.pod("there").result()).isEqualTo(result);
    assertThat(fill(TWO_ZONES)).isEqualTo(ZoneFleet.USABLE_CPUS - 2);
  }

  @Test
  void bind_apiServerPaused_theCpusStayThePods() {
    assertThat(calls.bind(create("most", 13, ANYWHERE), TWO_ZONES)).isEmpty();
    var pod = create("paused", 2, ANYWHERE);
    var other = create("other", 2, ANYWHERE);
    ZoneSetup.awaitKnownPods(extender, 3);
    double unknown = extender.metric("ballast_extender_bindings_total", "unknown");
    signal("STOP");
    try {
      assertThat(calls.bind(pod, TWO_ZONES)).isNotEmpty();
      assertThat(extender.metric("ballast_extender_bindings_total", "unknown"))
          .isEqualTo(unknown + 1);
      assertThat(calls.bind(other, TWO_ZONES)).contains("no room");
    } finally {
      signal("CONT");
    }
    assertThat(calls.bind(other, TWO_ZONES)).contains("no room");
    Await.until(
        "bound, by the call before or by another one",
        SOON,
        () -> calls.bind(pod, TWO_ZONES).isEmpty() || fleet.pod("paused").isBound());
    assertThat(calls.bind(other, TWO_ZONES)).contains("no room");
    assertThat(fleet.pod("paused").given()).isEqualTo(2);
    assertThat(fleet.pod("other").isBound()).isFalse();
    assertThat(fleet.problems(fleet.pods())).isEmpty();
  }

  private void signal(String name) {
    try {
      String pid = Files.readString(cluster.folder().resolve("run/apiserver.pid")).strip();
      Shell.run(Shell.ROOT, Map.of(), Duration.ofSeconds(5), List.of("kill", "-" + name, pid))
          .orFail("kill -" + name);
    } catch (IOException e) {
      throw new AssertionError("apiserver.pid", e);
    }
  }

  private KubePods.Written bindDirectly(ZonePod pod, String node, String zone, int cpus) {
    return bindDirectly(pod, pod.uid(), node, zone, cpus);
  }

  private KubePods.Written bindDirectly(
      ZonePod pod, String uid, String node, String zone, int cpus) {
    var share = new ZoneShare(zone, new TreeMap<>(Map.of("cpu", cpus * 1_000L)));
    return direct.bind("default", pod.name(), uid, node, List.of(share));
  }

  @Test
  void write_apiServerSaysNo_podHasNeitherNodeNorResult() {
    var pod = create("still-free", 2, AWARE);
    var another = bindDirectly(pod, "another-uid", TWO_ZONES, "node0", 2);
    assertThat(another.certainty()).isEqualTo(Certainty.REFUSED);
    assertThat(another.code()).isEqualTo(409);
    assertThat(fleet.pod("still-free").isBound()).isFalse();
    assertThat(fleet.pod("still-free").result()).isEmpty();

    var going = going("going");
    var deleted = bindDirectly(going, TWO_ZONES, "node0", 2);
    assertThat(deleted.certainty()).isEqualTo(Certainty.REFUSED);
    assertThat(deleted.code()).isEqualTo(409);
    assertThat(fleet.pod("going").isBound()).isFalse();
    assertThat(fleet.pod("going").result()).isEmpty();
    release("going");
    var gone = bindDirectly(going, TWO_ZONES, "node0", 2);
    assertThat(gone.certainty()).isEqualTo(Certainty.REFUSED);
    assertThat(gone.code()).isEqualTo(404);
  }

  @Test
  void write_boundBefore_keepsNodeAndResult() {
    var pod = create("bound-before", 2, AWARE);
    assertThat(bindDirectly(pod, TWO_ZONES, "node0", 2).code()).isEqualTo(201);

    var again = bindDirectly(pod, FOUR_ZONES, "node3", 2);

    assertThat(again.certainty()).isEqualTo(Certainty.REFUSED);
    assertThat(again.code()).isEqualTo(409);
    assertThat(bindDirectly(pod, TWO_ZONES, "node1", 2).certainty())
        .as("to the node that it has")
        .isEqualTo(Certainty.UNKNOWN);
    assertThat(fleet.pod("bound-before").node()).isEqualTo(TWO_ZONES);
    assertThat(fleet.pod("bound-before").result()).contains(Map.of("node0", 2));
  }

  @Test
  void write_nodeThatDoesNotExist_isWrittenWithItsResult() {
    var pod = create("nowhere", 2, AWARE);
    assertThat(bindDirectly(pod, "no-such-node", "node0", 2).certainty())
        .as("the API server asks for no such node")
        .isEqualTo(Certainty.DONE);
    assertThat(fleet.pod("nowhere").node()).isEqualTo("no-such-node");
    assertThat(fleet.pod("nowhere").result()).isPresent();
    assertThat(calls.bind(create("nowhere-2", 2, AWARE), "no-such-node"))
        .as("Ballast knows no zones there")
        .contains("no NodeResourceTopology");
  }

  /** Each state that the API server tells of has both or none, whoever was first. */
  @Test
  void write_deletedAtTheSameTime_noStateHasOneWithoutTheOther() throws Exception {
    int races = 60;
    var states = new ConcurrentLinkedQueue<Pod>();
    var threads = Executors.newFixedThreadPool(2);
    try (var watch = cluster.admin().pods().inNamespace("default").watch(new Collecting(states))) {
      assertThat(watch).isNotNull();
      int bound = 0;
      for (int i = 0; i < races; i++) {
        var pod = create("race-" + i, 2, AWARE);
        var deleting =
            threads.submit(
                () ->
                    cluster
                        .admin()
                        .pods()
                        .inNamespace("default")
                        .withName(pod.name())
                        .withGracePeriod(0)
                        .delete());
        var binding = threads.submit(() -> bindDirectly(pod, TWO_ZONES, "node0", 2));
        deleting.get();
        bound += wasBound(binding) ? 1 : 0;
      }
      System.out.printf("races: %d of %d bindings came before the deletion%n", bound, races);
      Await.until("all gone", SOON, () -> fleet.pods().isEmpty());
      Await.until(
          "all states seen",
          SOON,
          () -> states.stream().map(s -> s.getMetadata().getName()).distinct().count() == races);
    } finally {
      threads.shutdownNow();
    }
    assertThat(states)
        .allSatisfy(
            pod ->
                assertThat(pod.getMetadata().getAnnotations().containsKey(ZonePod.RESULT))
                    .as("result of " + pod)
                    .isEqualTo(pod.getSpec().getNodeName() != null));
  }

  private static boolean wasBound(Future<KubePods.Written> binding)
      throws InterruptedException, ExecutionException {
    var written = binding.get();
    assertThat(written.certainty()).isNotEqualTo(Certainty.UNKNOWN);
    return written.certainty() == Certainty.DONE;
  }

  /** Keeps each state of the pods. */
  private record Collecting(ConcurrentLinkedQueue<Pod> states) implements Watcher<Pod> {
    @Override
    public void eventReceived(Action action, Pod pod) {
      states.add(pod);
    }

    @Override
    public void onClose(WatcherException cause) {
      throw new IllegalStateException("the watch ended", cause);
    }
  }
}
