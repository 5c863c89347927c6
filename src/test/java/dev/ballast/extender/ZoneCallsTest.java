package dev.ballast.extender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.extender.wire.ClientModel;
import dev.ballast.extender.wire.ClientModel.HostScore;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Demand;
import dev.ballast.inflight.NodeCharges;
import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import dev.ballast.metrics.Metrics;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Verdict;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Calls about pods that ask for zones. */
final class ZoneCallsTest {
  private static final long NOW = 1_795_348_800_000L;
  private static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of("load-aware-scheduler"),
          List.of(SyncPolicy.of("cpu", Duration.ofMinutes(3))),
          List.of(new PredicatePolicy("cpu", 0.65)),
          List.of(new PriorityPolicy("cpu", 1)),
          List.of());

  private final Map<String, NodeLoad> loads = new HashMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Metrics metrics = new Metrics();
  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);
  private boolean ready = true;
  private boolean neutral;
  private final ExtenderService service = service(true);

  private ExtenderService service(boolean writesResults) {
    return new ExtenderService(
        new ExtenderService.Parts(
            Set.copyOf(POLICY.schedulerNames()),
            new LoadPolicy(POLICY, MetricTable.of(POLICY)),
            () -> LoadSnapshot.of(1, loads.values()),
            () -> true,
            () -> NOW,
            () -> 0,
            Duration.ofMillis(50), // no second looks
            metrics,
            pod -> Demand.NONE,
            names -> NodeCharges.NONE,
            ProvisionalDemand.NONE,
            new ZoneJudge(
                ledger,
                () -> ready,
                new ZoneJudge.Settings(true, 0.5, writesResults),
                Optional.empty(),
                (pod, topology) -> problems.add(pod.uid())),
            () -> neutral,
            decisions::add));
  }

  /** A node with an agent and zones of some CPUs each. */
  private void agent(String node, int... cpus) {
    var zones =
        IntStream.range(0, cpus.length)
            .mapToObj(
                i ->
                    new Zone(
                        "node" + i,
                        NodeTopology.NUMA_TYPE,
                        "",
                        Map.of(),
                        new TreeMap<>(
                            Map.of(
                                "cpu",
                                new Amounts(1_000L * cpus[i], 1_000L * cpus[i], Optional.empty()))),
                        0))
            .toList();
    ledger.put(
        new NodeTopology(
            node,
            NodeTopology.Kind.CRANE,
            NodeTopology.CpuBinding.AGENT,
            NodeTopology.Alignment.SINGLE_NUMA_NODE,
            NodeTopology.Scope.POD,
            zones,
            Map.of(),
            Map.of()),
        NOW);
  }

  private static Request request(String uid, int cpus, String annotations, String... nodes) {
    String resources = "{\"cpu\":\"" + cpus + "\",\"memory\":\"1Gi\"}";
    byte[] body =
        ("{\"Pod\":{\"metadata\":{\"name\":\"p\",\"namespace\":\"n\",\"uid\":\""
                + uid
                + "\",\"annotations\":{"
                + annotations
                + "}},\"spec\":{\"schedulerName\":\"load-aware-scheduler\",\"containers\":[{\"resources\":{"
                + "\"requests\":"
                + resources
                + ",\"limits\":"
                + resources
                + "}}]}},\"Nodes\":null,\"NodeNames\":["
                + Stream.of(nodes).map(n -> '"' + n + '"').collect(Collectors.joining(","))
                + "]}")
            .getBytes(UTF_8);
    return new Request("", body, body.length, 0);
  }

  private ClientModel.Filtered filter(Request request, String... nodes) {
    return ClientModel.filter(200, body(service.filter(request)), Set.of(nodes), true);
  }

  private static byte[] body(Response response) {
    return Arrays.copyOf(response.body(), response.length());
  }

  @Test
  void filter_zonesThatDoNotFit_areToldByWhatWouldHelp() {
    agent("fits", 4, 4);
    agent("full", 4, 4);
    agent("small", 2, 2, 2);
    ledger.assume(pod("other", 3, ""), "full", NOW);
    ledger.assume(pod("another", 3, ""), "full", NOW);

    var read =
        filter(
            request("u", 4, "", "fits", "full", "small", "bare"), "fits", "full", "small", "bare");

    assertThat(read.nodes()).containsExactly("fits");
    assertThat(read.failed()).isEqualTo(Map.of("full", ZoneJudge.SHORT));
    assertThat(read.unresolvable())
        .isEqualTo(Map.of("small", ZoneJudge.TOO_LARGE, "bare", ZoneJudge.MISSING));
    assertThat(metrics.extenderRefusedNodes.labelValues("topology").get()).isEqualTo(3);
    assertThat(decisions.get(0).verdict(1)).isEqualTo(new Verdict.Unfit(ZoneJudge.SHORT, true));
  }

  private static ZoneLedger.Pod pod(String uid, int cpus, String annotations) {
    try {
      var request = request(uid, cpus, annotations);
      var decoded = ExtenderRequest.decode(request.body(), request.length(), NodeNames.EMPTY);
      return new ZoneLedger.Pod(uid, "n", uid, new Topologies().of(decoded.pod()));
    } catch (MalformedRequestException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void filter_zonesAndLoad_haveToFitBoth() {
    agent("a", 4);
    agent("b", 4);
    agent("c", 2);
    load("a", 0.9);
    load("b", 0.1);
    load("c", 0.1);

    var read = filter(request("u", 4, "", "a", "b", "c"), "a", "b", "c");

    assertThat(read.nodes()).containsExactly("b");
    assertThat(read.unresolvable()).containsOnlyKeys("a", "c");
    assertThat(read.unresolvable().get("a")).contains("cpu over the limit");
  }

  @Test
  void filter_loadLost_judgesZonesAllTheSame() {
    agent("a", 4);
    agent("b", 2);
    load("a", 0.9);
    neutral = true;

    var read = filter(request("u", 4, "", "a", "b"), "a", "b");

    assertThat(read.nodes()).containsExactly("a");
    assertThat(decisions.get(0).call().note()).contains("the load is not judged");
    var others = filter(burstable("a", "b"), "a", "b");
    assertThat(others.nodes()).containsExactly("a", "b");
    assertThat(metrics.extenderFailOpen.labelValues("filter", "breaker_open").get()).isEqualTo(1);
  }

  private static Request burstable(String... nodes) {
    String text = new String(request("v", 1, "", nodes).body(), UTF_8);
    byte[] body = text.replaceAll("\"limits\":\\{[^}]*}", "\"limits\":{}").getBytes(UTF_8);
    return new Request("", body, body.length, 0);
  }

  @Test
  void filter_notAllKnown_givesAllBackAndSaysSo() {
    agent("a", 2);
    ready = false;

    var read = filter(request("u", 4, "", "a", "b"), "a", "b");

    assertThat(read.nodes()).containsExactly("a", "b");
    assertThat(decisions.get(0).call().note()).contains("not all pods and topologies are listed");
  }

  @Test
  void filter_nobodyWritesResults_refusesNodesThatNeedOne() {
    agent("a", 4);
    var silent = service(false);

    var read =
        ClientModel.filter(200, body(silent.filter(request("u", 4, "", "a"))), Set.of("a"), true);

    assertThat(read.unresolvable()).isEqualTo(Map.of("a", ZoneJudge.NO_RESULT));
  }

  @Test
  void filter_offeredToAnother_countsUntilThatIsBound() {
    agent("a", 4);
    assertThat(filter(request("first", 3, "", "a"), "a").nodes()).containsExactly("a");

    assertThat(filter(request("second", 2, "", "a"), "a").failed())
        .isEqualTo(Map.of("a", ZoneJudge.SHORT));
    assertThat(filter(request("first", 3, "", "a"), "a").nodes())
        .as("a pod does not stand in its own way")
        .containsExactly("a");
    assertThat(ledger.assume(pod("second", 1, ""), "a", NOW))
        .as("a bind call is the last word")
        .isInstanceOf(ZoneLedger.Assumption.Chosen.class);
  }

  @Test
  void filter_annotationsNobodyUnderstands_areToldAndCountAsAbsent() {
    agent("a", 4);

    var read = filter(request("u", 4, "\"topology.crane.io/cpu-policy\":\"exclusiv\"", "a"), "a");

    assertThat(read.nodes()).containsExactly("a");
    assertThat(problems).containsExactly("u");
    assertThat(decisions.get(0).call().note())
        .contains("topology.crane.io/cpu-policy is \"exclusiv\"")
        .contains("none, exclusive, numa or immovable");
  }

  @Test
  void prioritize_fewerZones_areWorthTheWeight() {
    agent("one", 8);
    agent("two", 4, 4);
    load("one", 0.5);
    load("two", 0.1);
    String spread = "\"topology.crane.io/topology-awareness\":\"false\"";

    var scores = scores(request("u", 6, spread, "one", "two"));

    // Loads give 50 and 90; one zone of 8 with 8 free gives 100, two give half of it.
    assertThat(decisions.get(0).score(0)).isEqualTo(75);
    assertThat(decisions.get(0).score(1)).isBetween(65, 70);
    assertThat(scores).containsEntry("one", 8L);
  }

  @Test
  void prioritize_askingForNothing_isByLoadAlone() {
    agent("a", 8);
    load("a", 0.5);

    scores(burstable("a"));

    assertThat(decisions.get(0).score(0)).isEqualTo(50);
  }

  private Map<String, Long> scores(Request request) {
    return ClientModel.prioritize(200, body(service.prioritize(request))).scores().stream()
        .collect(Collectors.toMap(HostScore::host, HostScore::score));
  }

  private void load(String node, double cpu) {
    loads.put(
        node,
        NodeLoad.builder(MetricTable.of(POLICY))
            .name(node)
            .reading(0, new Measurement(cpu, NOW - 60_000))
            .build());
  }
}
