package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.TIMES;
import static dev.ballast.annotator.World.minutes;
import static dev.ballast.annotator.World.time;
import static dev.ballast.load.LoadAnnotations.HOT_VALUE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.inflight.HotValue;
import dev.ballast.inflight.PodFacts;
import dev.ballast.inflight.PodResources;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.HotValuePolicy;
import dev.ballast.policy.PredicatePolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class HotValueWritesTest {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;

  /** crane's own windows. */
  private static final List<HotValuePolicy> WINDOWS =
      List.of(
          new HotValuePolicy(Duration.ofMinutes(5), 5),
          new HotValuePolicy(Duration.ofMinutes(1), 2));

  private final World world = new World();
  private final HotValue bindings = new HotValue(WINDOWS);
  private final Annotator annotator = annotator(100, WINDOWS);
  private int pods;

  private Annotator annotator(int writes, List<HotValuePolicy> windows) {
    world.hotValues = time -> Optional.of(bindings.values(time));
    return world.annotator(
        DynamicSchedulerPolicy.of(
            Dialect.CRANE,
            List.of("default-scheduler"),
            List.of(minutes(CPU, 3)),
            List.of(new PredicatePolicy(CPU, 0.65)),
            List.of(),
            windows),
        World.catalogue(World.query(CPU)),
        writes);
  }

  private static PodFacts pod(String uid, String node, long boundMillis) {
    return new PodFacts(
        uid,
        "default",
        uid,
        "default-scheduler",
        node,
        false,
        PodFacts.NEVER,
        boundMillis,
        boundMillis,
        PodResources.NONE,
        "",
        false);
  }

  private void bind(String node, int count) {
    for (int i = 0; i < count; i++) {
      bindings.put(pod("u" + pods++, node, world.now), world.now);
    }
  }

  private void runUntil(long millis) throws InterruptedException {
    world.runUntil(annotator, START + millis);
  }

  /** The hot values sent so far, as seconds since the start, node and value. */
  private List<String> written() {
    List<String> written = new ArrayList<>();
    for (World.Sent sent : world.sent) {
      sent.annotations()
          .getOrDefault(HOT_VALUE, Optional.empty())
          .ifPresent(
              text -> {
                assertThat(text).endsWith("," + time(sent.millis()));
                written.add(
                    (sent.millis() - START) / SECOND
                        + " "
                        + sent.node()
                        + " "
                        + text.substring(0, text.indexOf(',')));
              });
    }
    return written;
  }

  @Test
  void run_podsAreBound_isWrittenWithinASecondInCranesForm() throws Exception {
    world.addNodes("a", "b");
    runUntil(10 * SECOND);
    bind("a", 2);
    runUntil(11 * SECOND);
    assertThat(world.annotations("a").get(HOT_VALUE)).startsWith("1,2026-11-22T12:00:1");
    assertThat(world.annotations("b")).doesNotContainKey(HOT_VALUE);
  }

  @Test
  void run_windowsRunOut_fallsAndZeroIsWrittenOnce() throws Exception {
    world.addNodes("a");
    bind("a", 20); // 4 of the long window, 10 of the short one
    runUntil(30 * MINUTE);
    assertThat(written()).containsExactly("0 a 14", "60 a 4", "300 a 0");
  }

  @Test
  void run_valueStays_isRenewedBeforeCraneForgetsIt() throws Exception {
    List<HotValuePolicy> hour = List.of(new HotValuePolicy(Duration.ofHours(1), 1));
    HotValue long1 = new HotValue(hour);
    Annotator renewing = annotator(100, hour);
    world.hotValues = time -> Optional.of(long1.values(time));
    world.addNodes("a");
    long1.put(pod("u", "a", START), START);
    world.runUntil(renewing, START + 10 * MINUTE);
    assertThat(written()).containsExactly("0 a 1", "240 a 1", "480 a 1");
  }

  @Test
  void run_manyBindings_areAllCounted() throws Exception {
    world.addNodes("a");
    bind("a", 5000);
    runUntil(SECOND);
    assertThat(written()).containsExactly("0 a 3500");
  }

  @Test
  void run_noHotValueInThePolicy_nothingIsWritten() throws Exception {
    Annotator without = annotator(100, List.of());
    world.addNodes("a");
    bind("a", 20);
    world.runUntil(without, START + MINUTE);
    assertThat(world.sent).isEmpty();
  }

  @Test
  void run_nextLeader_writesOnlyWhatDiffers() throws Exception {
    world.addNodes("a", "b", "c", "d");
    world.nodes.put("a", World.node("a", Map.of(HOT_VALUE, "1," + time(START - 10 * SECOND))));
    world.nodes.put("b", World.node("b", Map.of(HOT_VALUE, "3," + time(START - 10 * SECOND))));
    world.nodes.put("c", World.node("c", Map.of(HOT_VALUE, "7," + time(START - 6 * MINUTE))));
    world.nodes.put("d", World.node("d", Map.of(HOT_VALUE, "what")));
    bind("a", 2);
    runUntil(30 * SECOND);
    assertThat(written()).as("c has expired, d is no number").containsExactly("0 b 0");
  }

  @Test
  void run_podsAreNotKnownYet_leavesWhatTheNodeSays() throws Exception {
    world.addNodes("a");
    world.nodes.put("a", World.node("a", Map.of(HOT_VALUE, "3," + time(START))));
    world.hotValues = time -> Optional.empty();
    runUntil(30 * SECOND);
    assertThat(world.sent).isEmpty();
  }

  @Test
  void run_relistTellsThePodsAgain_countsThemOnce() throws Exception {
    world.addNodes("a");
    bindings.put(pod("u", "a", START), START);
    for (int i = 0; i < 10; i++) {
      bindings.put(pod("u", "a", START), START);
    }
    bindings.put(pod("v", "a", START), START);
    runUntil(10 * SECOND);
    assertThat(written()).containsExactly("0 a 1");
  }

  @Test
  void run_writeFails_isWrittenLater() throws Exception {
    world.addNodes("a");
    bind("a", 5);
    world.outcome = NodePatcher.Outcome.FAILED;
    runUntil(5 * SECOND);
    assertThat(written()).hasSize(1);
    world.outcome = NodePatcher.Outcome.WRITTEN;
    runUntil(2 * MINUTE);
    assertThat(world.annotations("a").get(HOT_VALUE)).startsWith("1,");
  }

  @Test
  void run_nodeIsGone_isNotTriedForEver() throws Exception {
    world.addNodes("a");
    bind("a", 2);
    world.outcome = NodePatcher.Outcome.GONE;
    runUntil(5 * SECOND);
    world.nodes.remove("a");
    runUntil(5 * MINUTE);
    assertThat(written()).hasSize(1);
  }

  @Test
  void run_rateIsUsedUp_comesBehindUrgentLoad() throws Exception {
    Annotator slow = annotator(1, WINDOWS);
    world.addNodes("a", "b", "c", "d");
    for (String node : List.of("b", "c", "d")) {
      world.measure(CPU, node, 0.9); // a first reading over its limit is urgent
    }
    world.runUntil(slow, START); // b is written, c and d wait
    bind("a", 2);
    bind("d", 2);
    world.runUntil(slow, START + 10 * SECOND);
    assertThat(world.sent).extracting(World.Sent::node).containsExactly("b", "c", "d", "a");
    assertThat(world.sent.get(2).annotations())
        .as("one patch for both")
        .containsOnlyKeys(CPU, HOT_VALUE);
  }

  @Test
  void run_samplesStop_hotValueThatWaitsIsKept() throws Exception {
    Annotator slow = annotator(1, WINDOWS);
    world.addNodes("a", "b");
    for (String node : world.nodes.keySet()) {
      world.measure(CPU, node, 0.9);
    }
    world.runUntil(slow, START + 170 * SECOND);
    bind("b", 2);
    world.values.put(TIMES, Map.of("a", START / 1e3, "b", START / 1e3)); // nothing since
    world.runUntil(slow, START + 190 * SECOND);
    assertThat(world.annotations("b")).containsKeys(STALE_SINCE, HOT_VALUE);
  }

  /** Numbers of pods that are bound, one a second. */
  @Provide
  Arbitrary<List<Integer>> bursts() {
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(9, Arbitraries.just(0)),
            net.jqwik.api.Tuple.of(1, Arbitraries.integers().between(1, 50)))
        .list()
        .ofMaxSize(300);
  }

  @Property(tries = 100)
  void run_anyBursts_theNodeSaysWhatAReaderWouldCount(@ForAll("bursts") List<Integer> bursts)
      throws InterruptedException {
    new HotValueWritesTest().check(bursts); // a property's tries share their instance
  }

  private void check(List<Integer> bursts) throws InterruptedException {
    world.addNodes("a");
    Map<Long, Integer> boundAt = new HashMap<>();
    for (int burst : bursts) {
      bind("a", burst);
      boundAt.merge(world.now, burst, Integer::sum);
      world.runUntil(annotator, world.now + SECOND);
      long now = world.now;
      int expected = 0;
      for (HotValuePolicy window : WINDOWS) {
        long from = now - SECOND - window.timeRange().toMillis();
        expected += sum(boundAt, from) / window.count();
      }
      int exact = 0;
      for (HotValuePolicy window : WINDOWS) {
        exact += sum(boundAt, now - window.timeRange().toMillis()) / window.count();
      }
      double carried = world.reading("a", HOT_VALUE).map(m -> m.value()).orElse(0.0);
      assertThat(carried).isBetween((double) exact, (double) expected);
    }
  }

  private static int sum(Map<Long, Integer> boundAt, long after) {
    return boundAt.entrySet().stream()
        .filter(e -> e.getKey() > after)
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
