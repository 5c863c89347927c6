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

  private static boolean settled(BallastProcess annotator) {
    return annotator.metric("ballast_annotator_pending_patches", "") == 0;
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
        long frozen = System.currentTimeMillis();
        Await.until("the restarted one leads", Duration.ofSeconds(40), () -> leads(leader));
        Await.pause(Duration.ofSeconds(5));
        var written = new Annotations(cluster).readings(Setup.MEAN);
        other.thaw();
        // What the API server took before the freeze is counted when its answer is read.
        Await.until("it knows", Duration.ofSeconds(5), () -> !leads(other) && settled(other));
        double before = patches(other);
        var after = new Annotations(cluster).readings(Setup.MEAN);
        assertThat(after)
            .as("what was written since was measured after the freeze")
            .allSatisfy(
                (node, reading) ->
                    assertThat(reading.equals(written.get(node)) || reading.epochMillis() > frozen)
                        .as("%s: %s, before %s", node, reading, written.get(node))
                        .isTrue());
        Await.pause(Duration.ofSeconds(15)); // three half lives of readings
        assertThat(leads(leader)).isTrue();
        assertThat(leads(other)).isFalse();
        assertThat(patches(other)).as("the fence: no lease, no write").isEqualTo(before);
        assertThat(patches(leader)).isPositive();
      }
    }
  }
}
