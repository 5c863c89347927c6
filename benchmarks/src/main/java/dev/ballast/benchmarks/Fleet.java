package dev.ballast.benchmarks;

import dev.ballast.config.ConfigLoader;
import dev.ballast.explain.DecisionRing;
import dev.ballast.extender.Demands;
import dev.ballast.extender.ExtenderService;
import dev.ballast.extender.ZoneJudge;
import dev.ballast.inflight.Estimate;
import dev.ballast.inflight.InFlight;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import dev.ballast.inflight.Provisional;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.LoadStore;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.Strategy;
import dev.ballast.scoring.LoadPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A made-up cluster in one process, for the micro-benchmarks: 5,000 nodes with the metrics of
 * {@code policy/default.yaml}, about 5 % of them over a limit, and 20 pods on each, of which the
 * readings do not show some yet.
 */
public final class Fleet {
  /** Number of nodes. */
  public static final int NODES = 5_000;

  private static final int PODS_A_NODE = 20;
  private static final double GIB = 1 << 30;
  private static final String SCHEDULER = "load-aware-scheduler";
  private static final Path POLICY = Path.of("policy/default.yaml");

  private final DynamicSchedulerPolicy policy;
  private final MetricTable table;
  private final LoadStore store;
  private final InFlight inFlight;
  private final LoadAnnotations texts = new LoadAnnotations(ZoneOffset.UTC);
  private final Instant now = Instant.now();
  private final Random random = new Random(1);
  private Runnable publishing = () -> {};

  /** A cluster with the shipped policy. */
  public static Fleet make() {
    var loaded = ConfigLoader.load(Optional.empty(), POLICY).value().orElseThrow();
    return new Fleet(
        loaded.policy(),
        MetricTable.of(loaded.policy(), loaded.configuration().metrics().shapes()));
  }

  private Fleet(DynamicSchedulerPolicy policy, MetricTable table) {
    this.policy = policy;
    this.table = table;
    store = new LoadStore(table, texts, task -> publishing = task, (node, key, text) -> {});
    inFlight = new InFlight(new Estimate(policy.inFlight()));
    for (int node = 0; node < NODES; node++) {
      putNode(node);
      for (int pod = 0; pod < PODS_A_NODE; pod++) {
        inFlight.put(pod(node, pod, now.toEpochMilli() - pod * 60_000L));
      }
    }
    publish();
  }

  /** Publishes what has changed. */
  public LoadSnapshot publish() {
    publishing.run();
    return store.snapshot();
  }

  /** The policy of the cluster. */
  public DynamicSchedulerPolicy policy() {
    return policy;
  }

  /** Its metrics. */
  public MetricTable table() {
    return table;
  }

  /** What is known of the nodes. */
  public LoadStore store() {
    return store;
  }

  /** The pods on the nodes. */
  public InFlight inFlight() {
    return inFlight;
  }

  /** A pod on a node. */
  public PodFacts pod(int node, int pod, long startMillis) {
    return new PodFacts(
        "uid-" + node + "-" + pod,
        "namespace",
        "pod-" + node + "-" + pod,
        SCHEDULER,
        Payloads.nodeName(node),
        false,
        PodFacts.NEVER,
        startMillis,
        startMillis,
        PodResources.NONE,
        "",
        false);
  }

  /** Puts new readings on a node. */
  public void putNode(int node) {
    var annotations = annotations();
    var facts = new NodeFacts(64, 256 * GIB, 64, 256 * GIB, "zone-" + node % 3, false);
    store.put(Payloads.nodeName(node), facts, annotations, now.toEpochMilli());
  }

  private Map<String, String> annotations() {
    var annotations = new HashMap<String, String>();
    boolean hot = random.nextInt(20) == 0;
    for (int i = 0; i < table.size(); i++) {
      double load = hot ? 0.9 : 0.1 + 0.4 * random.nextDouble();
      annotations.put(table.name(i), texts.format(load, now));
    }
    return annotations;
  }

  /** An extender of this cluster, with all that {@code serve} has. */
  public ExtenderService service(Strategy strategy, int shortlist) {
    var ranking = policy.ranking();
    return service(
        policy.with(new RankingPolicy(strategy, ranking.spread(), ranking.scoreMax(), shortlist)));
  }

  private ExtenderService service(DynamicSchedulerPolicy policy) {
    var ring = new DecisionRing();
    var provisional = new Provisional(onFirst -> {});
    return new ExtenderService(
        new ExtenderService.Parts(
            Set.of(SCHEDULER),
            new LoadPolicy(policy, table),
            store::snapshot,
            () -> true,
            System::currentTimeMillis,
            System::nanoTime,
            Duration.ofHours(1),
            new Metrics(),
            new Demands(policy.inFlight())::of,
            inFlight::charges,
            provisional::on,
            ZoneJudge.none(),
            () -> false,
            decision -> {
              ring.accept(decision);
              int first = decision.first();
              if (first >= 0) {
                provisional.set(
                    decision.call().uid(),
                    decision.name(first),
                    decision.incoming(),
                    decision.call().atMillis());
              }
            }));
  }
}
