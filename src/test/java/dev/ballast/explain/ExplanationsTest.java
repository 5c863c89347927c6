package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.explain.Explanations.Entry;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ExplanationsTest {
  private static final long HOUR = Duration.ofHours(1).toMillis();

  private final DecisionRing ring = new DecisionRing(4, 1_000);
  private final AtomicInteger dropped = new AtomicInteger();
  private final Explanations explanations =
      new Explanations(ring, () -> Sample.FACTS, dropped::incrementAndGet, 3, 3);

  private Entry find(String pod) {
    return explanations.find("default", pod, "").orElseThrow();
  }

  private void bind(String pod, String node, long atMillis) {
    explanations.bound("uid-" + pod, "default", pod, node, atMillis);
  }

  @Test
  void bound_afterFilterAndPrioritize_keepsTheBoundNodesRow() {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.1, 0.2, 0.9, 0.3, 0.4, 0.5));
    ring.accept(Sample.ranked("web", Sample.NOW + 1, 0.1, 0.2, 0.3, 0.4, 0.5));
    bind("web", "node-4", Sample.NOW + 2);

    var entry = find("web");
    assertThat(entry.node()).isEqualTo("node-4");
    var ranking = Objects.requireNonNull(entry.prioritize()).show();
    assertThat(ranking.rows())
        .extracting(Answers.Row::node)
        .containsExactly("node-0", "node-1", "node-2", "node-4");
    assertThat(ranking.rows()).extracting(Answers.Row::rank).containsExactly(1, 2, 3, 5);
    assertThat(ranking.rows()).extracting(Answers.Row::sent).containsExactly(9, 8, 7, 5);
    var filter = Objects.requireNonNull(entry.filter()).show();
    assertThat(filter.passed()).isEqualTo(5);
    assertThat(filter.refused()).containsOnly(org.assertj.core.api.Assertions.entry(Sample.CPU, 1));
  }

  @Test
  void bound_ringTurnedRoundSince_isStillExplainedByTheFirstRows() {
    ring.accept(Sample.ranked("web", Sample.NOW, 0.5, 0.2, 0.1));
    explanations.drain(Sample.NOW);
    for (int i = 0; i < 10; i++) {
      ring.accept(Sample.ranked("other", Sample.NOW, 0.5));
    }
    bind("web", "node-2", Sample.NOW + 2);

    var ranking = Objects.requireNonNull(find("web").prioritize()).show();
    assertThat(ranking.rows()).extracting(Answers.Row::node).startsWith("node-2");
  }

  @Test
  void find_boundLongSinceTheRingForgot_isThereForAnHour() {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.1));
    bind("web", "node-0", Sample.NOW);
    explanations.drain(Sample.NOW + HOUR);
    assertThat(find("web").node()).isEqualTo("node-0");

    explanations.drain(Sample.NOW + HOUR + 1);
    assertThat(explanations.find("default", "web", "")).isEmpty();
    assertThat(dropped).hasValue(0);
  }

  @Test
  void find_waitingPod_isExplainedByItsLatestDecision() {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9));
    ring.accept(Sample.filtered("web", Sample.NOW + 5_000, 0.8, 0.7));
    for (int i = 0; i < 10; i++) {
      explanations.drain(Sample.NOW);
      ring.accept(Sample.filtered("other", Sample.NOW, 0.9));
    }

    var filter = Objects.requireNonNull(find("web").filter()).show();
    assertThat(filter.candidates()).isEqualTo(2);
    assertThat(filter.rows()).extracting(Answers.Row::node).containsExactly("node-1", "node-0");
  }

  @Test
  void removed_waitingPod_isForgotten() {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.9));
    explanations.removed("uid-web");

    assertThat(explanations.find("default", "web", "")).isEmpty();
    assertThat(explanations.waitingCount()).isZero();
  }

  @Test
  void bound_neverAskedOrToldTwice_changesNothing() {
    bind("foreign", "node-0", Sample.NOW);
    ring.accept(Sample.filtered("web", Sample.NOW, 0.1));
    bind("web", "node-0", Sample.NOW);
    bind("web", "node-0", Sample.NOW + 9);

    assertThat(explanations.boundCount()).isEqualTo(1);
    assertThat(find("web").atMillis()).isEqualTo(Sample.NOW);
  }

  @Test
  void bound_moreThanTheBound_oldestGoesAndIsCounted() {
    for (String pod : new String[] {"a", "b", "c", "d"}) {
      ring.accept(Sample.filtered(pod, Sample.NOW, 0.1));
      bind(pod, "node-0", Sample.NOW);
    }

    assertThat(explanations.find("default", "a", "")).isEmpty();
    assertThat(find("d").node()).isEqualTo("node-0");
    assertThat(dropped).hasValue(1);
  }

  @Test
  void drain_ringWasTooQuick_lostDecisionsAreCounted() {
    for (int i = 0; i < 10; i++) {
      ring.accept(Sample.filtered("web", Sample.NOW, 0.1));
    }
    explanations.drain(Sample.NOW);

    assertThat(dropped).hasValue(6);
    assertThat(find("web").node()).isEmpty();
  }

  @Test
  void find_sameNameTwice_newestUnlessTheUidSaysOtherwise() {
    ring.accept(Sample.filtered("web", Sample.NOW, 0.1));
    bind("web", "node-0", Sample.NOW);
    ring.accept(
        dev.ballast.scoring.Decision.notJudged(
            new dev.ballast.scoring.Decision.Call(
                dev.ballast.scoring.Decision.Verb.FILTER,
                "uid-new",
                "default",
                "web",
                Sample.NOW + 1,
                0,
                0,
                "breaker_open",
                ""),
            1));

    assertThat(find("web").uid()).isEqualTo("uid-new");
    assertThat(explanations.find("default", "web", "uid-web").orElseThrow().node())
        .isEqualTo("node-0");
    assertThat(explanations.find("default", "web", "uid-x")).isEmpty();
    assertThat(explanations.find("other", "web", "")).isEmpty();
  }

  @Test
  void within_heap_boundsWhatIsKeptByItsSize() {
    var small = Explanations.within(154L << 20, ring, () -> Sample.FACTS, () -> {});
    var huge = Explanations.within(64L << 30, ring, () -> Sample.FACTS, () -> {});

    assertThat((long) small.maxBound() * Explanations.BOUND_BYTES).isBetween(38L << 20, 39L << 20);
    assertThat((long) small.maxWaiting() * Explanations.WAITING_BYTES).isLessThan(5L << 20);
    assertThat(huge.maxBound()).isEqualTo(Explanations.MAX_BOUND);
    assertThat(huge.maxWaiting()).isEqualTo(Explanations.MAX_WAITING);
  }

  @Test
  void bound_texts_areThoseThatThePodsFactsHold() {
    String uid = new String("uid-p");
    String name = new String("p");
    ring.accept(Sample.filtered("p", Sample.NOW, 0.1, 0.2));

    explanations.bound(uid, "default", name, "n", Sample.NOW);

    var kept =
        java.util.Objects.requireNonNull(
            explanations.find("default", "p", "").orElseThrow().filter());
    assertThat(kept.call().uid()).isSameAs(uid);
    assertThat(kept.call().name()).isSameAs(name);
  }
}
