package dev.ballast.annotator;

import static dev.ballast.annotator.World.CPU;
import static dev.ballast.annotator.World.CPU_MAX;
import static dev.ballast.annotator.World.START;
import static dev.ballast.annotator.World.TIMES;
import static dev.ballast.annotator.World.minutes;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.ballast.annotator.MetricSource.SourceException.Cause;
import dev.ballast.annotator.World.Sent;
import dev.ballast.load.Measurement;
import dev.ballast.policy.PredicatePolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.slf4j.LoggerFactory;

/** Whatever the source answers, in any order of good and bad. */
final class AnnotatorPropertyTest {
  private static final List<String> LABELS = List.of("a", "b", "b:1", "c", "x");

  private static final Logger LOG =
      (Logger) LoggerFactory.getLogger(Annotator.class.getPackageName());

  @BeforeContainer
  static void silence() {
    LOG.setLevel(Level.OFF);
  }

  @AfterContainer
  static void speak() {
    LOG.setLevel(null);
  }

  /** What the source says from some time on; seconds are the age of the newest sample. */
  record Answer(boolean failing, Map<String, Double> values, Map<String, Double> ages) {}

  @Provide
  Arbitrary<List<Answer>> answers() {
    Arbitrary<Double> values =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.doubles().between(0, 1)),
            Tuple.of(
                2,
                Arbitraries.of(
                    Double.NaN,
                    Double.POSITIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    -0.0,
                    -12.5,
                    1.5,
                    1.500001,
                    Double.MAX_VALUE)));
    Arbitrary<Double> ages =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.doubles().between(0, 60)),
            Tuple.of(2, Arbitraries.of(Double.NaN, -119.0, -121.0, 121.0, 3000.0, -1e12)));
    Arbitrary<String> labels = Arbitraries.of(LABELS);
    return Combinators.combine(
            Arbitraries.of(false, false, false, true),
            Arbitraries.maps(labels, values).ofMaxSize(5),
            Arbitraries.maps(labels, ages).ofMinSize(1).ofMaxSize(5))
        .as(Answer::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(20);
  }

  @Property(tries = 300)
  void runOnce_anyAnswers_writesOnlyPlausibleReadingsAndSoundMarkers(
      @ForAll("answers") List<Answer> answers) throws InterruptedException {
    checkAll(answers);
  }

  @Example
  void runOnce_readingIsWrittenWhileItsNodeIsFoundStale_markerCoversIt()
      throws InterruptedException {
    checkAll(
        List.of(
            new Answer(false, Map.of(), Map.of("a", 0.0)),
            new Answer(false, Map.of("a", 0.01, "b", 0.01, "c", 0.0), Map.of("a", 0.0, "b", 0.0)),
            new Answer(
                false, Map.of("a", 0.0, "b", 0.0, "c", 0.0, "x", 0.0), Map.of("a", 0.0, "b", 0.0)),
            new Answer(false, Map.of(), Map.of("a", 0.0))));
  }

  private static void checkAll(List<Answer> answers) throws InterruptedException {
    World world = new World();
    world.addNodes("a", "b", "c");
    Annotator annotator =
        world.annotator(
            World.policy(
                List.of(minutes(CPU, 1), minutes(CPU_MAX, 2)), new PredicatePolicy(CPU, 0.65)),
            World.catalogue(World.query(CPU), World.maximum(CPU_MAX, CPU, Duration.ofMinutes(10))),
            5);
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i);
      world.failures.clear();
      if (answer.failing()) {
        world.fail("q:" + CPU, Cause.BAD_SHAPE);
      }
      world.values.put("q:" + CPU, answer.values());
      Map<String, Double> times = new HashMap<>();
      long now = world.now;
      answer.ages().forEach((label, age) -> times.put(label, now / 1e3 - age));
      world.values.put(TIMES, times);
      int before = world.sent.size();
      world.runUntil(annotator, START + (i + 1) * 60_000L);
      for (Sent sent : world.sent.subList(before, world.sent.size())) {
        check(sent, world);
      }
    }
    for (int i = 5; i < world.sent.size(); i++) {
      assertThat(world.sent.get(i).millis() - world.sent.get(i - 5).millis())
          .isGreaterThanOrEqualTo(1000);
    }
  }

  private static void check(Sent sent, World world) {
    Optional<String> marker = sent.annotations().getOrDefault(STALE_SINCE, Optional.empty());
    boolean marks = marker.isPresent();
    sent.annotations()
        .forEach(
            (key, text) -> {
              if (!key.equals(STALE_SINCE) && text.isPresent()) {
                Measurement reading = World.TEXTS.parse(text.get()).orElseThrow();
                assertThat(reading.value()).isBetween(0.0, 1.5);
                assertThat(text.get()).doesNotStartWith("-");
                assertThat(reading.epochMillis()).isLessThanOrEqualTo(sent.millis() + 120_000);
                assertThat(marks).as("a reading together with a marker").isFalse();
              }
            });
    if (marks) {
      Instant since = World.TEXTS.parseTime(marker.get()).orElseThrow();
      for (String metric : List.of(CPU, CPU_MAX)) {
        assertThat(world.reading(sent.node(), metric))
            .satisfies(
                carried ->
                    carried.ifPresent(
                        reading -> {
                          boolean covered =
                              reading.epochMillis() <= since.toEpochMilli()
                                  || reading.epochMillis() > sent.millis();
                          assertThat(covered)
                              .as("%s of %s against %s", metric, reading, since)
                              .isTrue();
                        }));
      }
    }
  }
}
