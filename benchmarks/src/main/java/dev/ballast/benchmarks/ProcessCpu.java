package dev.ballast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** CPU time of other processes, from {@code /proc} of Linux. */
final class ProcessCpu {
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on all architectures
  private static final int USER_TICKS = 11; // fields of stat(5), counted behind the name
  private static final int SYSTEM_TICKS = 12;

  private ProcessCpu() {}

  /** Seconds that the process has used since its start, in user and kernel mode. */
  static double seconds(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc/" + pid + "/stat")));
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " is gone", e);
    }
  }

  static double parse(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
        / TICKS_PER_SECOND;
  }
}
