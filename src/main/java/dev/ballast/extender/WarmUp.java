package dev.ballast.extender;

import dev.ballast.http.Request;
import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Calls the path of a request with made-up ones until the JIT compiler knows it, so that the first
 * pods of a cluster do not wait for it. Works on a service of its own: nothing of it is counted or
 * kept.
 */
public final class WarmUp {
  private static final int NODES = 500; // what a scheduler of 5,000 nodes sends
  private static final int CALLS = 300;

  private WarmUp() {}

  /**
   * Warms both verbs; takes about a second.
   *
   * @param policy the policy that will be served
   * @param table its metrics
   * @param nanoClock monotonic clock in nanoseconds
   */
  public static void run(DynamicSchedulerPolicy policy, MetricTable table, LongSupplier nanoClock) {
    var texts = new LoadAnnotations(ZoneOffset.UTC);
    var now = Instant.EPOCH.plus(Duration.ofDays(1));
    var store = new LoadStore(table, texts, Runnable::run, (node, key, text) -> {});
    for (int node = 0; node < NODES; node++) {
      var annotations = new HashMap<String, String>();
      for (int i = 0; i < table.size(); i++) {
        annotations.put(table.name(i), texts.format(node / (double) NODES, now));
      }
      store.put(name(node), annotations, now.toEpochMilli());
    }
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
                pod -> Demand.NONE,
                node -> Charge.NONE,
                ProvisionalDemand.NONE,
                () -> false,
                DecisionSink.NONE));
    byte[] body = body(schedulerName);
    for (int i = 0; i < CALLS; i++) {
      var request = new Request("", body, body.length, nanoClock.getAsLong());
      service.filter(request);
      service.prioritize(request);
    }
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
