package dev.ballast.topology;

import static dev.ballast.topology.Zoned.cpus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ZoneSetsTest {
  private static ZoneSets sets(long[][] costs) {
    var all = new ArrayList<Map<String, Long>>();
    for (int i = 0; i < costs.length; i++) {
      all.add(cpus(1));
    }
    return new ZoneSets(Zoned.zones(all, costs));
  }

  private static ZoneSets equallyFar(int zones) {
    var all = new ArrayList<Map<String, Long>>();
    for (int i = 0; i < zones; i++) {
      all.add(cpus(1));
    }
    return new ZoneSets(Zoned.zones(all));
  }

  @Test
  void sets_ofThreeZones_areBySizeThenByDistance() {
    var sets = sets(new long[][] {{10, 30, 20}, {30, 10, 15}, {20, 15, 10}});

    assertThat(sets.sets).containsExactly(0b001, 0b010, 0b100, 0b110, 0b101, 0b011, 0b111);
    // The farthest are 30, so 20 above the nearest; the mean of 20, 10 and 5 is 35 / 3.
    assertThat(sets.distances)
        .containsExactly(new double[] {0, 0, 0, 0.25, 0.5, 1, 35.0 / 3 / 20}, within(1e-12));
    assertThat(sets.from(0)).isZero();
    assertThat(sets.from(1)).isZero();
    assertThat(sets.from(2)).isEqualTo(3);
    assertThat(sets.from(3)).isEqualTo(6);
    assertThat(sets.from(4)).isEqualTo(7);
    assertThat(sets.isComplete()).isTrue();
  }

  @Test
  void sets_ofDistancesThatDifferByDirection_takeTheMean() {
    var sets = sets(new long[][] {{10, 20}, {40, 10}});

    assertThat(sets.distance(0b11)).isEqualTo(1);
    assertThat(sets(new long[][] {{10, 20, 40}, {40, 10, 40}, {40, 40, 10}}).distance(0b011))
        .isEqualTo(20.0 / 30, within(1e-12));
  }

  @Test
  void sets_withoutDistances_areEquallyFar() {
    var sets = equallyFar(3);

    assertThat(sets.sets).containsExactly(1, 2, 4, 3, 5, 6, 7);
    assertThat(sets.distances).containsExactly(0, 0, 0, 1, 1, 1, 1);
  }

  @Test
  void sets_ofOneZone_areThatOne() {
    assertThat(equallyFar(1).sets).containsExactly(1);
    assertThat(equallyFar(1).from(2)).isEqualTo(1);
  }

  @Test
  void sets_ofAllAtTheDistanceOfTheirOwn_areAsNearAsCanBe() {
    assertThat(sets(new long[][] {{10, 10}, {10, 10}}).distances).containsExactly(0, 0, 0);
  }

  @Test
  void sets_ofDistancesNearTheLargestLong_areFar() {
    long far = Long.MAX_VALUE;
    var sets = sets(new long[][] {{10, far, 20}, {far, 10, 20}, {20, 20, 10}});

    assertThat(sets.distance(0b011)).isEqualTo(1);
    assertThat(sets.distance(0b101)).isLessThan(1e-9);
    assertThat(sets.sets[5]).isEqualTo(0b011);
  }

  @Test
  void sets_ofDistancesBelowThatOfTheirOwn_areNear() {
    assertThat(sets(new long[][] {{10, -5}, {Long.MIN_VALUE, 10}}).distance(0b11)).isZero();
  }

  @Test
  void sets_of8Zones_areAll255AndOfMoreThoseOfOneZone() {
    assertThat(equallyFar(8).sets).hasSize(255).doesNotHaveDuplicates();
    assertThat(equallyFar(8).from(2)).isEqualTo(8);
    assertThat(equallyFar(8).from(9)).isEqualTo(255);
    assertThat(equallyFar(9).sets).hasSize(9);
    assertThat(equallyFar(9).isComplete()).isFalse();
    assertThat(equallyFar(9).from(2)).isEqualTo(9);
    assertThat(equallyFar(64).sets).hasSize(64).endsWith(Long.MIN_VALUE);
  }

  @Test
  void nearest_ofOthers_isTheClosestAndOfSeveralTheLowest() {
    var sets =
        sets(new long[][] {{10, 20, 12, 12}, {20, 10, 9, 9}, {12, 9, 10, 9}, {12, 9, 9, 10}});

    assertThat(sets.nearest(0, 0b1110)).isEqualTo(2);
    assertThat(sets.nearest(0, 0b1010)).isEqualTo(3);
    assertThat(sets.nearest(0, 0b0010)).isEqualTo(1);
  }

  @Test
  void of_zonesThatAreBuiltAlike_isTheSameLayout() {
    var layouts = new ZoneLayout.Known();
    var one = layouts.of(Zoned.zones(List.of(cpus(4), cpus(8))));

    assertThat(layouts.of(Zoned.zones(List.of(cpus(1), cpus(0))))).isSameAs(one);
    assertThat(layouts.of(Zoned.zones(List.of(cpus(4), Zoned.amounts(1, 1))))).isNotSameAs(one);
    assertThat(
            layouts.of(Zoned.zones(List.of(cpus(4), cpus(8)), new long[][] {{10, 11}, {11, 10}})))
        .isNotSameAs(one);
    assertThat(layouts.of(Zoned.available(List.of(cpus(4), cpus(8))))).isNotSameAs(one);
    assertThat(one.resources).containsExactly("cpu");
    assertThat(one.zones).containsExactly("node0", "node1");
    assertThat(one.zone("node1")).isEqualTo(1);
    assertThat(one.zone("node2")).isEqualTo(-1);
    assertThat(one.resource("memory")).isNegative();
  }
}
