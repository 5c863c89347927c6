package dev.ballast.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CpuTopologyTest {
  @Test
  void of_cpusInAnyOrder_isTheSameMachine() {
    var cpus = new ArrayList<>(Machines.regular(2, 1, 4, 2, 1));
    CpuTopology machine = CpuTopology.of(cpus);
    Collections.reverse(cpus);

    assertThat(CpuTopology.of(cpus)).isEqualTo(machine).hasSameHashCodeAs(machine);
    assertThat(machine.cpus()).hasToString("0-15");
    assertThat(machine.zones()).containsExactly(0, 1);
    assertThat(machine.cpusOfZone(1)).hasToString("4-7,12-15");
    assertThat(machine.cpusOfZone(2)).isEqualTo(CpuSet.EMPTY);
  }

  @Test
  void of_coreNumbersOfTheirSocket_areDifferentCores() {
    var machine =
        CpuTopology.of(
            List.of(
                new Cpu(0, 0, 0, 0, 0),
                new Cpu(1, 0, 1, 1, 1),
                new Cpu(2, 0, 0, 0, 0),
                new Cpu(3, 0, 1, 1, 1)));

    assertThat(machine.cores.numbers).containsExactly(0, 1);
    assertThat(machine.cores.of).containsExactly(0, 1, 0, 1);
  }

  @Test
  void of_coreNumbersOfTheMachine_areKept() {
    var machine = CpuTopology.of(List.of(new Cpu(0, 9, 0, 0, 0), new Cpu(1, 4, 0, 0, 0)));

    assertThat(machine.cores.numbers).containsExactly(4, 9);
    assertThat(taken(machine, CpuSet.of(0, 1), 1)).hasToString("1");
  }

  @Test
  void of_idsFarApart_areKept() {
    var machine =
        CpuTopology.of(
            List.of(
                new Cpu(65_535, 2147483647, 2147483647, 2147483647, 2147483647),
                new Cpu(7, 0, 36, 5, 0)));

    assertThat(machine.cpus()).hasToString("7,65535");
    assertThat(machine.zones()).containsExactly(5, 2147483647);
    assertThat(machine.cpusOfZone(2147483647)).hasToString("65535");
    assertThat(taken(machine, machine.cpus(), 2)).hasToString("7,65535");
  }

  private static CpuSet taken(CpuTopology machine, CpuSet available, int cpus) {
    var taken = new CpuAllocator(machine).take(available, new TakeRequest(TakePolicy.PACKED, cpus));
    return ((Taken.Cpus) taken).set();
  }

  @Test
  void of_noCpu_isRefused() {
    assertThatThrownBy(() -> CpuTopology.of(List.of()))
        .hasMessage("the topology has no cpus: give at least one");
  }

  @Test
  void of_cpuTwice_isRefusedWithIt() {
    assertThatThrownBy(
            () -> CpuTopology.of(List.of(new Cpu(3, 0, 0, 0, 0), new Cpu(3, 1, 0, 0, 0))))
        .hasMessage("cpu 3 is there twice: give each CPU once");
  }

  @Test
  void of_tooManyCpus_isRefusedWithTheLimit() {
    List<Cpu> cpus =
        IntStream.rangeClosed(0, CpuTopology.MAX_CPUS)
            .mapToObj(cpu -> new Cpu(cpu, cpu, 0, 0, 0))
            .toList();

    assertThatThrownBy(() -> CpuTopology.of(cpus))
        .hasMessage("the topology has 8193 cpus, more than 8192: give those of one machine");
    assertThat(CpuTopology.of(cpus.subList(0, 8_192)).cpus().size()).isEqualTo(8_192);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-1|0|0|0|0|cpu is -1: give a number from 0 to 65535",
        "65536|0|0|0|0|cpu is 65536: give a number from 0 to 65535",
        "5|-1|0|0|0|core of cpu 5 is -1: give a number from 0 to 2147483647",
        "5|0|-2|0|0|socket of cpu 5 is -2: give a number from 0 to 2147483647",
        "5|0|0|-3|0|numa of cpu 5 is -3: give a number from 0 to 2147483647",
        "5|0|0|0|-4|uncore of cpu 5 is -4: give a number from 0 to 2147483647",
      })
  void cpu_numberOutOfRange_isRefused(
      int cpu, int core, int socket, int numa, int uncore, String message) {
    assertThatThrownBy(() -> new Cpu(cpu, core, socket, numa, uncore)).hasMessage(message);
  }
}
