package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.ballast.explain.InTreeScores.Amounts;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class InTreeScoresTest {
  private static final Amounts ROOM = Amounts.of(4, 10_000);

  /**
   * The figures of kube-scheduler's own test, least_allocated_test.go: 3000m and 5000 of 4000,
   * 10000.
   */
  @Test
  void estimate_requestsOfPodAndNode_areScoredAsByKubeScheduler() {
    var scores = InTreeScores.estimate(Amounts.of(3, 5_000), Amounts.NONE, ROOM);

    assertThat(scores.plugins())
        .contains(entry("NodeResourcesFit", (25L + 50L) / 2))
        // balanced without the pod 100, with it 1 - |0.75 - 0.5| / 2 = 87: 50 + (50 - 13) / 2
        .contains(entry("NodeResourcesBalancedAllocation", 68L));
  }

  @Test
  void estimate_podWithoutRequests_isGuessedForAndNotBalanced() {
    var room = new Amounts(1, 1L << 30, 0, 0);
    var scores = InTreeScores.estimate(Amounts.of(0, 0), Amounts.NONE, room);

    assertThat(scores.plugins()).containsOnly(entry("NodeResourcesFit", (90L + 80L) / 2));
  }

  @Test
  void estimate_nodeTooSmall_scoresZeroForFit() {
    assertThat(InTreeScores.estimate(Amounts.of(5, 20_000), Amounts.NONE, ROOM).plugins())
        .contains(entry("NodeResourcesFit", 0L));
  }

  @Test
  void weightNeeded_behindByPoints_isTheFirstThatWins() {
    var behind = new InTreeScores(Map.of("A", 100L));
    var ahead = new InTreeScores(Map.of("A", 180L));

    assertThat(InTreeScores.weightNeeded(behind, 9, ahead, 5)).isEqualTo(3); // 80 / 40, and more
    assertThat(InTreeScores.weightNeeded(behind, 10, ahead, 1)).isEqualTo(1);
    assertThat(InTreeScores.weightNeeded(ahead, 9, behind, 5)).isEqualTo(1);
    assertThat(InTreeScores.weightNeeded(behind, 5, ahead, 5)).isZero();
  }
}
