package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What a second scheduler costs: two schedulers that do not see each other's choices before the API
 * server does may give the same room away twice. 20 nodes of 16 cores are filled to 95 %, and 500
 * pods of 100m compete for the room of 160. An independent sum over the bound pods counts what does
 * not fit.
 */
@TestInstance(Lifecycle.PER_CLASS)
final class SecondSchedulerIT {
  private static final int NODES = 20;
  private static final int NODE_MILLIS = 16_000;
  private static final int FILLER_MILLIS = 15_200;
  private static final int POD_MILLIS = 100;
  private static final int ROOM = NODES * (NODE_MILLIS - FILLER_MILLIS) / POD_MILLIS;
  private static final int COMPETING = 500;

  private LocalCluster cluster;
  private BallastProcess extender;
  private BallastProcess annotator;

  @BeforeAll
  void startEverything() {
    cluster = LocalCluster.up("--nodes", String.valueOf(NODES));
    cluster.load("node-*", 0.3, 0.3);
    // Requests are what is counted here; the pods would be refused for what they will use.
    var policy = Setup.policy(cluster, "10m", "inFlight: {enabled: false}");
    extender = Setup.extender(cluster, policy);
    annotator = Setup.annotator(cluster, policy);
    new Annotations(cluster).await(Setup.MEAN, "node-0", NODES, v -> v > 0.2);
    var next = new AtomicInteger();
    Pods.create(
            cluster.admin(),
            "filler",
            NODES,
            Pods.DEFAULT,
            FILLER_MILLIS + "m",
            "1Mi",
            pod -> {
              pod.getSpec()
                  .setNodeName(
                      String.format(java.util.Locale.ROOT, "node-%03d", next.getAndIncrement()));
              return pod;
            })
        .awaitBound(Duration.ofMinutes(1));
  }

  @AfterAll
  void stopEverything() {
    Closing.all(annotator, extender, cluster);
  }

  /** Pods bound beyond what their node has room for, by requests. */
  private int doubleCommitments() {
    Map<String, Integer> millis = new HashMap<>();
    for (var pod : cluster.admin().pods().inNamespace("default").list().getItems()) {
      if (pod.getSpec().getNodeName() != null) {
        var requests = pod.getSpec().getContainers().get(0).getResources().getRequests();
        int request =
            Objects.requireNonNull(requests.get("cpu"))
                .getNumericalAmount()
                .movePointRight(3)
                .intValueExact();
        millis.merge(pod.getSpec().getNodeName(), request, Integer::sum);
      }
    }
    return millis.values().stream()
        .mapToInt(sum -> Math.max(0, sum - NODE_MILLIS + POD_MILLIS - 1) / POD_MILLIS)
        .sum();
  }

  @Test
  void place_oneScheduler_nothingIsGivenTwice() {
    var pods = Pods.create(cluster.admin(), "alone", COMPETING, Pods.OURS, POD_MILLIS + "m", "1Mi");
    awaitFull(pods);
    assertThat(pods.bound()).hasSize(ROOM);
    assertThat(doubleCommitments()).isZero();
    pods.delete();
  }

  @Test
  void place_twoSchedulers_roomGivenTwiceIsCounted() throws InterruptedException {
    var ours = new AtomicInteger();
    // Alternating names, so that both schedulers work at once.
    var pods =
        Pods.create(
            cluster.admin(),
            "both",
            COMPETING,
            Pods.OURS,
            POD_MILLIS + "m",
            "1Mi",
            pod -> {
              boolean other = ours.getAndIncrement() % 2 == 1;
              pod.getSpec().setSchedulerName(other ? Pods.DEFAULT : Pods.OURS);
              return pod;
            });
    awaitFull(pods);
    int bound = pods.bound().size();
    int twice = doubleCommitments();
    System.out.printf(
        "second scheduler: %d of %d pods bound on room for %d, %d beyond what fits%n",
        bound, COMPETING, ROOM, twice);
    assertThat(bound).isGreaterThanOrEqualTo(ROOM);
    assertThat(bound - ROOM).as("both counts agree").isEqualTo(twice);
    pods.delete();
  }

  /** Waits until nothing more is bound. */
  private static void awaitFull(Pods pods) {
    Await.until("room filled", Duration.ofMinutes(1), () -> pods.bound().size() >= ROOM);
    Await.pause(Duration.ofSeconds(5));
  }
}
