package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.NodePatcher.Outcome;
import dev.ballast.annotator.NodePatcher.Patched;
import dev.ballast.annotator.World.Sent;
import dev.ballast.annotator.WriteDecision.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class WriterTest {
  private final World world = new World();
  private final WriteQueue queue = new WriteQueue();
  private int wakeUps;

  private Writer writer(NodePatcher patcher, int perSecond) {
    return new Writer(
        queue, patcher, world, world.metrics, () -> world.now, perSecond, () -> wakeUps++);
  }

  private void add(String node, boolean urgent) {
    queue.add(node, new Write(Map.of("x", Optional.of("1")), urgent, Long.MAX_VALUE), world.now);
  }

  private double count(Outcome outcome) {
    return world.metrics.patches.labelValues(outcome.name().toLowerCase(Locale.ROOT)).get();
  }

  @Test
  void run_manyDue_keepsSixteenUnderWay() {
    world.slowPatches = true;
    Writer writer = writer(world, 1000);
    for (int i = 0; i < 40; i++) {
      add("n" + i, true);
    }
    writer.run(world.now);
    assertThat(world.sent).hasSize(16);
    world.open.get(3).complete(new Patched(Outcome.WRITTEN, 100, ""));
    assertThat(wakeUps).isEqualTo(1);
    writer.run(world.now);
    assertThat(world.sent).hasSize(17);
    assertThat(count(Outcome.WRITTEN)).isEqualTo(1);
    assertThat(world.metrics.patchBytes.get()).isEqualTo(100);
    assertThat(world.metrics.pendingPatches.get()).isEqualTo(39);
  }

  @Test
  void run_stoppedBetweenTwoPatchesUntilTheLeaseIsLost_sendsNoMore() {
    var sent = new ArrayList<String>();
    Writer writer =
        writer(
            (node, annotations) -> {
              sent.add(node);
              world.leads = false; // the process stood still, and the lease was not renewed
              return CompletableFuture.completedFuture(new Patched(Outcome.WRITTEN, 1, ""));
            },
            1000);
    List.of("a", "b").forEach(node -> add(node, true));
    writer.run(world.now);
    assertThat(sent).containsExactly("a");
  }

  @Test
  void run_nodeUnderWay_waitsForItsAnswer() {
    world.slowPatches = true;
    Writer writer = writer(world, 1000);
    add("a", true);
    writer.run(world.now);
    add("a", true);
    writer.run(world.now);
    assertThat(world.sent).hasSize(1);
    world.open.get(0).complete(new Patched(Outcome.WRITTEN, 1, ""));
    writer.run(world.now);
    assertThat(world.sent).hasSize(2);
  }

  @Test
  void run_conflict_isRetriedOnceAtTheNextBatch() {
    world.outcome = Outcome.CONFLICT;
    Writer writer = writer(world, 1000);
    add("a", true);
    for (int i = 0; i < 5; i++) {
      writer.run(world.now + i);
    }
    assertThat(world.sent).hasSize(2);
    assertThat(count(Outcome.CONFLICT)).isEqualTo(2);
    assertThat(queue.size()).isEqualTo(1); // for the next sweep
  }

  @Test
  void run_nodeGone_isDropped() {
    world.outcome = Outcome.GONE;
    Writer writer = writer(world, 1000);
    add("a", true);
    writer.run(world.now);
    writer.run(world.now);
    assertThat(world.sent).hasSize(1);
    assertThat(queue.size()).isZero();
    assertThat(count(Outcome.GONE)).isEqualTo(1);
  }

  @Test
  void run_failedInAnyWay_waitsForTheNextSweep() {
    Writer writer =
        writer(
            (node, annotations) -> {
              if (node.equals("a")) {
                throw new IllegalStateException("closed");
              }
              return node.equals("b")
                  ? CompletableFuture.failedFuture(new IOException("reset"))
                  : CompletableFuture.completedFuture(new Patched(Outcome.FAILED, 1, "403"));
            },
            1000);
    List.of("a", "b", "c").forEach(node -> add(node, true));
    writer.run(world.now);
    writer.run(world.now);
    assertThat(count(Outcome.FAILED)).isEqualTo(3);
    assertThat(queue.size()).isEqualTo(3);
    assertThat(queue.nextSlot()).isEmpty();
  }

  @Test
  void run_leadershipLost_dropsAllAndPutsNothingBack() {
    world.slowPatches = true;
    Writer writer = writer(world, 1000);
    for (int i = 0; i < 20; i++) {
      add("n" + i, true);
    }
    writer.run(world.now);
    world.leads = false;
    writer.run(world.now);
    assertThat(queue.size()).isZero();
    world.open.forEach(each -> each.complete(new Patched(Outcome.FAILED, 1, "")));
    writer.run(world.now);
    assertThat(queue.size()).isZero();
    assertThat(world.sent).hasSize(16);
  }

  @Test
  void nextMillis_rateUsedUp_isWhenItIsFreeAgain() {
    Writer writer = writer(world, 2);
    List.of("a", "b", "c").forEach(node -> add(node, true));
    writer.run(world.now);
    assertThat(world.sent).hasSize(2);
    assertThat(writer.nextMillis(world.now + 5)).hasValue(world.now + 5); // two to settle
    writer.run(world.now + 10);
    assertThat(writer.nextMillis(world.now + 10)).hasValue(world.now + 1000);
  }

  @Test
  void run_clockSetBack_goesOn() {
    Writer writer = writer(world, 1);
    add("a", true);
    writer.run(world.now);
    world.now -= 3_600_000;
    add("b", true);
    writer.run(world.now);
    assertThat(world.sent).extracting(Sent::node).containsExactly("a", "b");
  }

  /** Urgent ones first, and never more than the rate within any second. */
  @Property(tries = 200)
  void run_anyLoad_keepsOrderAndRate(
      @ForAll @Size(max = 80) List<Boolean> urgent,
      @ForAll @IntRange(min = 1, max = 20) int perSecond,
      @ForAll @IntRange(min = 1, max = 400) int tickMillis) {
    World fresh = new World();
    WriteQueue mine = new WriteQueue();
    Writer writer =
        new Writer(mine, fresh, fresh, fresh.metrics, () -> fresh.now, perSecond, () -> {});
    for (int i = 0; i < urgent.size(); i++) {
      Write write = new Write(Map.of("x", Optional.of("1")), urgent.get(i), Long.MAX_VALUE);
      mine.add((urgent.get(i) ? "urgent" : "other") + i, write, fresh.now);
    }
    mine.spread(fresh.now, 5000);
    while (mine.size() > 0) {
      writer.run(fresh.now);
      fresh.now += tickMillis;
    }
    assertThat(fresh.sent).hasSameSizeAs(urgent);
    long urgentOnes = urgent.stream().filter(each -> each).count();
    assertThat(fresh.sent.subList(0, (int) urgentOnes))
        .allMatch(sent -> sent.node().startsWith("urgent"));
    for (int i = perSecond; i < fresh.sent.size(); i++) {
      assertThat(fresh.sent.get(i).millis() - fresh.sent.get(i - perSecond).millis())
          .isGreaterThanOrEqualTo(1000);
    }
  }
}
