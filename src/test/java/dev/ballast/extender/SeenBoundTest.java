package dev.ballast.extender;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.wire.ClientModel;
import dev.ballast.extender.wire.ClientModel.HostScore;
import dev.ballast.extender.wire.Payloads;
import dev.ballast.http.Request;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodOverrides;
import dev.ballast.inflight.PodResources;
import dev.ballast.inflight.Provisional;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The binding of one pod is seen while the next one is ranked. */
final class SeenBoundTest {
  private static final long NOW = 1_795_348_800_000L;
  private static final String SCHEDULER = "load-aware-scheduler";
  private static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of(SCHEDULER),
          List.of(SyncPolicy.of("cpu", Duration.ofMinutes(3))),
          List.of(new PredicatePolicy("cpu", 0.9)),
          List.of(new PriorityPolicy("cpu", 1)),
          List.of());
  private static final MetricTable METRICS =
      MetricTable.of(
          POLICY,
          Map.of("cpu", new MetricShape(Resource.CPU, MetricKind.MEAN, Duration.ofMinutes(5))));
  private static final LoadSnapshot LOADS =
      LoadSnapshot.of(1, List.of(node("cool", 0.1), node("warm", 0.3)));

  /** 4 cores, which is more than the nodes differ by. */
  private static final PodFacts BOUND =
      new PodFacts(
          "other",
          "shop",
          "other",
          SCHEDULER,
          "cool",
          false,
          PodFacts.NEVER,
          NOW,
          PodFacts.NOT_YET,
          new PodResources(8, 1, 0, 0, PodOverrides.NONE),
          "",
          false);

  private static NodeLoad node(String name, double usage) {
    return NodeLoad.builder(METRICS)
        .name(name)
        .facts(new NodeFacts(16, 1, 16, 1, "", false))
        .reading(0, new Measurement(usage, NOW - 60_000))
        .build();
  }

  /** Whatever a call reads first, the binding is seen right after it. */
  @Test
  void prioritize_anothersBindingIsSeenMeanwhile_countsItOnItsNode() {
    var estimate = new Estimate(POLICY.inFlight());
    var pods = new InFlight(estimate);
    var provisional = new Provisional(onFirst -> {});
    provisional.set(BOUND.uid(), BOUND.node(), estimate.of(BOUND.resources()), NOW);
    Runnable seen = () -> List.of(pods, provisional).forEach(listener -> listener.put(BOUND));
    var service =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.of(SCHEDULER),
                new LoadPolicy(POLICY, METRICS),
                () -> LOADS,
                () -> true,
                () -> NOW,
                () -> 1_000,
                Duration.ofHours(1),
                new Metrics(),
                new Demands(POLICY.inFlight())::of,
                names ->
                    nodes -> {
                      var read = pods.charges(names).at(nodes);
                      seen.run();
                      return read;
                    },
                (nodes, uid, nowMillis) -> {
                  var read = provisional.on(nodes, uid, nowMillis);
                  seen.run();
                  return read;
                },
                ZoneJudge.none(),
                () -> false,
                DecisionSink.NONE));
    byte[] request = Payloads.filter(SCHEDULER, List.of("cool", "warm"));

    var response = service.prioritize(new Request("", request, request.length, 1_000));

    var body = Arrays.copyOf(response.body(), response.length());
    var scores = ClientModel.prioritize(response.status(), body).scores();
    assertThat(Collections.max(scores, Comparator.comparingLong(HostScore::score)).host())
        .isEqualTo("warm");
  }
}
