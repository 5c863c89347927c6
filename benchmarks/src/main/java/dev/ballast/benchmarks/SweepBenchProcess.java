package dev.ballast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time and memory of a running process, as Linux counts them in {@code /proc}. Immutable.
 *
 * @param pid the process
 */
record SweepBenchProcess(long pid) {
  /** Linux shows all times in hundredths of a second, whatever the kernel's tick. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int UTIME = 11;

  /** The process whose id a file holds. */
  static SweepBenchProcess ofPidFile(Path file) {
    try {
      return new SweepBenchProcess(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("the process id in " + file, e);
    }
  }

  /** User and system time since its start, seconds. */
  double cpuSeconds() {
    String stat = read("stat");
    // The name before the last bracket may hold spaces; the state follows it.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[UTIME + 1])) / TICKS_PER_SECOND;
  }

  /** Resident memory now, MiB. */
  double residentMiB() {
    return statusMiB("VmRSS:");
  }

  /** The most resident memory since the start or {@link #forgetPeak}, MiB. */
  double peakMiB() {
    return statusMiB("VmHWM:");
  }

  /** Begins a new peak. */
  void forgetPeak() {
    try {
      Files.writeString(file("clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private double statusMiB(String key) {
    String line =
        read("status")
            .lines()
            .filter(l -> l.startsWith(key))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("process " + pid + " has no " + key));
    return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
  }

  private String read(String name) {
    try {
      return Files.readString(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " has ended", e);
    }
  }

  private Path file(String name) {
    return Path.of("/proc", String.valueOf(pid), name);
  }
}
