package dev.ballast.extender;

import dev.ballast.inflight.Amounts;
import dev.ballast.inflight.BadText;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Calls the path of a request with made-up ones until the JIT compiler knows it, so that the first
 * pods of a cluster do not wait for it: both verbs, refusals, the policy's shortlist, pods in
 * flight and what is told of decisions, at first over HTTP. Works on parts of its own: nothing of
 * it is counted or kept.
 */
public final class WarmUp {
  private static final int NODES = 500; // what a scheduler of 5,000 nodes sends

  /** Of each verb. More cost a start more than they save the first pods (RATIONALE.md). */
  private static final int CALLS = 100;

  private static final int ZONES = 3;
  private static final double GIB = 1 << 30;

  private WarmUp() {}

  /**
   * Warms both verbs; takes half a CPU second.
   *
   * @param policy the policy that will be served
   * @param table its metrics
   * @param provisional works like the one that will serve, and is not that one
   * @param sink the same
   * @param nanoClock monotonic clock in nanoseconds
   */
  public static void run(
      DynamicSchedulerPolicy policy,
      MetricTable table,
      ProvisionalDemand provisional,
      DecisionSink sink,
      LongSupplier nanoClock) {
    var now = Instant.EPOCH.plus(Duration.ofDays(1));
    var store = store(table, now);
    var inFlight = inFlight(policy, now);
    String schedulerName = policy.schedulerNames().get(0);
    var service =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.of(schedulerName),
                new LoadPolicy(policy, table),
                store::snapshot,
                () -> true,
                now::toEpochMilli,
                nanoClock,
                Duration.ofHours(1),
                new Metrics(),
                new Demands(policy.inFlight())::of,
                inFlight::charges,
                provisional,
                ZoneJudge.none(),
                () -> false,
                sink));
    WarmUpServer.call(service, body(schedulerName), CALLS, nanoClock);
  }

  /** Nodes of all loads, of which a limit refuses some. */
  private static LoadStore store(MetricTable table, Instant now) {
    var texts = new LoadAnnotations(ZoneOffset.UTC);
    var publishing = new ArrayList<Runnable>();
    var store = new LoadStore(table, texts, publishing::add, (node, key, text) -> {});
    for (int node = 0; node < NODES; node++) {
      var annotations = new HashMap<String, String>();
      for (int i = 0; i < table.size(); i++) {
        annotations.put(table.name(i), texts.format(node / (double) NODES, now));
      }
      var facts = new NodeFacts(16, 64 * GIB, 16, 64 * GIB, "zone-" + node % ZONES, false);
      store.put(name(node), facts, annotations, now.toEpochMilli());
    }
    publishing.forEach(Runnable::run); // once for all nodes
    return store;
  }

  /** Every other node has a pod that its readings do not show. */
  private static InFlight inFlight(DynamicSchedulerPolicy policy, Instant now) {
    var inFlight = new InFlight(new Estimate(policy.inFlight()));
    var some = Amounts.parse("", "100m", "64Mi", BadText.IGNORED);
    var resources = PodResources.builder().container(some, some).build();
    long bound = now.toEpochMilli();
    for (int i = 0; i < NODES; i += 2) {
      inFlight.put(
          new PodFacts(
              "u" + i,
              "n",
              "p" + i,
              "",
              name(i),
              false,
              PodFacts.NEVER,
              bound,
              bound,
              resources,
              "",
              false));
    }
    return inFlight;
  }

  private static String name(int node) {
    return "ip-10-0-" + node / 250 + "-" + node % 250 + ".region-1.compute.internal";
  }

  /** A pod with the bulk of a real one, and node names. */
  private static byte[] body(String schedulerName) {
    String filler =
        IntStream.range(0, 20)
            .mapToObj(
                i -> "{\"name\":\"VARIABLE_" + i + "\",\"value\":\"a value \\u003c " + i + "\"}")
            .collect(Collectors.joining(","));
    String names =
        IntStream.range(0, NODES)
            .mapToObj(i -> "\"" + name(i) + "\"")
            .collect(Collectors.joining(","));
    String pod =
        "{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\"u\",\"labels\":{\"app\":\"a\"},"
            + "\"ownerReferences\":[{\"kind\":\"ReplicaSet\",\"name\":\"r\",\"controller\":true}]},"
            + "\"spec\":{\"containers\":[{\"name\":\"c\",\"env\":["
            + filler
            + "],\"resources\":{\"requests\":{\"cpu\":\"500m\"}}}],\"schedulerName\":\""
            + schedulerName
            + "\",\"priority\":0},\"status\":{\"phase\":\"Pending\"}}";
    return ("{\"Pod\":" + pod + ",\"Nodes\":null,\"NodeNames\":[" + names + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }
}
