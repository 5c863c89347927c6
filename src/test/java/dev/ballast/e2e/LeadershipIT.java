package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two annotators and one lease: one writes at a time, and the other takes over. */
final class LeadershipIT {
  private static boolean leads(BallastProcess annotator) {
    return annotator.metric("ballast_annotator_leader", "") == 1;
  }

  private static double patches(BallastProcess annotator) {
    return annotator.metric("ballast_annotator_patches_total", "");
  }

  @Test
  void lead_leaderKilledThenFrozen_theOtherTakesOverAndTheOldOneStaysSilent() {
    try (var cluster = LocalCluster.up("--nodes", "5", "--no-scheduler")) {
      var policy = Setup.policy(cluster, "20s"); // half a life is 10 s: writes go on at still loads
      try (var a = Setup.annotator(cluster, policy);
          var b = Setup.annotator(cluster, policy)) {
        Await.until("one leads", Duration.ofMinutes(1), () -> leads(a) || leads(b));
        assertThat(List.of(leads(a), leads(b))).containsExactlyInAnyOrder(true, false);
        var leader = leads(a) ? a : b;
        var other = leader == a ? b : a;
        new Annotations(cluster).await(Setup.MEAN, "node-0", 5, v -> v >= 0);
        assertThat(patches(other)).isZero();

        leader.kill();
        var takeover = Await.until("the other leads", Duration.ofSeconds(40), () -> leads(other));
        System.out.println("the other led " + takeover.toMillis() + " ms after a kill");
        leader.start();
        leader.awaitReady();
        assertThat(leads(leader)).isFalse();

        other.freeze();
        Await.until("the restarted one leads", Duration.ofSeconds(40), () -> leads(leader));
        Await.pause(Duration.ofSeconds(5));
        other.thaw();
        double before = patches(other);
        Await.pause(Duration.ofSeconds(15)); // three half lives of readings
        assertThat(leads(leader)).isTrue();
        assertThat(leads(other)).isFalse();
        assertThat(patches(other)).as("the fence: no lease, no write").isEqualTo(before);
        assertThat(patches(leader)).isPositive();
      }
    }
  }
}
