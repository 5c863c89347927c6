package dev.ballast.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.BreakerPolicy;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A mean read every 3 minutes, which lives 8 (10 with the tolerance), and a maximum read every 3
 * hours; a third metric is synchronised and not used.
 */
final class BreakerTest {
  private static final long START = 1_795_348_800_000L;
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final int MEAN = 0;
  private static final int MAX = 1;
  private static final int UNUSED = 2;
  private static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of(),
          List.of(
              SyncPolicy.of("mean", Duration.ofMinutes(3)),
              SyncPolicy.of("max", Duration.ofHours(3)),
              SyncPolicy.of("unused", Duration.ofMinutes(3))),
          List.of(new PredicatePolicy("mean", 0.65), new PredicatePolicy("unused", 0)),
          List.of(new PriorityPolicy("max", 1), new PriorityPolicy("unused", 0)),
          List.of());
  private static final MetricTable TABLE = MetricTable.of(POLICY);

  private final Map<String, NodeLoad> nodes = new HashMap<>();
  private long now = START;
  private Breaker breaker = new Breaker(POLICY, TABLE);

  private void put(String node, int metric, long ageMillis) {
    nodes.put(
        node,
        NodeLoad.builder(TABLE)
            .name(node)
            .reading(metric, new Measurement(0.3, now - ageMillis))
            .build());
  }

  /** Gives the nodes {@code n0..} up to a number a mean of this age. */
  private void putAll(int count, long ageMillis) {
    for (int i = 0; i < count; i++) {
      put("n" + i, MEAN, ageMillis);
    }
  }

  private void lose(int count) {
    for (int i = 0; i < count; i++) {
      nodes.put("n" + i, NodeLoad.builder(TABLE).name("n" + i).build());
    }
  }

  private Breaker.State look() {
    return breaker.observe(LoadSnapshot.of(1, nodes.values()), now);
  }

  @Test
  void observe_noReadingEver_isClosedAndSaysSo() {
    lose(3);

    assertThat(look().open()).isFalse();
    assertThat(look().reason()).isEqualTo("no load data yet on 3 nodes");
    assertThat(new Breaker(POLICY, TABLE).isOpen()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "5, false", "6, true", "10, true"})
  void observe_nodesLoseTheirData_opensAboveTheShare(int lost, boolean open) {
    putAll(10, 0);
    assertThat(look().open()).isFalse();
    lose(lost);

    assertThat(look().open()).isEqualTo(open);
    assertThat(breaker.isOpen()).isEqualTo(open);
    assertThat(breaker.state().census().lost()).isEqualTo(lost);
  }

  @Test
  void observe_opens_saysWhyWithNumbers() {
    putAll(10, 0);
    look();
    lose(7);
    now += MINUTE;

    assertThat(look().reason())
        .isEqualTo(
            "7 of 10 nodes that had usable load data lack it (70 %, opens above 50 %); the newest"
                + " fresh reading is 60 s old (opens from 600 s)");
    assertThat(breaker.state().sinceMillis()).isEqualTo(now);
  }

  @Test
  void observe_nodesThatNeverHadData_doNotCount() {
    putAll(2, 0);
    for (int i = 0; i < 50; i++) {
      nodes.put("new" + i, NodeLoad.builder(TABLE).name("new" + i).build());
    }

    assertThat(look().open()).isFalse();
    assertThat(breaker.state().census().remembered()).isEqualTo(2);
    assertThat(breaker.state().census().nodes()).isEqualTo(52);
  }

  @Test
  void observe_nodesThatAreGone_doNotCount() {
    putAll(10, 0);
    look();
    for (int i = 0; i < 8; i++) {
      nodes.remove("n" + i);
    }

    assertThat(look().open()).isFalse();
    assertThat(breaker.state().census().remembered()).isEqualTo(2);
  }

  @Test
  void observe_nodesLabelledNoLoadData_neverCount() {
    putAll(10, 0);
    look();
    for (int i = 0; i < 8; i++) {
      nodes.put(
          "n" + i,
          NodeLoad.builder(TABLE).name("n" + i).facts(new NodeFacts(0, 0, 0, 0, "", true)).build());
    }

    assertThat(look().open()).isFalse();
    // Nor does what they carry all the same keep it closed.
    nodes.replaceAll(
        (name, load) ->
            NodeLoad.builder(TABLE)
                .facts(new NodeFacts(0, 0, 0, 0, "", name.compareTo("n8") < 0))
                .reading(MEAN, new Measurement(0.3, now - (name.equals("n0") ? 0 : HOUR)))
                .build());
    assertThat(look().open()).isTrue();
  }

  @Test
  void observe_nodeLostForLongerThanTheMemory_isForgotten() {
    putAll(10, 0);
    look();
    lose(6);
    now += 24 * HOUR;
    for (int i = 6; i < 10; i++) {
      put("n" + i, MEAN, 0);
    }
    assertThat(look().open()).isTrue();
    now += SECOND;

    look();
    assertThat(breaker.state().census().remembered()).isEqualTo(4);
    now += 30 * SECOND;
    assertThat(look().open()).isFalse();
  }

  @Test
  void observe_metricThatThePolicyDoesNotUse_makesNoNodeUsable() {
    putAll(2, 0);
    look();
    put("n0", UNUSED, 0);
    put("n1", UNUSED, 0);

    assertThat(look().open()).isTrue();
  }

  @Test
  void observe_policyWithoutLimitsAndTerms_usesAllMetrics() {
    var bare =
        DynamicSchedulerPolicy.of(
            Dialect.BALLAST, List.of(), POLICY.syncPolicies(), List.of(), List.of(), List.of());
    breaker = new Breaker(bare, TABLE);
    put("n0", UNUSED, 0);

    look();
    assertThat(breaker.state().census().remembered()).isEqualTo(1);
  }

  @Test
  void observe_sourceDeadWhileMaximaLive_opensAfterTheSilence() {
    for (int i = 0; i < 3; i++) {
      nodes.put(
          "n" + i,
          NodeLoad.builder(TABLE)
              .name("n" + i)
              .reading(MEAN, new Measurement(0.3, now))
              .reading(MAX, new Measurement(0.3, now))
              .build());
    }
    assertThat(look().open()).isFalse();
    now += 10 * MINUTE - 1;
    assertThat(look().open()).isFalse();
    now += 1;

    assertThat(look().open()).isTrue();
    assertThat(breaker.state().census().lost()).as("the maximum is still fresh").isZero();
    assertThat(breaker.state().reason())
        .isEqualTo(
            "the newest fresh reading is 600 s old (opens from 600 s); 0 of 3 nodes that had usable"
                + " load data lack it (0 %, opens above 50 %)");
  }

  @Test
  void observe_startsWithOldReadings_isOpenAtOnce() {
    putAll(3, HOUR);

    assertThat(look().open()).as("as replicas that have seen them fresh").isTrue();
    assertThat(breaker.state().reason()).contains("no reading is fresh, the newest is 3600 s old");
  }

  @ParameterizedTest
  @CsvSource({"600, true", "-600, true", "120, false", "-120, false", "121, true"})
  void observe_clocksDiffer_opensBeyondTheTolerance(long aheadSeconds, boolean open) {
    // Ahead or behind: readings of an age of 0 to 3 minutes, seen with a clock that is off.
    for (int i = 0; i < 10; i++) {
      put("n" + i, MEAN, 20_000L * i - aheadSeconds * SECOND);
    }
    for (int i = 0; i < (aheadSeconds == 121 ? 9 : 0); i++) {
      put("n" + (i + 1), MEAN, -121_000); // all of them
    }

    assertThat(look().open()).isEqualTo(open);
    putAll(10, 0);
    look();
    now += 30 * SECOND;
    putAll(10, 0);
    assertThat(look().open()).as("and closes when the clock is right").isFalse();
  }

  @Test
  void observe_readingsTooFarAhead_saysHowFar() {
    putAll(3, -10 * MINUTE);

    assertThat(look().reason()).startsWith("no reading is fresh, the newest is 600 s ahead");
  }

  @Test
  void observe_allExportersFrozen_opens() {
    putAll(3, 0);
    look();
    nodes.replaceAll(
        (name, load) ->
            NodeLoad.builder(TABLE)
                .name(name)
                .reading(MEAN, new Measurement(0.3, now))
                .frozenSince(now)
                .build());

    assertThat(look().open()).isTrue();
  }

  @Test
  void observe_shareFalls_closesOnlyBelowHalfOfItAndForThirtySeconds() {
    putAll(10, 0);
    look();
    lose(6);
    assertThat(look().open()).isTrue();
    putAll(10, 0);
    lose(3); // 30 %: more than half of 50 %
    now += HOUR / 12;
    putAll(10, 0);
    lose(3);
    look();
    assertThat(look().reason()).startsWith("load data is coming back: 3 of 10 nodes");
    assertThat(breaker.isOpen()).isTrue();
    putAll(10, 0);
    lose(2);
    look();
    now += 29_999;
    assertThat(look().open()).isTrue();
    now += 1;
    assertThat(look().open()).isFalse();
    assertThat(breaker.state().sinceMillis()).isEqualTo(now);
  }

  @Test
  void observe_badOnceInBetween_waitsThirtySecondsAnew() {
    putAll(10, 0);
    look();
    lose(10);
    look();
    putAll(10, 0);
    look();
    now += 20 * SECOND;
    lose(4);
    look();
    now += SECOND;
    putAll(10, 0);
    look();
    now += 29 * SECOND;

    assertThat(look().open()).isTrue();
    now += SECOND;
    assertThat(look().open()).isFalse();
  }

  @Test
  void observe_shareMovesAroundTheLimit_doesNotFlap() {
    putAll(10, 0);
    look();
    int transitions = 0;
    boolean before = false;
    for (int second = 0; second < 3_600; second++) {
      now += SECOND;
      putAll(10, 0);
      lose(second % 2 == 0 ? 6 : 4);
      boolean open = look().open();
      transitions += open == before ? 0 : 1;
      before = open;
    }

    assertThat(transitions).isEqualTo(1);
    assertThat(breaker.isOpen()).isTrue();
  }

  @Test
  void observe_clockSetBackWhileRecovering_stillCloses() {
    putAll(10, 0);
    look();
    lose(10);
    look();
    putAll(10, 0);
    look();
    now -= HOUR;
    putAll(10, 0);
    look();
    now += 30 * SECOND;

    assertThat(look().open()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1})
  void observe_extremeShares_areRespected(double share) {
    breaker =
        new Breaker(
            POLICY.with(new BreakerPolicy(share, Duration.ofMinutes(10), Duration.ofDays(1))),
            TABLE);
    putAll(10, 0);
    look();
    lose(1);
    assertThat(look().open()).as("0: any node that is lost").isEqualTo(share == 0);
    putAll(10, 0);
    look();
    now += 30 * SECOND;
    assertThat(look().open()).isFalse();
  }

  /** Whatever happens, it opens only for a reason and never closes within the calm time. */
  @Property(tries = 300)
  void observe_anyHistory_keepsItsRules(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 10) Integer> lost,
      @ForAll @LongRange(min = 1, max = 20_000) long stepMillis) {
    now = START;
    nodes.clear();
    breaker = new Breaker(POLICY, TABLE);
    putAll(10, 0);
    look();
    long goodSince = now;
    for (int count : lost) {
      now += stepMillis;
      putAll(10, 0);
      lose(count);
      boolean before = breaker.isOpen();
      var state = look();
      boolean bad = count > 5;
      if (count > 2) { // more than half of half of them
        goodSince = Long.MAX_VALUE;
      } else {
        goodSince = Math.min(goodSince, now);
      }
      if (bad) {
        assertThat(state.open()).isTrue();
      } else if (!before) {
        assertThat(state.open()).isFalse();
      } else if (!state.open()) {
        assertThat(now - goodSince).isGreaterThanOrEqualTo(30 * SECOND);
      }
    }
  }
}
