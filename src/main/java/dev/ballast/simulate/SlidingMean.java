package dev.ballast.simulate;

/** The mean of the newest samples; of all of them while there are fewer. Confined to one thread. */
final class SlidingMean {
  private final double[] ring;
  private int next;
  private int count;

  /**
   * A mean without samples, NaN.
   *
   * @param samples how many of the newest samples count, at least 1
   */
  SlidingMean(int samples) {
    ring = new double[samples];
  }

  void add(double sample) {
    ring[next] = sample;
    next = (next + 1) % ring.length;
    count = Math.min(count + 1, ring.length);
  }

  double value() {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ring[i];
    }
    return sum / count;
  }
}
