package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.CPU_MAX;
import static dev.ballast.annotator.World.MEM;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.TIMES;
import static dev.ballast.annotator.World.cpuPolicy;
import static dev.ballast.annotator.World.minutes;
import static dev.ballast.annotator.World.text;
import static dev.ballast.annotator.World.time;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.annotator.NodePatcher.Outcome;
import dev.ballast.annotator.World.Sent;
import dev.ballast.config.MetricCatalogue;
import dev.ballast.load.Measurement;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class AnnotatorTest {
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final Duration HOUR = Duration.ofHours(1);

  private final World world = new World();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Annotator.class.getPackageName());

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
    logger.setAdditive(false);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(log);
    logger.setAdditive(true);
  }

  private List<String> logged(Level level) {
    return log.list.stream()
        .filter(event -> event.getLevel() == level)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private Annotator cpuAnnotator() {
    return world.annotator(cpuPolicy(), World.catalogue(World.query(CPU)), 50);
  }

  private long asked(String query) {
    return Collections.frequency(world.asked, query);
  }

  // Sweeps

  @Test
  void runOnce_leadershipGained_sweepsAtOnceThenByPeriod() throws Exception {
    world.addNodes("a", "b");
    world.measure(CPU, "a", 0.4);
    world.measure(CPU, "b", 0.7);
    Annotator annotator = cpuAnnotator();
    world.runUntil(annotator, START + 2 * SECOND); // nodes without a reading do not wait
    assertThat(world.annotations("b")).containsExactly(Map.entry(CPU, text(0.7, START)));
    assertThat(world.annotations("a")).containsExactly(Map.entry(CPU, text(0.4, START)));
    assertThat(asked("q:" + CPU)).isEqualTo(1);
    world.runUntil(annotator, START + 3 * MINUTE);
    assertThat(asked("q:" + CPU)).isEqualTo(2);
    assertThat(asked(TIMES)).isEqualTo(2);
    assertThat(world.metrics.sweeps.labelValues(CPU, "ok").get()).isEqualTo(2);
    assertThat(world.metrics.lastSweep.labelValues(CPU).get())
        .isEqualTo((START + 3 * MINUTE) / 1e3);
    assertThat(world.metrics.sweepSeconds.collect().getDataPoints().get(0).getCount()).isEqualTo(2);
  }

  @Test
  void runOnce_severalMetricsDue_asksForSampleTimesOnce() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    world.measure(MEM, "a", 0.5);
    Annotator annotator =
        world.annotator(
            World.policy(List.of(minutes(CPU, 3), minutes(MEM, 15))),
            World.catalogue(World.query(CPU), World.query(MEM)),
            50);
    world.runUntil(annotator, START + 15 * MINUTE);
    assertThat(asked("q:" + CPU)).isEqualTo(6);
    assertThat(asked("q:" + MEM)).isEqualTo(2);
    assertThat(asked(TIMES)).isEqualTo(6);
    assertThat(world.sent.get(0).annotations()).containsOnlyKeys(CPU, MEM);
  }

  @Test
  void runOnce_notLeading_asksAndWritesNothing() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    world.leads = false;
    world.runUntil(cpuAnnotator(), START + 10 * MINUTE);
    assertThat(world.asked).isEmpty();
    assertThat(world.sent).isEmpty();
  }

  @Test
  void runOnce_leadershipLostWhileWritesWait_dropsThemAndSweepsAnewLater() throws Exception {
    for (int i = 0; i < 100; i++) {
      String name = "n" + i;
      world.nodes.put(name, World.node(name, Map.of(CPU, text(0.3, START - MINUTE))));
      world.measure(CPU, name, 0.4);
    }
    Annotator annotator = cpuAnnotator();
    world.runUntil(annotator, START + 30 * SECOND);
    int before = world.sent.size();
    assertThat(before).isBetween(10, 30); // spread over 144 seconds
    world.leads = false;
    world.runUntil(annotator, START + 60 * SECOND);
    assertThat(world.sent).hasSize(before);
    world.leads = true;
    world.runUntil(annotator, START + 61 * SECOND);
    assertThat(asked("q:" + CPU)).isEqualTo(2);
  }

  @Test
  void runOnce_noNodeKnownYet_waitsForOne() throws Exception {
    Annotator annotator = cpuAnnotator();
    world.runUntil(annotator, START + 10 * SECOND);
    assertThat(world.asked).isEmpty();
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    world.runUntil(annotator, START + 12 * SECOND);
    assertThat(asked("q:" + CPU)).isEqualTo(1);
  }

  // What fails

  @Test
  void runOnce_oneMetricFails_othersAreWrittenAndItIsLoggedOnce() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    world.measure(MEM, "a", 0.5);
    world.fail("q:" + CPU, Cause.WARNINGS);
    Annotator annotator =
        world.annotator(
            World.policy(List.of(minutes(CPU, 3), minutes(MEM, 3))),
            World.catalogue(World.query(CPU), World.query(MEM)),
            50);
    world.runUntil(annotator, START + MINUTE);
    assertThat(world.annotations("a")).containsOnlyKeys(MEM);
    assertThat(asked("q:" + CPU)).isEqualTo(3); // again each 30 seconds, not after 3 minutes
    assertThat(world.metrics.sweeps.labelValues(CPU, "warnings").get()).isEqualTo(3);
    assertThat(logged(Level.WARN)).singleElement().asString().contains(CPU, "WARNINGS");
    world.failures.clear();
    world.sample("a", world.now);
    world.runUntil(annotator, START + 2 * MINUTE);
    assertThat(world.annotations("a")).containsOnlyKeys(CPU, MEM);
    assertThat(logged(Level.INFO)).containsExactly("Reading " + CPU + " works again");
  }

  @Test
  void runOnce_sampleTimesFail_writesNothingAndCountsAll() throws Exception {
    world.addNodes("a", "b");
    world.measure(CPU, "a", 0.4);
    world.fail(TIMES, Cause.NOT_JSON);
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    assertThat(world.sent).isEmpty();
    assertThat(asked("q:" + CPU)).isZero();
    assertThat(world.lost(CPU, LossCause.SAMPLE_TIMES_FAILED)).isEqualTo(2);
  }

  @Test
  void runOnce_sampleTimesEmpty_isAFailureAndMarksNothing() throws Exception {
    world.nodes.put("a", World.node("a", Map.of(CPU, text(0.4, START))));
    world.values.put(TIMES, Map.of());
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    assertThat(world.sent).isEmpty();
    assertThat(logged(Level.WARN)).singleElement().asString().contains("answers no series");
  }

  @Test
  void runOnce_noSeriesFindsANode_saysWhatTheLabelsAre() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "10.1.1.1:9100", 0.4);
    world.sample("a", START);
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    assertThat(world.sent).isEmpty();
    assertThat(world.lost(CPU, LossCause.NO_SERIES)).isEqualTo(1);
    assertThat(world.metrics.unmatchedSeries.labelValues(CPU).get()).isEqualTo(1);
    assertThat(logged(Level.WARN))
        .anyMatch(line -> line.contains(CPU) && line.contains("10.1.1.1:9100"));
  }

  @Test
  void runOnce_valuesThatAreNone_areCountedAndNeverWritten() throws Exception {
    double[] values = {Double.NaN, Double.POSITIVE_INFINITY, -0.1, 1.6, 0.4};
    for (int i = 0; i < values.length; i++) {
      world.addNodes("n" + i);
      world.measure(CPU, "n" + i, values[i]);
    }
    world.runUntil(cpuAnnotator(), START + 3 * MINUTE - 1);
    assertThat(world.writtenNodes()).containsExactly("n4");
    for (LossCause cause :
        List.of(LossCause.NAN, LossCause.INFINITE, LossCause.NEGATIVE, LossCause.TOO_HIGH)) {
      assertThat(world.lost(CPU, cause)).as(cause.label()).isEqualTo(1);
    }
  }

  @Test
  void runOnce_severalSeriesOfANode_areLost() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a:1", 0.4);
    world.measure(CPU, "a:2", 0.4);
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    assertThat(world.sent).isEmpty();
    assertThat(world.lost(CPU, LossCause.SEVERAL_SERIES)).isEqualTo(1);
    assertThat(world.metrics.ambiguousNodes.labelValues(CPU).get()).isEqualTo(1);
  }

  @Test
  void start_metricWithoutCatalogueEntry_isWarnedOfOnceAndOthersAreRead() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    DynamicSchedulerPolicy policy =
        World.policy(List.of(minutes("gpu", 3), minutes(CPU, 3), minutes(CPU_MAX, 3)));
    MetricCatalogue catalogue =
        World.catalogue(World.query(CPU), World.maximum(CPU_MAX, "none", HOUR));
    try (Annotator annotator = world.annotator(policy, catalogue, 50)) {
      annotator.start();
      annotator.start();
    }
    assertThat(logged(Level.WARN)).hasSize(2);
    assertThat(logged(Level.WARN).get(0)).contains("'gpu'");
    assertThat(logged(Level.WARN).get(1)).contains(CPU_MAX, "'none'");
    World other = new World();
    other.addNodes("a");
    other.measure(CPU, "a", 0.4);
    other.runUntil(other.annotator(policy, catalogue, 50), START + 10 * SECOND);
    assertThat(other.annotations("a")).containsOnlyKeys(CPU);
  }

  @Test
  void runOnce_noSampleTimeFindsANode_isAFailureAndMarksNothing() throws Exception {
    world.nodes.put("a", World.node("a", Map.of(CPU, text(0.4, START))));
    world.measure(CPU, "10.1.1.1:9100", 0.4);
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    assertThat(world.sent).isEmpty();
    assertThat(world.lost(CPU, LossCause.SAMPLE_TIMES_FAILED)).isEqualTo(1);
  }

  // Samples that stop and come back

  @Test
  void runOnce_samplesStopAndComeBack_markerCoversOldAndFreesNewReadings() throws Exception {
    world.addNodes("a", "b");
    Annotator annotator = cpuAnnotator();
    for (long t = START; t < START + 20 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "b", 0.4);
      if (t < START + 4 * MINUTE) {
        world.measure(CPU, "a", 0.4 + (t - START) / 1e6);
      }
      world.runUntil(annotator, t);
    }
    long last = START + 3 * MINUTE + 30 * SECOND;
    String marker = world.annotations("a").getOrDefault(STALE_SINCE, "");
    Measurement reading = world.reading("a", CPU).orElseThrow();
    Instant since = World.TEXTS.parseTime(marker).orElseThrow();
    assertThat(since.toEpochMilli()).isBetween(last, START + 4 * MINUTE);
    assertThat(reading.epochMillis()).isLessThanOrEqualTo(since.toEpochMilli());
    assertThat(world.metrics.staleNodes.get()).isEqualTo(1);
    assertThat(world.lost(CPU, LossCause.STALE)).isPositive();
    assertThat(world.annotations("b")).doesNotContainKey(STALE_SINCE);
    assertThat(world.sent.stream().filter(s -> s.annotations().containsKey(STALE_SINCE)))
        .hasSize(1);

    world.measure(CPU, "a", 0.4);
    world.sent.clear();
    world.runUntil(annotator, START + 21 * MINUTE + SECOND);
    assertThat(world.annotations("a")).containsOnlyKeys(CPU);
    Sent back = world.sent.stream().filter(s -> s.node().equals("a")).findFirst().orElseThrow();
    assertThat(back.annotations()).containsOnlyKeys(CPU, STALE_SINCE);
    assertThat(world.reading("a", CPU).orElseThrow().epochMillis())
        .isGreaterThan(since.toEpochMilli());
  }

  @Test
  void runOnce_stoppedWhileAReadingWaits_writesOnlyTheMarker() throws Exception {
    world.addNodes("a", "z");
    world.measure(CPU, "a", 0.4);
    world.measure(CPU, "z", 0.4);
    world.outcome = Outcome.FAILED;
    Annotator annotator = cpuAnnotator();
    world.runUntil(annotator, START + 2 * MINUTE + 50 * SECOND);
    world.outcome = Outcome.WRITTEN;
    world.sent.clear();
    world.measure(CPU, "a", 0.4);
    world.runUntil(annotator, START + 3 * MINUTE);
    Optional<Sent> z = world.sent.stream().filter(s -> s.node().equals("z")).findFirst();
    assertThat(z.orElseThrow().annotations())
        .containsExactly(Map.entry(STALE_SINCE, Optional.of(time(START))));
  }

  @Test
  void runOnce_noSampleWithinLookback_marksNodesThatCarryLoadOnly() throws Exception {
    world.nodes.put("a", World.node("a", Map.of(CPU, text(0.4, START - 30 * MINUTE))));
    world.nodes.put("b", World.node("b", Map.of()));
    world.addNodes("c");
    world.measure(CPU, "c", 0.4);
    world.runUntil(cpuAnnotator(), START + 10 * SECOND);
    // not an hour ago, the lookback: the reading on the node has to be covered
    assertThat(world.annotations("a")).containsEntry(STALE_SINCE, time(START - 30 * MINUTE));
    assertThat(world.annotations("b")).isEmpty();
    assertThat(world.lost(CPU, LossCause.NO_SAMPLE_TIME)).isEqualTo(1);
  }

  // Writes

  @Test
  void runOnce_steadyLoad_isRewrittenBeforeItExpiresAndNotAtEachSweep() throws Exception {
    world.addNodes("a");
    Annotator annotator = cpuAnnotator();
    for (long t = START; t <= START + 60 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "a", 0.4);
      world.runUntil(annotator, t);
      Optional<Measurement> reading = world.reading("a", CPU);
      if (t > START + 3 * MINUTE) {
        assertThat(t - reading.orElseThrow().epochMillis()).isLessThan(8 * MINUTE);
      }
    }
    assertThat(world.sent).hasSizeBetween(9, 12); // 21 sweeps
  }

  @Test
  void runOnce_manySteadyNodes_noReadingExpiresThoughWritesAreSpread() throws Exception {
    Annotator annotator = cpuAnnotator();
    for (int i = 0; i < 500; i++) {
      world.addNodes("n" + i);
    }
    for (long t = START; t <= START + 40 * MINUTE; t += 15 * SECOND) {
      for (String node : world.nodes.keySet()) {
        world.measure(CPU, node, 0.4);
      }
      world.runUntil(annotator, t);
      for (String node : world.nodes.keySet()) {
        if (t > START + 3 * MINUTE) {
          assertThat(t - world.reading(node, CPU).orElseThrow().epochMillis())
              .as(node)
              .isLessThan(8 * MINUTE);
        }
      }
    }
  }

  @Test
  void runOnce_waitingReadingIsOutdated_onlyTheNewerIsWritten() throws Exception {
    world.addNodes("a", "b");
    world.measure(CPU, "a", 0.4);
    world.measure(CPU, "b", 0.4);
    Annotator annotator = world.annotator(cpuPolicy(), World.catalogue(World.query(CPU)), 1);
    world.outcome = Outcome.FAILED;
    world.runUntil(annotator, START + 2 * MINUTE + 50 * SECOND);
    world.outcome = Outcome.WRITTEN;
    world.sent.clear();
    world.measure(CPU, "a", 0.5);
    world.measure(CPU, "b", 0.5);
    world.runUntil(annotator, START + 6 * MINUTE - 1);
    assertThat(world.sent).hasSize(2);
    assertThat(world.sent)
        .allSatisfy(
            sent ->
                assertThat(sent.annotations())
                    .containsExactly(
                        Map.entry(CPU, Optional.of(text(0.5, START + 2 * MINUTE + 50 * SECOND)))));
  }

  @Test
  void runOnce_patchOfALongPeriodFails_isRepeatedWithTheNextSweep() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.4);
    world.measure(MEM, "a", 0.5);
    world.outcome = Outcome.FAILED;
    Annotator annotator =
        world.annotator(
            World.policy(List.of(minutes(CPU, 3), minutes(MEM, 180))),
            World.catalogue(World.query(CPU), World.query(MEM)),
            50);
    world.runUntil(annotator, START + MINUTE);
    world.outcome = Outcome.WRITTEN;
    world.measure(CPU, "a", 0.4);
    world.runUntil(annotator, START + 6 * MINUTE - 1);
    assertThat(world.annotations("a")).containsEntry(MEM, text(0.5, START));
    assertThat(logged(Level.WARN)).hasSize(1);
  }

  // Maxima

  private Annotator maxAnnotator(long maxSeriesSteps) {
    return world.annotator(
        World.policy(
            List.of(minutes(CPU, 3), minutes(CPU_MAX, 15)), new PredicatePolicy(CPU_MAX, 0.75)),
        World.catalogue(World.query(CPU), World.maximum(CPU_MAX, CPU, HOUR)),
        new AnnotatorSettings(0.01, 50, maxSeriesSteps, ZoneOffset.UTC));
  }

  private static double peakHalfAnHourAgo(Instant time) {
    boolean peak = time.equals(Instant.ofEpochMilli(START - 30 * MINUTE));
    return peak ? 0.8125 : 0.25;
  }

  @Test
  void runOnce_maximumWithHistory_isWrittenAtOnce() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.5);
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    world.runUntil(maxAnnotator(5_000_000), START + 10 * SECOND);
    assertThat(world.reading("a", CPU_MAX)).hasValue(new Measurement(0.8125, START));
    assertThat(world.asked).contains("range:q:" + CPU + ":12");
  }

  @Test
  void runOnce_historyTooLarge_isAskedForInPartsNewestFirst() throws Exception {
    world.addNodes("a", "b");
    world.measure(CPU, "a", 0.5);
    world.measure(CPU, "b", 0.5);
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    world.runUntil(maxAnnotator(10), START + 10 * SECOND); // 2 series in the answer, 5 steps
    assertThat(world.asked.stream().filter(q -> q.startsWith("range:")))
        .containsExactly("range:q:" + CPU + ":5", "range:q:" + CPU + ":5", "range:q:" + CPU + ":2");
    assertThat(world.reading("b", CPU_MAX)).hasValue(new Measurement(0.8125, START));
  }

  @Test
  void runOnce_historyRefused_isHalved() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.5);
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    world.maxRangeSteps = 3;
    world.runUntil(maxAnnotator(5_000_000), START + 10 * SECOND);
    assertThat(world.reading("a", CPU_MAX)).hasValue(new Measurement(0.8125, START));
    assertThat(asked("range:q:" + CPU + ":3")).isEqualTo(4);
  }

  @Test
  void runOnce_historyFails_othersGoOnAndItIsRetriedWithTheSweeps() throws Exception {
    world.addNodes("a");
    world.fail("range:q:" + CPU, Cause.UNREACHABLE);
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    Annotator annotator = maxAnnotator(5_000_000);
    for (long t = START; t <= START + 7 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "a", 0.5);
      world.runUntil(annotator, t);
    }
    assertThat(world.annotations("a")).containsOnlyKeys(CPU);
    assertThat(world.lost(CPU_MAX, LossCause.NO_HISTORY)).isPositive();
    assertThat(asked("range:q:" + CPU + ":12")).isBetween(3L, 5L);
    assertThat(logged(Level.WARN)).singleElement().asString().contains("history:" + CPU);
    world.failures.clear();
    world.runUntil(annotator, START + 8 * MINUTE);
    world.measure(CPU, "a", 0.5);
    world.runUntil(annotator, START + 9 * MINUTE + SECOND);
    assertThat(world.reading("a", CPU_MAX).orElseThrow().value()).isEqualTo(0.8125);
  }

  @Test
  void runOnce_baseNotInThePolicy_isReadAtBucketLengthAndNotWritten() throws Exception {
    world.addNodes("a");
    world.measure(CPU, "a", 0.5);
    Annotator annotator =
        world.annotator(
            World.policy(List.of(minutes(CPU_MAX, 15))),
            World.catalogue(World.query(CPU), World.maximum(CPU_MAX, CPU, HOUR)),
            50);
    for (long t = START; t <= START + 20 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "a", 0.5);
      world.runUntil(annotator, t);
    }
    assertThat(asked("q:" + CPU)).isEqualTo(5);
    assertThat(world.annotations("a")).containsOnlyKeys(CPU_MAX);
  }

  @Test
  void runOnce_baseFails_maximumIsNotToldAsOfNow() throws Exception {
    world.addNodes("a");
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    Annotator annotator = maxAnnotator(5_000_000);
    for (long t = START; t <= START + 31 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "a", 0.5);
      if (t == START + 16 * MINUTE) {
        world.fail("q:" + CPU, Cause.TIMEOUT);
      }
      world.runUntil(annotator, t);
    }
    assertThat(world.lost(CPU_MAX, LossCause.NOT_FED)).isEqualTo(1);
    assertThat(world.reading("a", CPU_MAX).orElseThrow().epochMillis())
        .isLessThanOrEqualTo(START + 15 * MINUTE);
  }

  @Test
  void runOnce_nodeGoneAndBack_startsWithoutItsOldMaximum() throws Exception {
    world.addNodes("a", "b");
    world.measure(CPU, "a", 0.5);
    world.measure(CPU, "b", 0.5);
    world.history = AnnotatorTest::peakHalfAnHourAgo;
    Annotator annotator = maxAnnotator(5_000_000);
    world.runUntil(annotator, START + MINUTE);
    world.nodes.remove("a");
    world.runUntil(annotator, START + 4 * MINUTE);
    world.addNodes("a");
    for (long t = START + 4 * MINUTE; t <= START + 16 * MINUTE; t += 15 * SECOND) {
      world.measure(CPU, "a", 0.5);
      world.measure(CPU, "b", 0.5);
      world.runUntil(annotator, t);
    }
    assertThat(world.reading("a", CPU_MAX).orElseThrow().value()).isEqualTo(0.5);
    assertThat(world.reading("b", CPU_MAX).orElseThrow().value()).isEqualTo(0.8125);
  }

  // The thread

  @Test
  void close_running_endsTheThreadAndCanBeRepeated() throws Exception {
    CountDownLatch leadsAsked = new CountDownLatch(1);
    Annotator annotator =
        new Annotator(
            cpuPolicy(),
            World.catalogue(World.query(CPU)),
            world,
            world,
            now -> {
              leadsAsked.countDown();
              return false;
            },
            List::of,
            PodSources.NONE,
            world.metrics,
            System::currentTimeMillis,
            AnnotatorSettings.DEFAULT);
    annotator.start();
    assertThat(leadsAsked.await(30, TimeUnit.SECONDS)).isTrue();
    annotator.close();
    annotator.close();
    annotator.start();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("annotator") && thread.isAlive());
  }
}
