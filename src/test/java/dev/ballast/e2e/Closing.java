package dev.ballast.e2e;

import org.jspecify.annotations.Nullable;

/** Closes what a test started, also when the start failed half-way. */
final class Closing {
  private Closing() {}

  /** Closes all in this order; null was never started. */
  static void all(@Nullable AutoCloseable... parts) {
    AssertionError failure = null;
    for (var part : parts) {
      try {
        if (part != null) {
          part.close();
        }
      } catch (Exception | AssertionError e) {
        failure = new AssertionError("closing " + part, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
