package dev.ballast.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.ballast.topology.Cpu;
import dev.ballast.topology.CpuSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SysfsTopologyTest {
  private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

  @TempDir Path folder;

  private void file(String name, String text) throws IOException {
    Files.createDirectories(folder.resolve(name.substring(0, name.lastIndexOf('/'))));
    Files.writeString(folder.resolve(name), text + "\n");
  }

  private void cpu(int cpu, int core, int socket) throws IOException {
    file("cpu/cpu" + cpu + "/topology/core_id", "" + core);
    file("cpu/cpu" + cpu + "/topology/physical_package_id", "" + socket);
  }

  private void cache(int cpu, int level, int id, String cpus) throws IOException {
    String cache = "cpu/cpu" + cpu + "/cache/index" + level + "/";
    file(cache + "level", "" + level);
    file(cache + "id", "" + id);
    file(cache + "shared_cpu_list", cpus);
  }

  @Test
  void read_coreIdsOfTheirSocket_areCoresByTheirLowestCpu() throws IOException {
    for (int cpu = 0; cpu < 8; cpu++) {
      cpu(cpu, cpu / 2 % 2, cpu / 4);
    }
    file("node/node0/cpulist", "0-3");
    file("node/node1/cpulist", "4-7");

    assertThat(SysfsTopology.read(folder).list())
        .containsExactly(
            new Cpu(0, 0, 0, 0, 0),
            new Cpu(1, 0, 0, 0, 0),
            new Cpu(2, 2, 0, 0, 0),
            new Cpu(3, 2, 0, 0, 0),
            new Cpu(4, 4, 1, 1, 1),
            new Cpu(5, 4, 1, 1, 1),
            new Cpu(6, 6, 1, 1, 1),
            new Cpu(7, 6, 1, 1, 1));
  }

  @Test
  void read_offlineCpus_areLeftOut() throws IOException {
    cpu(0, 0, 0);
    cpu(2, 0, 0);
    cpu(3, 1, 0);
    file("cpu/cpu1/online", "0"); // no folder topology
    file("cpu/cpu2/online", "1");
    file("cpu/cpu3/online", "0"); // kernels of other machines leave it there
    file("cpu/cpuidle/current_driver", "none");
    file("cpu/cpufreq/boost", "1");

    assertThat(SysfsTopology.read(folder).list())
        .containsExactly(new Cpu(0, 0, 0, 0, 0), new Cpu(2, 0, 0, 0, 0));
  }

  @Test
  void read_l3OfAPartOfTheNode_isItsGroup() throws IOException {
    for (int cpu = 0; cpu < 4; cpu++) {
      cpu(cpu, cpu, 0);
      cache(cpu, 2, 90 + cpu, "" + cpu);
      cache(cpu, 3, 7 + cpu / 2, cpu < 2 ? "0-1" : "2-3");
    }
    file("node/node0/cpulist", "0-3");

    assertThat(SysfsTopology.read(folder).list())
        .extracting(Cpu::uncore)
        .containsExactly(7, 7, 8, 8);
  }

  @Test
  void read_l3OfTheWholeNode_isTheSocket() throws IOException {
    for (int cpu = 0; cpu < 4; cpu++) {
      cpu(cpu, cpu, cpu / 2);
      cache(cpu, 3, 70 + cpu / 2, cpu < 2 ? "0-1" : "2-3");
    }
    file("node/node0/cpulist", "0-1");
    file("node/node1/cpulist", "2-3");

    assertThat(SysfsTopology.read(folder).list())
        .extracting(Cpu::uncore)
        .containsExactly(0, 0, 1, 1);
  }

  @Test
  void read_virtualMachineWithoutSocketsAndNodes_isOneOfEach() throws IOException {
    cpu(0, 0, -1);
    cpu(1, 1, -1);

    assertThat(SysfsTopology.read(folder).list())
        .containsExactly(new Cpu(0, 0, 0, 0, 0), new Cpu(1, 1, 0, 0, 0));
  }

  @Test
  void read_noCpu_isAnErrorWithTheFolder() {
    assertThatThrownBy(() -> SysfsTopology.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessage(folder + ": the topology has no cpus: give at least one");
  }

  @Test
  void read_missingFile_isAnErrorWithIt() throws IOException {
    file("cpu/cpu0/topology/core_id", "0");

    assertThatThrownBy(() -> SysfsTopology.read(folder))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("cpu0/topology/physical_package_id");
  }

  @Test
  void read_noNumber_isAnErrorWithFileAndText() throws IOException {
    cpu(0, 0, 0);
    file("cpu/cpu0/topology/core_id", "first");

    assertThatThrownBy(() -> SysfsTopology.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("cpu0/topology/core_id is \"first\", no number");
  }

  @Test
  void read_noList_isAnErrorWithTheFile() throws IOException {
    cpu(0, 0, 0);
    file("node/node0/cpulist", "all");

    assertThatThrownBy(() -> SysfsTopology.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node0/cpulist: \"all\" is no CPU");
  }

  @Test
  void read_negativeCoreId_isACoreLikeOthers() throws IOException {
    cpu(0, -1, 0);

    assertThat(SysfsTopology.read(folder).list()).containsExactly(new Cpu(0, 0, 0, 0, 0));
  }

  @Test
  void read_thisMachine_hasTheCpusThatTheKernelCallsOnline() throws IOException {
    assumeThat(ONLINE).exists();

    assertThat(SysfsTopology.read(SysfsTopology.THIS_MACHINE).cpus())
        .isEqualTo(CpuSet.parse(Files.readString(ONLINE)));
  }
}
