package dev.ballast.benchmarks;

import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and when figures were measured. */
record Machine(String jdk, int cores, String kernel, String date) {
  static Machine here() {
    return new Machine(
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.version"),
        LocalDate.now(ZoneOffset.UTC).toString());
  }

  @Override
  public String toString() {
    return "JDK %s, %d cores, Linux %s, %s".formatted(jdk, cores, kernel, date);
  }
}
