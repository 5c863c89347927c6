package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that can be found by hand. */
final class CpuAllocatorTest {
  /** Two nodes of four cores: 0-3 with 8-11, and 4-7 with 12-15. */
  private static final CpuTopology TWO = Machines.of(2, 4);

  /** One socket with two nodes, each with two L3 groups of two cores: 0, 8 and 1, 9 share one. */
  private static final CpuTopology CACHES = CpuTopology.of(Machines.regular(1, 2, 4, 2, 2));

  private static Taken take(
      CpuTopology machine, String available, TakePolicy policy, int cpus, int group) {
    return new CpuAllocator(machine)
        .take(CpuSet.parse(available), new TakeRequest(policy, cpus, group));
  }

  private static String set(CpuTopology machine, String available, TakePolicy policy, int cpus) {
    return ((Taken.Cpus) take(machine, available, policy, cpus, 1)).set().toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-15|0|''",
        "0-15|1|0",
        "0-15|2|0,8",
        "0-15|3|0-1,8", // the second core is begun
        "0-15|8|0-3,8-11", // a whole node
        "0-15|10|0-4,8-12",
        "1-15|2|1,9", // whole cores before the CPU that has lost its sibling
        "1-15|1|8", // which is the first of single ones
        "1-15|8|4-7,12-15", // the node that is whole
        "0-11,15|2|7,15", // the one whole core of the node with fewer free CPUs
        "4-7,12-15,0,8|2|0,8", // the node with fewer free CPUs
        "3,7,9|3|3,7,9",
      })
  void packed_ofTwoNodes_leavesBigHoles(String available, int cpus, String expected) {
    assertThat(set(TWO, available, TakePolicy.PACKED, cpus)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"0-15|2|0-1", "0-15|4|0-3", "0-15|5|0-3,8", "0-15|8|0-3,8-11", "2-15|3|2-3,8"})
  void spread_ofTwoNodes_takesACoreEachFirst(String available, int cpus, String expected) {
    assertThat(set(TWO, available, TakePolicy.SPREAD, cpus)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-15|4|0-1,8-9", // a whole group
        "1-15|4|2-3,10-11", // the one in the emptier node that is whole
        "1-15|2|2,10", // a part of the first group whose first core has as many
        "0-15|6|0-2,8-10", // a whole one and a part
        "0-15|3|0-1,8", // an odd number leaves the last CPU out
      })
  void l3_ofFourCaches_staysInAsFewAsPossible(String available, int cpus, String expected) {
    assertThat(set(CACHES, available, TakePolicy.L3, cpus)).isEqualTo(expected);
  }

  /** The sockets are looked at first, and one node is met in both of them. */
  @ParameterizedTest
  @EnumSource(TakePolicy.class)
  void take_nodeInTwoSockets_takesNothingTwice(TakePolicy policy) {
    var machine =
        CpuTopology.of(
            List.of(
                new Cpu(0, 0, 0, 0, 0),
                new Cpu(1, 1, 1, 0, 1),
                new Cpu(2, 2, 0, 1, 2),
                new Cpu(3, 3, 1, 2, 3)));

    for (int cpus = 0; cpus <= 4; cpus++) {
      var taken = (Taken.Cpus) take(machine, "0-3", policy, cpus, 1);
      assertThat(taken.set().size()).isEqualTo(cpus);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-15|8|1|0-3,8-11", // one node does it
        "0-15|10|1|0-2,4-6,8-9,12-13", // five of each
        "0-15|10|2|0-2,4-5,8-10,12-13", // two cores of each, and one more
        "0-15|9|2|0-4,8-11", // no multiple: packed
        "0-7|6|1|0-2,4-6",
        "0-15|0|1|''",
      })
  void distributed_overTwoNodes_givesEachTheSame(
      String available, int cpus, int group, String expected) {
    var taken = (Taken.Cpus) take(TWO, available, TakePolicy.DISTRIBUTED, cpus, group);

    assertThat(taken.set()).hasToString(expected);
  }

  @Test
  void distributed_overTooManyNodes_isRefusedWithTheLimit() {
    CpuTopology machine = Machines.of(13, 1);

    assertThat(take(machine, "0-25", TakePolicy.DISTRIBUTED, 3, 1))
        .isEqualTo(
            new Taken.Refused(
                "13 NUMA nodes have free cpus, and policy distributed looks through 12 at most:"
                    + " give another policy, or available of fewer nodes"));
    assertThat(take(machine, "0-11,13-24", TakePolicy.DISTRIBUTED, 3, 1))
        .isInstanceOf(Taken.Cpus.class);
  }

  @Test
  void fullCore_coreWithAStranger_isLeftOut() {
    assertThat(set(TWO, "1-15", TakePolicy.FULL_CORE, 4)).isEqualTo("1-2,9-10");
    assertThat(set(TWO, "1-15", TakePolicy.FULL_CORE, 14)).isEqualTo("1-7,9-15");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0-15|3|8 of 2 cpus",
        "0-6,8-15|15|7 of 2 cpus",
        "0-7|2|none",
      })
  void fullCore_whatWholeCoresCannotMakeUp_isRefusedWithWhatIsFree(
      String available, int cpus, String free) {
    assertThat(take(TWO, available, TakePolicy.FULL_CORE, cpus, 1))
        .isEqualTo(
            new Taken.Refused(
                "cpus is "
                    + cpus
                    + ", which whole free cores cannot make up (free are "
                    + free
                    + "): give another number or another policy"));
  }

  @Test
  void fullCore_coresOfSeveralSizes_findsTheOnlyWay() {
    var machine = // a core of two CPUs, one of three, one of four
        CpuTopology.of(
            List.of(
                new Cpu(0, 0, 0, 0, 0),
                new Cpu(1, 0, 0, 0, 0),
                new Cpu(2, 1, 0, 0, 0),
                new Cpu(3, 1, 0, 0, 0),
                new Cpu(4, 1, 0, 0, 0),
                new Cpu(5, 2, 0, 0, 0),
                new Cpu(6, 2, 0, 0, 0),
                new Cpu(7, 2, 0, 0, 0),
                new Cpu(8, 2, 0, 0, 0)));

    assertThat(set(machine, "0-8", TakePolicy.FULL_CORE, 4)).isEqualTo("5-8");
    assertThat(set(machine, "0-8", TakePolicy.FULL_CORE, 7)).isEqualTo("2-8");
    assertThat(take(machine, "0-8", TakePolicy.FULL_CORE, 8, 1)).isInstanceOf(Taken.Refused.class);
  }

  @ParameterizedTest
  @EnumSource(TakePolicy.class)
  void take_moreThanThereAre_isRefusedWithBothNumbers(TakePolicy policy) {
    assertThat(take(TWO, "0-4", policy, 6, 1))
        .isEqualTo(
            new Taken.Refused("cpus is 6, and 5 are available: give 5 or fewer, or release some"));
  }

  @ParameterizedTest
  @EnumSource(TakePolicy.class)
  void take_cpusThatTheMachineLacks_isAnErrorThatNamesThem(TakePolicy policy) {
    assertThatThrownBy(() -> take(TWO, "0-17", policy, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("available has cpus 16-17, which the topology lacks: give cpus of 0-15");
  }

  @Test
  void request_numbersOutOfRange_areRefused() {
    assertThatThrownBy(() -> new TakeRequest(TakePolicy.PACKED, -1, 1))
        .hasMessage("cpus is -1: give a number from 0 to 8192");
    assertThatThrownBy(() -> new TakeRequest(TakePolicy.PACKED, 8_193, 1))
        .hasMessage("cpus is 8193: give a number from 0 to 8192");
    assertThatThrownBy(() -> new TakeRequest(TakePolicy.PACKED, 1, 0))
        .hasMessage("group is 0: give a number from 1 to 8192");
    assertThatThrownBy(() -> new TakeRequest(TakePolicy.PACKED, 1, 8_193))
        .hasMessage("group is 8193: give a number from 1 to 8192");
  }

  /** The kubelet gives 2-3 here, as cores have one CPU in the mean, and CPU 3 is not free. */
  @Test
  void packed_coreThatIsFreeByTheMeanOnly_isNotTakenWhole() {
    var cpus = new ArrayList<Cpu>();
    for (int cpu = 0; cpu < 4; cpu++) {
      cpus.add(new Cpu(cpu, cpu / 2, 0, 0, 0));
    }
    for (int cpu = 4; cpu < 8; cpu++) {
      cpus.add(new Cpu(cpu, cpu, 0, 0, 0));
    }

    assertThat(set(CpuTopology.of(cpus), "0-2,4", TakePolicy.PACKED, 2)).isEqualTo("2,4");
  }
}
