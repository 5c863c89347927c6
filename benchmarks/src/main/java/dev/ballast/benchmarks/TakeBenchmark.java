package dev.ballast.benchmarks;

import dev.ballast.topology.Cpu;
import dev.ballast.topology.CpuAllocator;
import dev.ballast.topology.CpuSet;
import dev.ballast.topology.CpuTopology;
import dev.ballast.topology.TakePolicy;
import dev.ballast.topology.TakeRequest;
import dev.ballast.topology.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time to pick CPUs of a machine with 8 NUMA nodes of 256 CPUs, two of them a core and 16 an L3
 * group, of which a tenth is in use.
 */
public class TakeBenchmark extends MicroBenchmark {
  private static final int NODES = 8;
  private static final int CORES_OF_NODE = 128;
  private static final int CORES = NODES * CORES_OF_NODE;
  private static final int CORES_OF_CACHE = 8;
  private static final int IN_USE_ONE_OF = 10;

  @Param({"packed"})
  String policy;

  /** A core, a part of a node, a node, and more than half of the machine. */
  @Param({"2", "48", "256", "1200"})
  int cpus;

  private CpuAllocator allocator;
  private CpuSet available;
  private TakeRequest request;

  @Setup
  public void machine() {
    List<Cpu> all = new ArrayList<>();
    for (int cpu = 0; cpu < 2 * CORES; cpu++) {
      int core = cpu % CORES;
      int node = core / CORES_OF_NODE;
      all.add(new Cpu(cpu, core, node / 4, node, core / CORES_OF_CACHE));
    }
    allocator = new CpuAllocator(CpuTopology.of(all));
    var random = new Random(1);
    available =
        CpuSet.of(
            all.stream()
                .mapToInt(Cpu::cpu)
                .filter(cpu -> random.nextInt(IN_USE_ONE_OF) > 0)
                .toArray());
    request = new TakeRequest(TakePolicy.of(policy).orElseThrow(), cpus);
  }

  @Benchmark
  public Taken take() {
    return allocator.take(available, request);
  }
}
