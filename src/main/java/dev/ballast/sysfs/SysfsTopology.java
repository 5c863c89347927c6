package dev.ballast.sysfs;

import dev.ballast.topology.Cpu;
import dev.ballast.topology.CpuSet;
import dev.ballast.topology.CpuTopology;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The shape of this machine from {@code /sys/devices/system}, as the kubelet finds it by cadvisor
 * (utils/sysinfo). Confined to one reading.
 *
 * <p>A CPU without a folder {@code topology} is offline and left out. A core is what has the same
 * {@code core_id} and {@code physical_package_id} in a NUMA node, and has the number of its lowest
 * CPU. The L3 group is the cache's id; it is the socket where the cache serves as many CPUs as the
 * NUMA node has (cores of the node times CPUs of the core, as cadvisor counts), or where there is
 * no such cache. We differ in that a socket of -1, which some virtual machines have, is 0. Without
 * NUMA nodes all CPUs are in node 0.
 */
public final class SysfsTopology {
  private static final String CACHE_LEVEL = "3";

  private final Path folder;

  private SysfsTopology(Path folder) {
    this.folder = folder;
  }

  /** Where the kernel tells of this machine. */
  public static final Path THIS_MACHINE = Path.of("/sys/devices/system");

  /**
   * Reads a machine.
   *
   * @param folder with the folders {@code cpu} and {@code node}
   * @throws IOException naming the file that is not there, or not as the kernel writes it
   */
  public static CpuTopology read(Path folder) throws IOException {
    return new SysfsTopology(folder).read();
  }

  private record CoreKey(int numa, int socket, int core) {}

  private CpuTopology read() throws IOException {
    Map<Integer, Integer> numaOf = numaOf();
    SortedMap<Integer, CoreKey> online = new TreeMap<>();
    for (var cpu : numbered(folder.resolve("cpu"), "cpu").entrySet()) {
      Path shape = cpu.getValue().resolve("topology");
      if (Files.isDirectory(shape) && isOnline(cpu.getValue())) {
        int socket = Math.max(0, number(shape.resolve("physical_package_id")));
        int numa = numaOf.getOrDefault(cpu.getKey(), 0);
        online.put(cpu.getKey(), new CoreKey(numa, socket, number(shape.resolve("core_id"))));
      }
    }
    try {
      return CpuTopology.of(cpus(online));
    } catch (IllegalArgumentException e) {
      throw new IOException(folder + ": " + e.getMessage(), e);
    }
  }

  private List<Cpu> cpus(SortedMap<Integer, CoreKey> online) throws IOException {
    var threads = new HashMap<CoreKey, List<Integer>>();
    online.forEach((cpu, core) -> threads.computeIfAbsent(core, k -> new ArrayList<>()).add(cpu));
    var cores = new HashMap<Integer, Integer>(); // by NUMA node, how many
    threads.keySet().forEach(core -> cores.merge(core.numa(), 1, Integer::sum));
    var cpus = new ArrayList<Cpu>();
    for (var entry : online.entrySet()) {
      CoreKey core = entry.getValue();
      List<Integer> siblings = threads.getOrDefault(core, List.of());
      int lowest = siblings.get(0);
      int ofNode = cores.getOrDefault(core.numa(), 0) * siblings.size();
      int uncore = uncore(lowest, core.socket(), ofNode);
      cpus.add(new Cpu(entry.getKey(), lowest, core.socket(), core.numa(), uncore));
    }
    return cpus;
  }

  private int uncore(int cpu, int socket, int cpusOfNode) throws IOException {
    for (Path cache : numbered(folder.resolve("cpu/cpu" + cpu + "/cache"), "index").values()) {
      if (text(cache.resolve("level")).equals(CACHE_LEVEL)
          && Files.exists(cache.resolve("id"))
          && cpus(cache.resolve("shared_cpu_list")).size() != cpusOfNode) {
        return number(cache.resolve("id"));
      }
    }
    return socket;
  }

  private Map<Integer, Integer> numaOf() throws IOException {
    var numaOf = new HashMap<Integer, Integer>();
    for (var node : numbered(folder.resolve("node"), "node").entrySet()) {
      cpus(node.getValue().resolve("cpulist")).stream()
          .forEach(cpu -> numaOf.put(cpu, node.getKey()));
    }
    return numaOf;
  }

  /** CPU 0 of most machines cannot go offline, and has no such file. */
  private static boolean isOnline(Path cpu) throws IOException {
    Path file = cpu.resolve("online");
    return !Files.exists(file) || text(file).equals("1");
  }

  /** The folders with a name and a number behind it, by number; none when there is no folder. */
  private static SortedMap<Integer, Path> numbered(Path folder, String name) throws IOException {
    var found = new TreeMap<Integer, Path>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, name + "[0-9]*")) {
      for (Path entry : entries) {
        @Nullable Path last = entry.getFileName();
        String digits = String.valueOf(last).substring(name.length());
        if (digits.chars().allMatch(c -> c >= '0' && c <= '9') && digits.length() < 10) {
          found.put(Integer.parseInt(digits), entry);
        }
      }
    }
    return found;
  }

  private static CpuSet cpus(Path file) throws IOException {
    try {
      return CpuSet.parse(text(file));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }

  private static int number(Path file) throws IOException {
    String text = text(file);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException(file + " is \"" + text + "\", no number", e);
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file).strip();
  }
}
