package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.load.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SchedulerLoopTest {
  private static final SimulatedPod POD = pod("pod", 500);

  private final Scenario scenario = Scenario.draw(1, 6, Duration.ofMinutes(10));
  private final Cluster cluster = new Cluster(scenario);

  @Test
  void run_withoutExtender_takesTheLeastRequestedBalancedNode() {
    var loop = loop(Optional.empty());
    loop.enqueue(POD);
    double mostFree = 2;
    for (int i = 0; i < cluster.size(); i++) {
      double cpu = cluster.requestedWith(i, Resource.CPU, POD);
      double memory = cluster.requestedWith(i, Resource.MEMORY, POD);
      mostFree = Math.min(mostFree, (cpu + memory) / 2 + Math.abs(cpu - memory) / 2);
    }
    loop.run(0);
    int node = placed(loop, "pod");
    double taken =
        Math.max(cluster.requested(node, Resource.CPU), cluster.requested(node, Resource.MEMORY));
    assertThat(taken).isLessThan(mostFree + 0.03); // scores are cut to whole points
  }

  @Test
  void run_extenderScoresOneNode_winsOverRequests() {
    var loop = loop(Optional.of(answers(List.of(), Map.of("node-04", 10L))));
    for (int i = 0; i < 5; i++) {
      loop.enqueue(pod("pod-" + i, 500));
    }
    loop.run(0);
    assertThat(loop.placements().values()).allMatch(p -> p.node().equals("node-04"));
    assertThat(loop.calls()).isEqualTo(10);
  }

  @Test
  void run_oneNodePasses_asksForNoScores() {
    var loop = loop(Optional.of(answers(List.of("node-02"), Map.of())));
    loop.enqueue(POD);
    loop.run(0);
    assertThat(placed(loop, "pod")).isEqualTo(1);
    assertThat(loop.calls()).isEqualTo(1);
  }

  @Test
  void run_nothingFits_waitsForRoomAndDoesNotAsk() {
    var loop = loop(Optional.of(answers(List.of(), Map.of())));
    loop.enqueue(pod("giant", 64_000));
    loop.enqueue(POD);
    loop.run(0);
    assertThat(loop.waiting().values()).containsExactly(SchedulerLoop.Waiting.FOR_ROOM);
    assertThat(loop.placements()).containsOnlyKeys("pod");
    assertThat(loop.calls()).isEqualTo(2);
  }

  @Test
  void run_manyPods_neverBeyondRequests() {
    var loop = loop(Optional.of(answers(List.of(), Map.of("node-01", 10L))));
    for (int i = 0; i < 500; i++) {
      loop.enqueue(pod("pod-" + i, 1_000));
    }
    loop.run(0);
    assertThat(loop.waiting()).isNotEmpty();
    for (int i = 0; i < cluster.size(); i++) {
      assertThat(cluster.requested(i, Resource.CPU)).isBetween(0.9, 1.0);
      assertThat(cluster.requested(i, Resource.MEMORY)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void run_extenderFails_schedulesAsWithoutIt() {
    Extender broken =
        new Extender() {
          @Override
          public List<String> filter(SimulatedPod pod, List<String> nodes)
              throws ExtenderCallException {
            throw new ExtenderCallException("down");
          }

          @Override
          public Map<String, Long> prioritize(SimulatedPod pod, List<String> nodes)
              throws ExtenderCallException {
            throw new ExtenderCallException("down");
          }
        };
    var loop = loop(Optional.of(broken));
    loop.enqueue(POD);
    loop.run(0);
    assertThat(loop.placements()).containsOnlyKeys("pod");
    assertThat(loop.failedCalls()).isEqualTo(2);
  }

  private SchedulerLoop loop(Optional<Extender> extender) {
    return new SchedulerLoop(cluster, extender, new Random(1));
  }

  private int placed(SchedulerLoop loop, String pod) {
    var names = scenario.nodes().stream().map(SimulatedNode::name).toList();
    return names.indexOf(Objects.requireNonNull(loop.placements().get(pod)).node());
  }

  private static SimulatedPod pod(String name, int cpuMillis) {
    return new SimulatedPod(name, name, 0, cpuMillis, 512, cpuMillis, 512, 60_000);
  }

  /** Passes the named nodes, all when none is named, and scores them. */
  private static Extender answers(List<String> passing, Map<String, Long> scores) {
    return new Extender() {
      @Override
      public List<String> filter(SimulatedPod pod, List<String> nodes) {
        return passing.isEmpty() ? nodes : passing;
      }

      @Override
      public Map<String, Long> prioritize(SimulatedPod pod, List<String> nodes) {
        return scores;
      }
    };
  }
}
