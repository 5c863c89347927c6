package dev.ballast.benchmarks;

import dev.ballast.e2e.BallastProcess;
import dev.ballast.e2e.Shell;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What can be seen of a running annotator from outside. For one thread. */
final class SweepBenchAnnotator {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");

  /** One line a part of the heap, whatever the collector. */
  private static final Pattern HEAP_USED =
      Pattern.compile("(?:generation|garbage-first heap).*?used (\\d+)K");

  private final BallastProcess process;

  SweepBenchAnnotator(BallastProcess process) {
    this.process = process;
  }

  /**
   * What its memory is after a garbage collection.
   *
   * @param residentMiB resident memory of the process, MiB
   * @param heapMiB what the heap holds, MiB
   */
  record Memory(double residentMiB, double heapMiB) {}

  /**
   * What it says of itself. Immutable.
   *
   * @param sweeps sweeps that have ended
   * @param sweepSeconds their time in all
   * @param queries queries to Prometheus
   * @param patches patches of nodes that were written
   * @param patchBytes bytes of the bodies of patches
   * @param pending nodes that wait to be written
   */
  record Counters(
      double sweeps,
      double sweepSeconds,
      double queries,
      double patches,
      double patchBytes,
      double pending) {
    static final Counters NONE = new Counters(0, 0, 0, 0, 0, 0);
  }

  SweepBenchProcess usage() {
    return new SweepBenchProcess(process.pid());
  }

  Counters counters() {
    String page = process.page("/metrics");
    return new Counters(
        sum(page, "ballast_annotator_sweep_seconds_count", ""),
        sum(page, "ballast_annotator_sweep_seconds_sum", ""),
        sum(page, "ballast_source_seconds_count", ""),
        sum(page, "ballast_annotator_patches_total", "\"written\""),
        sum(page, "ballast_annotator_patch_bytes_total", ""),
        sum(page, "ballast_annotator_pending_patches", ""));
  }

  /** The sum of a metric over all labels that contain a text. */
  private static double sum(String page, String name, String labels) {
    return page.lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .filter(line -> line.contains(labels))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Collects garbage and tells what is left. */
  Memory memory() {
    jcmd("GC.run");
    return new Memory(usage().residentMiB(), heapMiB(jcmd("GC.heap_info")));
  }

  /** What all parts of the heap hold, as {@code jcmd GC.heap_info} prints them. */
  static double heapMiB(String heapInfo) {
    return HEAP_USED
        .matcher(heapInfo)
        .results()
        .mapToDouble(match -> Long.parseLong(match.group(1)) / 1024.0)
        .sum();
  }

  private String jcmd(String command) {
    List<String> line = List.of(JCMD.toString(), String.valueOf(process.pid()), command);
    return Shell.run(Shell.ROOT, Map.of(), Duration.ofMinutes(1), line).orFail(line).out();
  }
}
