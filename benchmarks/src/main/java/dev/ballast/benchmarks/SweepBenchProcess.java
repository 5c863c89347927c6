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
    return ProcessCpu.seconds(pid);
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
