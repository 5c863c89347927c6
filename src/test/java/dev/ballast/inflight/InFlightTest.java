package dev.ballast.inflight;

import static dev.ballast.inflight.Readings.CPU_1H;
import static dev.ballast.inflight.Readings.CPU_5M;
import static dev.ballast.inflight.Readings.CPU_MAX;
import static dev.ballast.inflight.Readings.FIVE_MINUTES;
import static dev.ballast.inflight.Readings.HOUR;
import static dev.ballast.inflight.Readings.MEMORY_5M;
import static dev.ballast.inflight.Readings.OTHER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ballast.load.LoadSnapshot;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import dev.ballast.policy.InFlightPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InFlightTest {
  private static final long T = 1_800_000_000_000L;

  /** Pods count what they request. */
  private static final InFlightPolicy PLAIN =
      new InFlightPolicy(true, 1, 1, 0.25, 200L << 20, 3, Duration.ZERO, true);

  private final InFlight ledger = new InFlight(new Estimate(PLAIN));

  private double cpu(String node, long readingMillis) {
    return ledger.charge(node).inScore(Readings.at(node, readingMillis), CPU_5M);
  }

  @ParameterizedTest
  @CsvSource({
    "-3600000, 2",
    "-1, 2",
    "0, 2",
    "75000, 1.5",
    "150000, 1",
    "225000, 0.5",
    "299999, 0.0000066",
    "300000, 0",
    "300001, 0",
    "36000000, 0"
  })
  void charge_readingAfterTheStart_fallsOverTheWindow(long afterStart, double cores) {
    ledger.put(Pods.bound("a", "n", 2, T));

    assertThat(cpu("n", T + afterStart)).isCloseTo(cores, within(1e-6));
  }

  @Test
  void charge_eachMetric_hasItsOwnWindowResourceAndKind() {
    ledger.put(Pods.bound("a", "n", 2, T));
    var charge = ledger.charge("n");
    var load = Readings.at("n", T + FIVE_MINUTES / 2);

    assertThat(charge.inScore(load, CPU_5M)).isEqualTo(1);
    assertThat(charge.inScore(load, CPU_1H))
        .isCloseTo(2 * (1 - FIVE_MINUTES / 2.0 / HOUR), within(1e-9));
    assertThat(charge.inScore(load, MEMORY_5M)).isEqualTo(1e9);
    assertThat(charge.inScore(load, CPU_MAX)).isZero();
    assertThat(charge.inScore(load, OTHER)).isZero();
  }

  @Test
  void charge_pods_areSummed() {
    ledger.put(Pods.bound("a", "n", 2, T));
    ledger.put(Pods.bound("b", "n", 4, T + FIVE_MINUTES / 2));
    ledger.put(Pods.bound("c", "n", 8, T - FIVE_MINUTES));
    ledger.put(Pods.bound("d", "m", 16, T));

    assertThat(cpu("n", T)).isEqualTo(6);
    assertThat(cpu("n", T + FIVE_MINUTES / 2)).isEqualTo(5);
    assertThat(cpu("m", T)).isEqualTo(16);
    assertThat(cpu("other", T)).isZero();
  }

  @Test
  void charge_readingGrowsOld_podsCountAsBefore() {
    ledger.put(Pods.bound("a", "n", 2, T));
    var reading = Readings.at("n", T + 1_000);
    double young = ledger.charge("n").inScore(reading, CPU_5M);

    ledger.put(Pods.bound("b", "m", 2, T + 10 * HOUR));

    assertThat(ledger.charge("n").inScore(reading, CPU_5M)).isEqualTo(young);
  }

  @Test
  void charge_notStarted_countsInFullHoweverLong() {
    ledger.put(Pods.bound(Pods.waiting("a", 2), "n", T, PodFacts.NOT_YET));

    assertThat(cpu("n", T + 100 * HOUR)).isEqualTo(2);
    ledger.put(Pods.bound(Pods.waiting("a", 2), "n", T, T + 100 * HOUR));
    assertThat(cpu("n", T + 100 * HOUR + FIVE_MINUTES / 2)).isEqualTo(1);
  }

  @Test
  void charge_warmup_countsInFullUntilItsEnd() {
    var warm =
        new InFlight(
            new Estimate(new InFlightPolicy(true, 1, 1, 0.25, 1, 3, Duration.ofSeconds(60), true)));
    warm.put(Pods.bound("a", "n", 2, T));
    var own =
        new PodOverrides(
            OptionalDouble.empty(), OptionalDouble.empty(), Optional.of(Duration.ofMinutes(2)));
    warm.put(
        new PodFacts(
            "b",
            "shop",
            "b",
            "s",
            "m",
            false,
            PodFacts.NEVER,
            T,
            T,
            new PodResources(2, 0, 0, 0, own),
            "",
            false));
    warm.put(Pods.bound(Pods.waiting("c", 2), "x", T, PodFacts.NOT_YET));

    assertThat(warm.charge("n").inScore(Readings.at("n", T + 60_000), CPU_5M)).isEqualTo(2);
    assertThat(warm.charge("n").inScore(Readings.at("n", T + 60_000 + 150_000), CPU_5M))
        .isEqualTo(1);
    assertThat(warm.charge("m").inScore(Readings.at("m", T + 120_000), CPU_5M)).isEqualTo(2);
    assertThat(warm.charge("x").inScore(Readings.at("x", T + HOUR), CPU_5M)).isEqualTo(2);
  }

  @Test
  void charge_burst_isCappedInTheFilterOnly() {
    ledger.put(
        new PodFacts(
            "a",
            "shop",
            "a",
            "s",
            "n",
            false,
            PodFacts.NEVER,
            T,
            T,
            new PodResources(1, 0, 8, 0, PodOverrides.NONE),
            "",
            false));
    var load = Readings.at("n", T);

    assertThat(ledger.charge("n").inScore(load, CPU_5M)).isEqualTo(8);
    assertThat(ledger.charge("n").inFilter(load, CPU_5M)).isEqualTo(3);
  }

  @Test
  void put_waitingOrEndedPod_doesNotCount() {
    ledger.put(Pods.waiting("a", 2));
    ledger.put(Pods.ended(Pods.bound("b", "n", 2, T)));

    assertThat(ledger.charge("n")).isSameAs(Charge.NONE);
    assertThat(ledger.pods()).isZero();
  }

  @Test
  void put_toldAgainOrUpdated_countsOnce() {
    ledger.put(Pods.bound("a", "n", 2, T));
    var charge = ledger.charge("n");
    ledger.put(Pods.bound("a", "n", 2, T));
    assertThat(ledger.charge("n")).isSameAs(charge);

    ledger.put(Pods.bound("a", "n", 3, T));
    assertThat(cpu("n", T)).isEqualTo(3);
    ledger.put(Pods.bound("a", "m", 3, T));
    assertThat(cpu("n", T)).isZero();
    assertThat(cpu("m", T)).isEqualTo(3);
  }

  @Test
  void put_endedOrRemoved_leavesNothing() {
    var a = Pods.bound("a", "n", 2, T);
    var b = Pods.bound("b", "n", 2, T);
    ledger.put(a);
    ledger.put(b);
    ledger.put(Pods.ended(a));
    ledger.remove(b);
    ledger.remove(b);

    assertThat(ledger.charge("n")).isSameAs(Charge.NONE);
    assertThat(ledger.pods()).isZero();
    assertThat(ledger.nodes()).isZero();
  }

  @Test
  void charge_heldByAReader_doesNotChange() {
    ledger.put(Pods.bound("a", "n", 2, T));
    var held = ledger.charge("n");
    ledger.put(Pods.bound("b", "n", 2, T));

    assertThat(held.inScore(Readings.at("n", T), CPU_5M)).isEqualTo(2);
  }

  @Test
  void totals_newestReadings_takeEachNodesWorst() {
    ledger.put(Pods.bound("a", "n", 2, T));
    ledger.put(Pods.bound("old", "n", 2, T - 2 * HOUR));
    ledger.put(Pods.bound("b", "m", 4, T));
    ledger.put(Pods.bound("c", "unknown", 4, T));
    ledger.put(Pods.bound("d", "silent", 4, T));
    var snapshot =
        LoadSnapshot.of(
            1,
            List.of(
                Readings.at("n", T + FIVE_MINUTES),
                Readings.at("m", T),
                NodeLoad.builder(Readings.TABLE).name("silent").build()));

    var totals = ledger.totals(snapshot);

    assertThat(totals.pods()).isEqualTo(2);
    assertThat(totals.cpu()).isCloseTo(4 + 2 * (1 - 1 / 12.0), within(1e-9));
    assertThat(totals.memory()).isEqualTo(4e9);
    assertThat(new InFlight(new Estimate(PLAIN)).totals(snapshot))
        .isEqualTo(new InFlight.Totals(0, 0, 0));
  }

  @Test
  void charge_oneWithOtherTables_answersForEach() {
    ledger.put(Pods.bound("a", "n", 2, T));
    var charge = ledger.charge("n");

    for (int metric : List.of(CPU_1H, CPU_5M, MEMORY_5M, CPU_5M, CPU_1H)) {
      double fresh = Charge.NONE.with(slot("a")).inScore(Readings.at("n", T + 9_000), metric);
      assertThat(charge.inScore(Readings.at("n", T + 9_000), metric)).isEqualTo(fresh);
      assertThat(charge.inScore(Readings.at("n", T), metric)).isGreaterThan(fresh);
    }
  }

  private static Charge.Slot slot(String uid) {
    return new Charge.Slot(T, new Estimate(PLAIN).of(Pods.bound(uid, "n", 2, T).resources()));
  }

  @Test
  void charges_nodesComeAndGo_areThoseByName() {
    var few = names("a", "b");
    var more = names("c", "b", "a");
    ledger.put(Pods.bound("1", "a", 1, 5));
    ledger.put(Pods.bound("2", "c", 1, 5));

    var byFew = ledger.charges(few);
    assertThat(at(byFew, few, "a")).isSameAs(ledger.charge("a")).isNotSameAs(Charge.NONE);
    assertThat(at(byFew, few, "b")).isSameAs(Charge.NONE);
    ledger.put(Pods.bound("3", "b", 1, 6));
    assertThat(at(byFew, few, "b")).isSameAs(ledger.charge("b")).isNotSameAs(Charge.NONE);
    assertThat(ledger.charges(few)).isSameAs(byFew);

    var byMore = ledger.charges(more);
    for (String node : new String[] {"a", "b", "c"}) {
      assertThat(at(byMore, more, node)).isSameAs(ledger.charge(node));
    }
    ledger.charges(few);
    assertThat(ledger.kept()).as("c has a pod").isEqualTo(3);
    ledger.charges(more);
    ledger.remove(Pods.bound("2", "c", 1, 5));
    assertThat(at(ledger.charges(few), few, "b")).isSameAs(ledger.charge("b"));
    assertThat(ledger.kept()).as("c has neither a number nor a pod").isEqualTo(2);
    ledger.put(Pods.bound("4", "c", 1, 7)); // a node that was forgotten
    assertThat(at(ledger.charges(more), more, "c")).isSameAs(ledger.charge("c"));
    assertThat(ledger.charge("c")).isNotSameAs(Charge.NONE);
  }

  private static Charge at(NodeCharges charges, NodeNames names, String node) {
    return charges.at(new NodeList(names, new int[] {names.find(node)}, 1, new String[0]))[0];
  }

  private static NodeNames names(String... nodes) {
    return LoadSnapshot.of(1, Stream.of(nodes).map(name -> Readings.at(name, T)).toList()).names();
  }
}
