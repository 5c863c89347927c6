package dev.ballast.extender;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.extender.wire.Candidates.Form;
import dev.ballast.extender.wire.ClientModel;
import dev.ballast.extender.wire.ClientModel.HostScore;
import dev.ballast.extender.wire.ExtenderRequest;
import dev.ballast.extender.wire.MalformedRequestException;
import dev.ballast.extender.wire.Payloads;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.inflight.Charge;
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
import dev.ballast.policy.OverloadPolicy;
import dev.ballast.policy.OverloadPolicy.WhenAll;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.RankingPolicy;
import dev.ballast.policy.RankingPolicy.Spread;
import dev.ballast.policy.Strategy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.DecisionSink;
import dev.ballast.scoring.LoadPolicy;
import dev.ballast.scoring.Verdict;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExtenderServiceTest {
  private static final long NOW = 1_795_348_800_000L;
  private static final long DEADLINE_NANOS = 50_000_000;
  private static final String REASON = "node(s) had cpu over the limit of the load policy";
  private static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
              Dialect.BALLAST,
              List.of("load-aware-scheduler"),
              List.of(SyncPolicy.of("cpu", Duration.ofMinutes(3))),
              List.of(new PredicatePolicy("cpu", 0.65)),
              List.of(new PriorityPolicy("cpu", 1)),
              List.of())
          .with(OverloadPolicy.CRANE);

  private final Metrics metrics = new Metrics();
  private final Map<String, NodeLoad> nodes = new HashMap<>();
  private final List<Decision> decisions = new ArrayList<>();
  private boolean synced = true;
  private long nanos = 1_000;
  private Runnable whenJudged = () -> {};
  private final ExtenderService service = with(POLICY, decisions::add);

  /** A service with a policy. */
  private ExtenderService with(DynamicSchedulerPolicy policy, DecisionSink sink) {
    return with(policy, sink, DEADLINE_NANOS);
  }

  private ExtenderService with(
      DynamicSchedulerPolicy policy, DecisionSink sink, long deadlineNanos) {
    return new ExtenderService(
        new ExtenderService.Parts(
            Set.copyOf(policy.schedulerNames()),
            new LoadPolicy(policy, MetricTable.of(policy)),
            this::snapshot,
            () -> synced,
            () -> NOW,
            () -> nanos,
            Duration.ofNanos(deadlineNanos),
            metrics,
            pod -> Demand.NONE,
            names ->
                nodes ->
                    IntStream.range(0, nodes.size()).mapToObj(i -> charge()).toArray(Charge[]::new),
            ProvisionalDemand.NONE,
            ZoneJudge.none(),
            () -> false,
            sink));
  }

  @Test
  void sent_answered_isTimedByVerb() {
    var routes = service.routes("/v1");
    var filter = requireNonNull(requireNonNull(routes.get("/v1/filter")).get("POST"));
    filter.sent(Response.empty(400), 1_000);
    filter.sent(filter.handle(asRequest(request("load-aware-scheduler", "a"))), 2_000);

    assertThat(count(metrics.extenderSeconds, "filter")).isEqualTo(1);
    assertThat(count(metrics.extenderSeconds, "prioritize")).isZero();
  }

  @Test
  void filter_someOverTheLimit_givesTheOthersBack() {
    loads("a", 0.64, "b", 0.66, "c", 0.65);

    var read = filter(request("load-aware-scheduler", "a", "b", "c", "unknown"));

    assertThat(read.nodes()).containsExactly("a", "c", "unknown");
    assertThat(read.unresolvable()).isEqualTo(Map.of("b", REASON));
    assertThat(read.failed()).isEmpty();
    assertThat(calls("filter", "judged")).isEqualTo(1);
    assertThat(metrics.extenderRefusedNodes.labelValues("cpu").get()).isEqualTo(1);
    assertThat(sum(metrics.extenderCandidates, "filter")).isEqualTo(4);
  }

  @Test
  void filter_allOverTheLimit_refusesAllWithoutAnError() {
    loads("a", 0.9, "b", 0.9);

    var read = filter(request("load-aware-scheduler", "a", "b"));

    assertThat(read.error()).isEmpty();
    assertThat(read.nodes()).isEmpty();
    assertThat(read.unresolvable()).isEqualTo(Map.of("a", REASON, "b", REASON));
  }

  @Test
  void filter_allOverTheLimit_isJudgedAgainByTheNewestLoad() {
    loads("a", 0.9, "b", 0.9);
    var patient = patient();
    var held = patient.filter(asRequest(request("load-aware-scheduler", "a", "b")));
    assertThat(decisions).isEmpty();

    loads("a", 0.1, "c", 0.1);
    var answer = requireNonNull(held.later()).answer().get();

    var read = ClientModel.filter(200, body(answer), Set.of("a", "b"), true);
    assertThat(read.nodes()).containsExactly("a");
    assertThat(answer.later()).isNull();
    assertThat(decisions).hasSize(1);
    assertThat(calls("filter", "judged")).isEqualTo(1);
    assertThat(metrics.extenderSecondLooks.get()).isEqualTo(1);
    assertThat(sum(metrics.extenderCandidates, "filter")).isEqualTo(2);
  }

  @Test
  void filter_judgedAgainPastTheDeadline_staysRefused() {
    loads("a", 0.9);
    var held = patient().filter(asRequest(request("load-aware-scheduler", "a")));
    nanos += Duration.ofSeconds(1).toNanos();

    var answer = requireNonNull(held.later()).answer().get();

    assertThat(ClientModel.filter(200, body(answer), Set.of("a"), true).nodes()).isEmpty();
    assertThat(metrics.extenderFailOpen.labelValues("filter", "deadline").get()).isZero();
  }

  @Test
  void filter_allOverTheLimitAgainWithinTwoSeconds_isAnsweredAtOnce() {
    loads("a", 0.9);
    var patient = patient();
    byte[] body = request("load-aware-scheduler", "a");
    Supplier<Response> ask = () -> patient.filter(new Request("", body, body.length, nanos));
    assertThat(ask.get().later()).isNotNull();
    nanos += SecondLook.PAUSE_NANOS - 1;
    assertThat(ask.get().later()).isNull();
    nanos += 1;
    assertThat(ask.get().later()).isNotNull();
  }

  @Test
  void filter_onePassesOrTheClientIsHasty_isAnsweredAtOnce() {
    loads("a", 0.9, "b", 0.1);
    byte[] request = request("load-aware-scheduler", "a", "b");
    assertThat(patient().filter(asRequest(request)).later()).isNull();

    assertThat(service.filter(asRequest(request("load-aware-scheduler", "a"))).later())
        .as("a deadline of 50 ms leaves no time to hold a call")
        .isNull();
    assertThat(patient().prioritize(asRequest(request)).later()).isNull();
  }

  /** A service whose client waits long enough for a second look. */
  private ExtenderService patient() {
    return with(POLICY, decisions::add, 4 * DEADLINE_NANOS);
  }

  @Test
  void filter_allOverTheLimitAndLeastOverloadedPasses_isToldAndCounted() {
    loads("a", 0.9, "b", 0.8);
    var lenient = with(POLICY.with(OverloadPolicy.DEFAULT), decisions::add);
    byte[] request = request("load-aware-scheduler", "a", "b");

    var read =
        ClientModel.filter(200, body(lenient.filter(asRequest(request))), Set.of("a", "b"), true);

    assertThat(read.nodes()).containsExactly("b");
    assertThat(read.unresolvable()).containsOnlyKeys("a");
    assertThat(decisions.get(0).call().note())
        .isEqualTo("all candidates were over their limits: the least overloaded pass");
    assertThat(decisions.get(0).verdict(1)).isInstanceOf(Verdict.Spared.class);
    assertThat(metrics.extenderOverloadPasses.labelValues("all_overloaded").get()).isEqualTo(1);
    assertThat(metrics.extenderOverloadPasses.labelValues("max_refused_share").get()).isZero();
    assertThat(metrics.extenderRefusedNodes.labelValues("cpu").get()).isEqualTo(1);
  }

  @Test
  void filter_moreOverTheLimitThanTheShare_isCountedAsThat() {
    loads("a", 0.9, "b", 0.8, "c", 0.1);
    var lenient = with(POLICY.with(new OverloadPolicy(WhenAll.REJECT, 0.5)), DecisionSink.NONE);

    lenient.filter(asRequest(request("load-aware-scheduler", "a", "b", "c")));

    assertThat(metrics.extenderOverloadPasses.labelValues("max_refused_share").get()).isEqualTo(1);
    assertThat(metrics.extenderOverloadPasses.labelValues("all_overloaded").get()).isZero();
  }

  @Test
  void filter_shortlist_leavesTheOthersOutWithoutAReason() {
    loads("a", 0.5, "b", 0.1, "c", 0.9, "d", 0.2);
    var policy = POLICY.with(new RankingPolicy(new Strategy.Weighted(), Spread.ABSOLUTE, 10, 2));
    byte[] request = request("load-aware-scheduler", "a", "b", "c", "d");

    var read =
        ClientModel.filter(
            200,
            body(with(policy, DecisionSink.NONE).filter(asRequest(request))),
            Set.of("a", "b", "c", "d"),
            true);

    assertThat(read.error()).isEmpty();
    assertThat(read.nodes()).containsExactly("b", "d");
    assertThat(read.failed()).isEmpty();
    assertThat(read.unresolvable()).isEqualTo(Map.of("c", REASON));
  }

  @Test
  void prioritize_scoreMax_clientTakesTheFinerSteps() {
    loads("a", 0.0, "b", 0.43, "c", 1.0);
    var policy = POLICY.with(new RankingPolicy(new Strategy.Weighted(), Spread.ABSOLUTE, 100, 0));

    var response =
        with(policy, DecisionSink.NONE)
            .prioritize(asRequest(request("load-aware-scheduler", "a", "b", "c")));

    var read = ClientModel.prioritize(response.status(), body(response));
    assertThat(read.error()).isEmpty();
    assertThat(read.scores()).containsExactly(new HostScore("a", 100), new HostScore("b", 57));
  }

  @Test
  void calls_judged_decisionsHoldWhatWasUsed() {
    loads("a", 0.9, "b", 0.3, "c", 0.2);
    byte[] request = request("load-aware-scheduler", "a", "b", "c", "unknown");
    nanos = 1_700;

    service.filter(asRequest(request));
    service.prioritize(asRequest(request));

    assertThat(decisions).hasSize(2);
    var filter = decisions.get(0);
    assertThat(filter.call().verb()).isEqualTo(Decision.Verb.FILTER);
    assertThat(filter.call().outcome()).isEqualTo("judged");
    assertThat(filter.call().atMillis()).isEqualTo(NOW);
    assertThat(filter.call().tookNanos()).isEqualTo(700);
    assertThat(filter.call().snapshotVersion()).isEqualTo(1);
    assertThat(filter.isJudged()).isTrue();
    assertThat(filter.load(0)).isSameAs(nodes.get("a"));
    assertThat(filter.name(0)).isEqualTo("a");
    assertThat(filter.name(3)).isEqualTo("unknown");
    assertThat(filter.load(3)).isNull();
    assertThat(filter.verdict(0)).isInstanceOf(Verdict.Refused.class);
    var rank = decisions.get(1);
    assertThat(rank.call().verb()).isEqualTo(Decision.Verb.PRIORITIZE);
    assertThat(rank.score(2)).isEqualTo(80);
    assertThat(rank.sent(2)).isEqualTo(8);
    assertThat(rank.first()).isEqualTo(2);
  }

  @Test
  void calls_notJudged_decisionsNameTheCause() {
    synced = false;
    service.filter(asRequest(request("load-aware-scheduler", "a", "b")));
    service.prioritize(asRequest(request("default-scheduler", "a")));

    assertThat(decisions)
        .extracting(d -> d.call().outcome() + " " + d.candidates() + " " + d.isJudged())
        .containsExactly("not_synced 2 false", "other_scheduler 1 false");
    assertThat(decisions.get(1).first()).isEqualTo(-1);
  }

  @Test
  void filter_refusedButTooLate_countsNoRefusalAndTellsTheDeadline() {
    loads("a", 0.9, "b", 0.1);
    whenJudged = () -> nanos += DEADLINE_NANOS + 1;

    service.filter(asRequest(request("load-aware-scheduler", "a", "b")));

    assertThat(metrics.extenderRefusedNodes.labelValues("cpu").get()).isZero();
    assertThat(decisions).extracting(d -> d.call().outcome()).containsExactly("deadline");
  }

  @Test
  void filter_sinkFails_answerIsTheSame() {
    loads("a", 0.9, "b", 0.1);
    var broken =
        with(
            POLICY,
            decision -> {
              throw new IllegalStateException("a defect, for this test");
            });

    assertThat(text(broken.filter(asRequest(request("load-aware-scheduler", "a", "b")))))
        .contains("\"NodeNames\":[\"b\"]");
    assertThat(failOpen("filter", "internal_error")).isZero();
  }

  @Test
  void filter_realRequest_isJudged() {
    loads("ip-10-0-0-6.eu-central-1.compute.internal", 0.9);

    var read = filter(Payloads.read("filter-names.json"));

    assertThat(read.nodes()).hasSize(7);
    assertThat(read.unresolvable()).containsOnlyKeys("ip-10-0-0-6.eu-central-1.compute.internal");
  }

  @Test
  void filter_wholeNodes_givesTheVeryNodesBack() throws Exception {
    byte[] request = Payloads.read("filter-nodes.json");
    loads("ip-10-0-0-5.eu-central-1.compute.internal", 0.9);

    var response = service.filter(asRequest(request));

    String text = text(response);
    String nodeList = new String(request, UTF_8);
    nodeList = nodeList.substring(nodeList.lastIndexOf("\"items\":[{\"metadata\""));
    String first =
        nodeList.substring(9, nodeList.indexOf(",{\"metadata\":{\"name\":\"ip-10-0-0-5"));
    assertThat(text).startsWith("{\"Nodes\":{\"metadata\":{},\"items\":[" + first + ",{");
    var sent = new ObjectMapper().readTree(request).at("/Nodes/items");
    assertThat(new ObjectMapper().readTree(text).at("/Nodes/items"))
        .containsExactly(sent.get(0), sent.get(2));
    assertThat(new ObjectMapper().readTree(text).at("/FailedAndUnresolvableNodes").fieldNames())
        .toIterable()
        .containsExactly("ip-10-0-0-5.eu-central-1.compute.internal");
    assertThat(metrics.extenderWholeNodes.get()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"default-scheduler", "", "Load-Aware-Scheduler"})
  void filter_podOfAnotherScheduler_comesBackByteForByte(String schedulerName) {
    loads("a", 0.9);
    byte[] request = request(schedulerName, "a", "\\u0062", "a");

    var response = service.filter(asRequest(request));

    assertThat(text(response)).contains("\"NodeNames\":[\"a\",\"\\u0062\",\"a\"],");
    assertThat(filter(request).nodes()).containsExactly("a", "b", "a");
    assertThat(calls("filter", "other_scheduler")).isEqualTo(2);
    assertThat(calls("filter", "judged")).isZero();
    assertThat(text(service.prioritize(asRequest(request)))).isEqualTo("[]");
    assertThat(calls("prioritize", "other_scheduler")).isEqualTo(1);
  }

  @Test
  void filter_realPodOfAnotherScheduler_comesBackByteForByte() {
    byte[] request = Payloads.read("filter-names-default-scheduler.json");
    loads("ip-10-0-0-6.eu-central-1.compute.internal", 0.9);
    String sent = new String(request, UTF_8).stripTrailing();

    assertThat(text(service.filter(asRequest(request))))
        .startsWith("{" + sent.substring(sent.indexOf("\"Nodes\":null"), sent.length() - 1) + ",");
  }

  @Test
  void calls_daemonSetPod_areNotJudged() {
    loads("a", 0.9, "b", 0.1);
    byte[] request =
        "{\"Pod\":{\"metadata\":{\"ownerReferences\":[{\"kind\":\"DaemonSet\"}]},\"spec\":{\"schedulerName\":\"load-aware-scheduler\"}},\"NodeNames\":[\"a\",\"b\"]}"
            .getBytes(UTF_8);

    assertThat(filter(request).nodes()).containsExactly("a", "b");
    assertThat(text(service.prioritize(asRequest(request)))).isEqualTo("[]");
    assertThat(calls("filter", "daemon_set")).isEqualTo(1);
    assertThat(calls("prioritize", "daemon_set")).isEqualTo(1);
  }

  @Test
  void calls_notSynced_failOpen() {
    synced = false;
    loads("a", 0.9, "b", 0.1);

    assertFailsOpen("not_synced");
  }

  @Test
  void calls_deadlinePassedBefore_failOpenWithoutJudging() {
    loads("a", 0.9, "b", 0.1);
    nanos = 1_000 + DEADLINE_NANOS + 1;
    whenJudged = () -> assertThat(true).as("judged after the deadline").isFalse();

    assertFailsOpen("deadline");
    assertThat(failOpen("filter", "internal_error")).isZero();
  }

  @Test
  void calls_deadlinePassedWhileJudging_failOpen() {
    loads("a", 0.9, "b", 0.1);
    whenJudged = () -> nanos += DEADLINE_NANOS + 1;

    assertThat(filter(request("load-aware-scheduler", "a", "b")).nodes()).containsExactly("a", "b");
    assertThat(failOpen("filter", "deadline")).isEqualTo(1);
    nanos = 1_000;
    assertThat(prioritize(request("load-aware-scheduler", "a", "b"))).isEmpty();
    assertThat(failOpen("prioritize", "deadline")).isEqualTo(1);
    assertThat(calls("filter", "judged")).isZero();
  }

  @Test
  void calls_exactlyAtTheDeadline_areJudged() {
    loads("a", 0.9, "b", 0.1);
    nanos = 1_000 + DEADLINE_NANOS;

    assertThat(filter(request("load-aware-scheduler", "a", "b")).nodes()).containsExactly("b");
  }

  @Test
  void calls_defectWhileJudging_failOpen() {
    loads("a", 0.9, "b", 0.1);
    whenJudged =
        () -> {
          throw new IllegalStateException("a defect, for this test");
        };

    assertFailsOpen("internal_error");
  }

  @Test
  void calls_defectWhileAskingForSync_failOpen() {
    loads("a", 0.9, "b", 0.1);
    var broken =
        new ExtenderService(
            new ExtenderService.Parts(
                Set.of("load-aware-scheduler"),
                new LoadPolicy(POLICY, MetricTable.of(POLICY)),
                this::snapshot,
                () -> {
                  throw new IllegalStateException("a defect, for this test");
                },
                () -> NOW,
                () -> nanos,
                Duration.ofNanos(DEADLINE_NANOS),
                metrics,
                pod -> Demand.NONE,
                names -> NodeCharges.NONE,
                ProvisionalDemand.NONE,
                ZoneJudge.none(),
                () -> false,
                DecisionSink.NONE));

    var response = broken.filter(asRequest(request("load-aware-scheduler", "a", "b")));

    assertThat(text(response)).contains("\"NodeNames\":[\"a\",\"b\"]");
    assertThat(failOpen("filter", "internal_error")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "a, a, 0.74, true", // up to ten points over
    "a, a, 0.76, false",
    "b, a, 0.70, false", // nominated elsewhere
    "'', a, 0.70, false",
    "a, a b, 0.70, false", // the full round after it
  })
  void filter_nominatedNode_mayBeTenPointsOver(
      String nominated, String candidates, double usage, boolean passes) {
    loads("a", usage);
    String names = "\"" + candidates.replace(" ", "\",\"") + "\"";
    byte[] request =
        ("{\"Pod\":{\"metadata\":{},\"spec\":{\"schedulerName\":\"load-aware-scheduler\"},\"status\":{\"nominatedNodeName\":\""
                + nominated
                + "\"}},\"NodeNames\":["
                + names
                + "]}")
            .getBytes(UTF_8);

    assertThat(filter(request).nodes().contains("a")).isEqualTo(passes);
  }

  @Test
  void prioritize_knownNodes_sendsTenths() {
    loads("a", 0.0, "b", 0.5, "c", 0.96, "d", 0.94, "e", 1.0);

    // 100, 50, 4, 6, 0: rounded to the nearest, and 0 is left out.
    assertThat(prioritize(request("load-aware-scheduler", "a", "b", "c", "d", "e")))
        .containsExactly(new HostScore("a", 10), new HostScore("b", 5), new HostScore("d", 1));
    assertThat(calls("prioritize", "judged")).isEqualTo(1);
  }

  @Test
  void prioritize_unknownNodes_getTheMedian() {
    loads("a", 0.1, "b", 0.9, "c", 0.5);

    assertThat(prioritize(request("load-aware-scheduler", "x", "a", "b", "c", "y")))
        .contains(new HostScore("x", 5), new HostScore("y", 5), new HostScore("a", 9));
  }

  @Test
  void prioritize_nothingKnown_givesNoScores() {
    assertThat(text(service.prioritize(asRequest(request("load-aware-scheduler", "x", "y")))))
        .isEqualTo("[]");
    assertThat(calls("prioritize", "judged")).isEqualTo(1);
  }

  @Test
  void prioritize_oneCandidateOrNone_isAnswered() {
    loads("a", 0.2);

    assertThat(prioritize(request("load-aware-scheduler", "a")))
        .containsExactly(new HostScore("a", 8));
    assertThat(prioritize(request("load-aware-scheduler"))).isEmpty();
    assertThat(filter(request("load-aware-scheduler")).nodes()).isEmpty();
  }

  @Test
  void prioritize_wholeNodes_scoresThemByName() {
    loads("ip-10-0-0-5.eu-central-1.compute.internal", 0.3);
    byte[] request = Payloads.read("filter-nodes.json");

    assertThat(prioritize(request))
        .hasSize(3)
        .contains(new HostScore("ip-10-0-0-5.eu-central-1.compute.internal", 7));
  }

  @Test
  void calls_malformed_areRefusedWithoutBody() {
    byte[] request = "{\"Pod\":".getBytes(UTF_8);

    for (var response :
        List.of(service.filter(asRequest(request)), service.prioritize(asRequest(request)))) {
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.length()).isZero();
    }
    assertThat(metrics.extenderBadRequests.labelValues("malformed").get()).isEqualTo(2);
    assertThat(calls("filter", "judged")).isZero();
  }

  @Test
  void calls_snapshotChanges_nextCallSeesIt() {
    loads("a", 0.9);
    assertThat(filter(request("load-aware-scheduler", "a")).nodes()).isEmpty();

    loads("a", 0.1);
    assertThat(filter(request("load-aware-scheduler", "a")).nodes()).containsExactly("a");
  }

  @Test
  void calls_mutatedRequests_areAnsweredOrRefusedButNeverBreak() throws Exception {
    var random = new Random(42);
    loads(
        "ip-10-0-0-4.eu-central-1.compute.internal", 0.9,
        "ip-10-0-0-5.eu-central-1.compute.internal", 0.3);
    var rounds =
        Map.of(
            "filter-names.json", 12_000,
            "prioritize-names.json", 5_000,
            "filter-names-default-scheduler.json", 3_000,
            "filter-nodes.json", 1_000);
    int answered = 0;
    for (String file : Payloads.REQUESTS) {
      byte[] original = Payloads.read(file);
      for (int i = 0; i < rounds.getOrDefault(file, 0); i++) {
        byte[] bytes = Payloads.mutate(original, random);
        answered += assertSound(bytes, file + ", mutation " + i) ? 1 : 0;
      }
    }
    assertThat(answered).isBetween(2_000, 20_000); // both outcomes do occur
    assertThat(failOpen("filter", "internal_error") + failOpen("prioritize", "internal_error"))
        .isZero();
  }

  /** True when both verbs answered, with what the client can read; false when both refused. */
  private boolean assertSound(byte[] bytes, String what) throws MalformedRequestException {
    var filtered = service.filter(asRequest(bytes));
    var prioritized = service.prioritize(asRequest(bytes));
    assertThat(filtered.status()).as(what).isIn(200, 400).isEqualTo(prioritized.status());
    if (filtered.status() == 400) {
      assertThat(filtered.length() + prioritized.length()).as(what).isZero();
      return false;
    }
    var candidates = ExtenderRequest.decode(bytes, bytes.length, NodeNames.EMPTY).candidates();
    var asked = new HashSet<String>();
    IntStream.range(0, candidates.count()).forEach(i -> asked.add(candidates.name(i)));
    boolean names = candidates.form() == Form.NAMES;
    var read = ClientModel.filter(200, body(filtered), asked, names);
    var scores = ClientModel.prioritize(200, body(prioritized));
    assertThat(read.error()).as(what).isEmpty();
    assertThat(scores.error()).as(what).isEmpty();
    assertThat(asked).as(what).containsAll(scores.scores().stream().map(HostScore::host).toList());
    if (names) {
      var all = new HashSet<>(read.nodes());
      all.addAll(read.unresolvable().keySet());
      assertThat(all).as(what).isEqualTo(asked);
      assertThat(read.nodes()).as(what).noneMatch(read.unresolvable()::containsKey);
    }
    return true;
  }

  private void assertFailsOpen(String cause) {
    byte[] request = request("load-aware-scheduler", "a", "b");

    assertThat(text(service.filter(asRequest(request)))).contains("\"NodeNames\":[\"a\",\"b\"]");
    assertThat(text(service.prioritize(asRequest(request)))).isEqualTo("[]");
    assertThat(failOpen("filter", cause)).isEqualTo(1);
    assertThat(failOpen("prioritize", cause)).isEqualTo(1);
    assertThat(calls("filter", "judged")).isZero();
  }

  private Charge charge() {
    whenJudged.run();
    return Charge.NONE;
  }

  private LoadSnapshot snapshot() {
    return LoadSnapshot.of(1, nodes.values());
  }

  /** Names and their fresh usage in turn. */
  private void loads(Object... namesAndUsages) {
    for (int i = 0; i < namesAndUsages.length; i += 2) {
      nodes.put(
          (String) namesAndUsages[i],
          NodeLoad.builder(MetricTable.of(POLICY))
              .name((String) namesAndUsages[i])
              .reading(0, new Measurement((double) namesAndUsages[i + 1], NOW - 60_000))
              .build());
    }
  }

  private static byte[] request(String schedulerName, String... names) {
    return Payloads.filter(schedulerName, List.of(names));
  }

  private static Request asRequest(byte[] bytes) {
    return new Request("", bytes, bytes.length, 1_000);
  }

  private ClientModel.Filtered filter(byte[] request) {
    var response = service.filter(asRequest(request));
    var names = new HashSet<String>();
    try {
      var candidates =
          ExtenderRequest.decode(request, request.length, NodeNames.EMPTY).candidates();
      IntStream.range(0, candidates.count()).forEach(i -> names.add(candidates.name(i)));
    } catch (MalformedRequestException e) {
      throw new AssertionError(e);
    }
    return ClientModel.filter(response.status(), body(response), names, true);
  }

  private List<HostScore> prioritize(byte[] request) {
    var response = service.prioritize(asRequest(request));
    var read = ClientModel.prioritize(response.status(), body(response));
    assertThat(read.error()).isEmpty();
    assertThat(response.contentType()).isEqualTo("application/json");
    return read.scores();
  }

  private static byte[] body(Response response) {
    return Arrays.copyOf(response.body(), response.length());
  }

  private static String text(Response response) {
    assertThat(response.status()).isEqualTo(200);
    return new String(body(response), UTF_8);
  }

  private double calls(String verb, String outcome) {
    return metrics.extenderCalls.labelValues(verb, outcome).get();
  }

  private double failOpen(String verb, String cause) {
    return metrics.extenderFailOpen.labelValues(verb, cause).get();
  }

  private static long count(Histogram histogram, String verb) {
    return histogram.collect().getDataPoints().stream()
        .filter(p -> verb.equals(p.getLabels().get("verb")))
        .mapToLong(p -> p.getCount())
        .sum();
  }

  private static double sum(Histogram histogram, String verb) {
    return histogram.collect().getDataPoints().stream()
        .filter(p -> verb.equals(p.getLabels().get("verb")))
        .mapToDouble(p -> p.getSum())
        .sum();
  }
}
