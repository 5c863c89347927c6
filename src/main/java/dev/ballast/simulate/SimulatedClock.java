package dev.ballast.simulate;

import java.util.function.LongSupplier;

/**
 * The time of a simulation, milliseconds since the epoch. It stands still between ticks. One thread
 * moves it; any thread may read it.
 */
public final class SimulatedClock implements LongSupplier {
  private volatile long nowMillis;

  public SimulatedClock(long startMillis) {
    nowMillis = startMillis;
  }

  @Override
  public long getAsLong() {
    return nowMillis;
  }

  void moveTo(long epochMillis) {
    nowMillis = epochMillis;
  }
}
