package dev.ballast.simulate;

import java.util.ArrayDeque;

/**
 * The largest of the newest samples. Keeps only samples that are larger than all that came after
 * them, so adding one costs constant time on average. Confined to one thread.
 */
final class SlidingMax {
  private record Sample(long number, double value) {}

  private final ArrayDeque<Sample> falling = new ArrayDeque<>();
  private final int samples;
  private long number;

  /**
   * A maximum without samples, NaN.
   *
   * @param samples how many of the newest samples count, at least 1
   */
  SlidingMax(int samples) {
    this.samples = samples;
  }

  void add(double value) {
    number++;
    while (!falling.isEmpty() && falling.getLast().value() <= value) {
      falling.removeLast();
    }
    falling.addLast(new Sample(number, value));
    if (falling.getFirst().number() <= number - samples) {
      falling.removeFirst();
    }
  }

  double value() {
    return falling.isEmpty() ? Double.NaN : falling.getFirst().value();
  }
}
