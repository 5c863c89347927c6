package dev.ballast.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ballast.scoring.Decision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class DecisionRingTest {
  private static List<Decision> content(DecisionRing ring) {
    var content = new ArrayList<Decision>();
    for (long n = ring.start(); n < ring.end(); n++) {
      var decision = ring.find(n);
      if (decision != null) {
        content.add(decision);
      }
    }
    return content;
  }

  @Property
  void accept_anyOrderOfSizes_keepsTheNewestThatFit(
      @ForAll @IntRange(min = 1, max = 8) int capacity,
      @ForAll @IntRange(min = 1, max = 20) int maxRows,
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 12) Integer> sizes) {
    var ring = new DecisionRing(capacity, maxRows);
    var given = new ArrayList<Decision>();
    for (int size : sizes) {
      given.add(Sample.ofRows(size));
      ring.accept(given.get(given.size() - 1));

      int kept = 0;
      long rows = 0;
      for (int i = given.size() - 1; i >= 0 && kept < capacity; i--) {
        rows += given.get(i).candidates();
        if (rows > maxRows && kept > 0) {
          break;
        }
        kept++;
      }
      assertThat(content(ring)).isEqualTo(given.subList(given.size() - kept, given.size()));
      assertThat(ring.size()).isEqualTo(kept);
      assertThat(ring.rows())
          .isEqualTo(content(ring).stream().mapToLong(Decision::candidates).sum());
    }
  }

  @Test
  void accept_manyThreads_loseNothingWithinTheBound() throws InterruptedException {
    var ring = new DecisionRing(4_000, 1_000_000);
    var given = run(ring, 8, 500, 3);

    assertThat(Set.copyOf(content(ring))).isEqualTo(given);
    assertThat(ring.rows()).isEqualTo(4_000 * 3);
  }

  @Test
  void accept_manyThreadsBeyondTheBound_neverMoreThanItAndTheNewestStay()
      throws InterruptedException {
    var ring = new DecisionRing(64, 100);
    run(ring, 8, 20_000, 3);

    assertThat(ring.size()).isEqualTo(33); // of 3 rows each
    assertThat(ring.rows()).isEqualTo(99);
    assertThat(ring.end()).isEqualTo(160_000);
    assertThat(ring.find(159_999)).isNotNull();
    assertThat(ring.find(159_999 - 32)).isNotNull();
  }

  private static Set<Decision> run(DecisionRing ring, int threads, int each, int rows)
      throws InterruptedException {
    var given = new HashSet<Decision>();
    var go = new CountDownLatch(1);
    var all = new ArrayList<Thread>();
    for (int t = 0; t < threads; t++) {
      var mine = new ArrayList<Decision>();
      for (int i = 0; i < each; i++) {
        mine.add(Sample.ofRows(rows));
      }
      given.addAll(mine);
      var thread =
          new Thread(
              () -> {
                try {
                  go.await();
                  mine.forEach(ring::accept);
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      thread.start();
      all.add(thread);
    }
    go.countDown();
    for (var thread : all) {
      thread.join();
    }
    return given;
  }

  @Test
  void find_unknownNumbers_areNull() {
    var ring = new DecisionRing(2, 10);
    ring.accept(Sample.ofRows(1));

    assertThat(ring.find(-1)).isNull();
    assertThat(ring.find(1)).isNull();
    assertThat(ring.find(2)).isNull();
  }

  @Test
  void create_boundsBelowOne_areRefused() {
    assertThatThrownBy(() -> new DecisionRing(0, 10)).hasMessageContaining("capacity 0");
    assertThatThrownBy(() -> new DecisionRing(1, 0)).hasMessageContaining("rows 0");
  }

  @Test
  void trim_oldDecisions_goUntilFewCandidatesAreLeft() {
    var ring = new DecisionRing(100, 1_000);
    for (int i = 0; i < 10; i++) {
      ring.accept(Sample.filtered("p" + i, Sample.NOW + i, new double[10]));
    }

    ring.trim(Sample.NOW + 8, 40);
    assertThat(ring.rows()).isEqualTo(40);
    assertThat(ring.start()).isEqualTo(6);
    assertThat(ring.find(5)).isNull();
    assertThat(ring.find(6)).isNotNull();

    ring.trim(Sample.NOW + 8, 0);
    assertThat(ring.start()).as("young ones stay").isEqualTo(8);

    ring.trim(Sample.NOW + 60_000, 0);
    assertThat(content(ring)).as("the newest stays").hasSize(1);
    assertThat(ring.rows()).isEqualTo(10);
  }

  @Test
  void trim_emptyRing_doesNothing() {
    var ring = new DecisionRing(4, 10);

    ring.trim(Long.MAX_VALUE, 0);

    assertThat(ring.start()).isZero();
    assertThat(ring.rows()).isZero();
  }
}
