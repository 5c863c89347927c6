package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.LateResults.Written;
import dev.ballast.metrics.Metrics;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import dev.ballast.topology.ZoneShare;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With the real ledger: a node of two zones of 4 CPUs. */
final class LateResultsTest {
  private static final long START = 1_795_348_800_000L;

  private final Metrics metrics = new Metrics();
  private final ZoneLedger ledger = new ZoneLedger(ZonePreference.MOST_FREE);
  private final List<String> written = new ArrayList<>();
  private final List<String> reported = new ArrayList<>();
  private long now = START;
  private boolean leads = true;
  private Supplier<Written> outcome = Written.Done::new;
  private final LateResults late =
      new LateResults(
          ledger,
          uid -> !uid.startsWith("other"),
          nowMillis -> leads,
          this::write,
          (pod, node, why) -> reported.add(pod.name() + " on " + node + ": " + why),
          metrics,
          () -> now);

  private Written write(ZoneLedger.Pod pod, List<ZoneShare> result) {
    written.add(pod.name() + " " + result.stream().map(LateResultsTest::text).toList());
    return outcome.get();
  }

  private static String text(ZoneShare share) {
    return share.zone() + "=" + share.amount("cpu") / 1_000;
  }

  @BeforeEach
  void publish() {
    var zones = new ArrayList<Zone>();
    for (int i = 0; i < 2; i++) {
      var cpus = new Amounts(4_000, 4_000, Optional.empty());
      zones.add(new Zone("node" + i, "Node", "", Map.of(), new TreeMap<>(Map.of("cpu", cpus)), 0));
    }
    ledger.put(
        new NodeTopology(
            "n",
            Kind.CRANE,
            CpuBinding.AGENT,
            Alignment.NONE,
            Scope.POD,
            zones,
            Map.of(),
            Map.of()),
        now);
  }

  private static PodTopology asking(int cpus) {
    return builder(cpus).build();
  }

  private static PodTopology.Builder builder(int cpus) {
    var amounts = Map.of("cpu", cpus * 1_000L);
    return new PodTopology.Builder().container(PodTopology.Run.CONTAINER, amounts, amounts);
  }

  /** A pod is seen on the node, bound so many seconds after the start. */
  private void bound(String uid, PodTopology topology, int second) {
    ledger.put(
        new ZoneLedger.Pod(uid, "shop", "pod-" + uid, topology), "n", START + second * 1_000L, now);
  }

  private void runAt(int second) {
    now = START + second * 1_000L;
    late.run();
  }

  private void assertCounted(int written, int noRoom, int failed) {
    assertThat(
            List.of(
                metrics.lateResults.labelValues("written").get(),
                metrics.lateResults.labelValues("no_room").get(),
                metrics.lateResults.labelValues("failed").get()))
        .containsExactly((double) written, (double) noRoom, (double) failed);
  }

  private long free() {
    var zones = ledger.zones("n").orElseThrow();
    return (zones.free("node0", "cpu") + zones.free("node1", "cpu")) / 1_000;
  }

  @Test
  void run_zonesHaveRoom_writesOnceAndCountsThere() {
    bound("a", asking(3), 0);
    assertThat(free()).as("anywhere").isEqualTo(2);
    runAt(10);
    assertThat(written).containsExactly("pod-a [node0=3]");
    assertThat(free()).isEqualTo(5);
    runAt(11);
    runAt(100);
    assertThat(written).hasSize(1);
    assertCounted(1, 0, 0);
    assertThat(reported).isEmpty();
  }

  @Test
  void run_boundAMomentAgo_waitsUntilAllHaveSeenIt() {
    bound("a", asking(3), 0);
    now = START + LateResults.SETTLING_MILLIS - 1;
    late.run();
    assertThat(written).isEmpty();
    now = START + LateResults.SETTLING_MILLIS;
    late.run();
    assertThat(written).hasSize(1);
  }

  @Test
  void run_doesNotLead_nothingIsChosenOrWritten() {
    bound("a", asking(3), 0);
    leads = false;
    runAt(10);
    assertThat(written).isEmpty();
    assertThat(free()).isEqualTo(2);
    leads = true;
    runAt(11);
    assertThat(written).hasSize(1);
  }

  @Test
  void run_leadershipIsLostInBetween_theRestIsLeft() {
    bound("a", asking(1), 0);
    bound("b", asking(1), 1);
    outcome = () -> new Written.Unknown("away");
    var stopping =
        new LateResults(
            ledger,
            uid -> true,
            nowMillis -> written.isEmpty(),
            this::write,
            (pod, node, why) -> {},
            metrics,
            () -> now);
    now = START + 10_000;
    stopping.run();
    assertThat(written).containsExactly("pod-a [node0=1]");
  }

  @Test
  void run_podIsNotOurs_isLeftAsItIsAndCountsOn() {
    bound("other", asking(3), 0);
    runAt(10);
    runAt(100);
    assertThat(written).isEmpty();
    assertThat(reported).isEmpty();
    assertThat(free()).isEqualTo(2);
    assertCounted(0, 0, 0);
  }

  @Test
  void run_podHasAResultOrAsksForNothing_isLeftAsItIs() {
    var result = new ZoneShare("node1", new TreeMap<>(Map.of("cpu", 2_000L)));
    bound("has", builder(2).result(List.of(result)).build(), 0);
    bound("none", PodTopology.NONE, 0);
    runAt(10);
    assertThat(written).isEmpty();
  }

  @Test
  void run_writeIsRefused_countsAnywhereAgainAndIsTriedAfterAPause() {
    bound("a", asking(3), 0);
    outcome = () -> new Written.Refused("HTTP 403");
    runAt(10);
    assertThat(written).hasSize(1);
    assertThat(free()).as("anywhere").isEqualTo(2);
    assertCounted(0, 0, 1);

    outcome = Written.Done::new;
    now += LateResults.PAUSE_MILLIS - 1;
    late.run();
    assertThat(written).hasSize(1);
    now += 1;
    late.run();
    assertThat(written).hasSize(2);
    assertCounted(1, 0, 1);
    assertThat(free()).isEqualTo(5);
    assertThat(reported).isEmpty();
  }

  @Test
  void run_nobodyKnowsWhetherItWasWritten_keepsItsCpusAndIsWrittenTheSame() {
    bound("a", asking(3), 0);
    bound("b", asking(3), 1);
    bound("c", asking(3), 2);
    outcome = () -> new Written.Unknown("no answer within 4000 ms");
    runAt(10);
    assertThat(written).containsExactly("pod-a [node0=3]", "pod-b [node1=3]");
    assertThat(reported).singleElement().asString().startsWith("pod-c ");
    assertCounted(0, 1, 2);

    runAt(11);
    assertThat(written).hasSize(2);
    outcome = () -> new Written.Refused("HTTP 403"); // the first may have been done
    runAt(50);
    outcome = Written.Done::new;
    runAt(90);
    runAt(130);
    assertThat(written.subList(2, 6))
        .containsExactly(
            "pod-a [node0=3]", "pod-b [node1=3]", "pod-a [node0=3]", "pod-b [node1=3]");
    assertThat(written).hasSize(6);
    assertCounted(2, 1, 4);
  }

  @Test
  void run_resultThatNobodyConfirmedIsSeen_isNotWrittenAgain() {
    bound("a", asking(3), 0);
    outcome = () -> new Written.Unknown("no answer within 4000 ms");
    runAt(10);
    var result = new ZoneShare("node0", new TreeMap<>(Map.of("cpu", 3_000L)));
    bound("a", builder(3).result(List.of(result)).build(), 0);
    runAt(50);
    assertThat(written).hasSize(1);
    assertThat(free()).isEqualTo(5);
  }

  @Test
  void run_podIsGoneBeforeItIsKnown_isNotWrittenAgain() {
    bound("a", asking(3), 0);
    outcome = () -> new Written.Unknown("no answer within 4000 ms");
    runAt(10);
    ledger.remove(new ZoneLedger.Pod("a", "shop", "pod-a", asking(3)), "n", now);
    runAt(50);
    runAt(90);
    assertThat(written).hasSize(1);
    assertThat(free()).isEqualTo(8);
  }

  @Test
  void run_writerFails_isAsIfNobodyKnew() {
    bound("a", asking(3), 0);
    outcome =
        () -> {
          throw new IllegalStateException("a defect, for this test");
        };
    runAt(10);
    assertThat(free()).isEqualTo(5);
    outcome = Written.Done::new;
    runAt(50);
    assertThat(written).containsExactly("pod-a [node0=3]", "pod-a [node0=3]");
    assertCounted(1, 0, 1);
  }

  @Test
  void run_oldResultOfNoCpusAndWriteRefused_isTriedAgain() {
    var nothing = new ZoneShare("node0", new TreeMap<>(Map.of("memory", 1L)));
    bound("a", builder(3).result(List.of(nothing)).build(), 0);
    outcome = () -> new Written.Refused("HTTP 403");
    runAt(10);
    assertThat(free()).as("anywhere").isEqualTo(2);
    outcome = Written.Done::new;
    runAt(50);
    assertThat(written).containsExactly("pod-a [node0=3]", "pod-a [node0=3]");
  }

  @Test
  void run_noRoom_isReportedOnceAndLookedAtAgain() {
    bound("large", asking(9), 0);
    runAt(10);
    runAt(11);
    runAt(100);
    runAt(200);
    assertThat(reported)
        .singleElement()
        .satisfies(text -> assertThat(text).startsWith("pod-large on n: ").contains("no room"));
    assertCounted(0, 1, 0);
    assertThat(written).isEmpty();
  }

  @Test
  void run_roomComesLater_isWritten() {
    bound("a", asking(8), 0);
    runAt(10);
    bound("b", asking(4), 11);
    runAt(20);
    assertThat(reported).hasSize(1);
    ledger.remove(new ZoneLedger.Pod("a", "shop", "pod-a", asking(8)), "n", now);
    runAt(30);
    runAt(60);
    assertThat(written).containsExactly("pod-a [node0=4, node1=4]", "pod-b [node0=4]");
    assertCounted(2, 1, 0);
  }

  @Test
  void run_twoWaitAndOneFits_theFirstThatWasBoundGetsIt() {
    bound("later", asking(5), 2);
    bound("first", asking(5), 1);
    runAt(10);
    assertThat(written).singleElement().asString().startsWith("pod-first ");
    assertThat(reported).singleElement().asString().startsWith("pod-later ");
  }

  @Test
  void run_podIsGoneAndMadeAnew_isReportedAnew() {
    bound("a", asking(9), 0);
    runAt(10);
    ledger.remove(new ZoneLedger.Pod("a", "shop", "pod-a", asking(9)), "n", now);
    runAt(11);
    bound("a", asking(9), 12);
    runAt(20);
    assertThat(reported).hasSize(2);
  }
}
