package dev.ballast.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C means while a demo runs: the run is stopped, the sums so far are printed by the
 * thread that runs it, and the process exits with 0. Closing it gives Ctrl-C its usual meaning
 * back.
 */
final class DemoInterrupt {
  private static final long PATIENCE_SECONDS = 5;

  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private DemoInterrupt(DemoRun run) {
    hook =
        new Thread(
            () -> {
              run.stop();
              awaitEnd();
              Runtime.getRuntime().halt(0); // the JVM would exit with the signal's number
            },
            "demo-interrupt");
  }

  /** Stops the run at Ctrl-C, from now until it is disarmed. */
  static DemoInterrupt stops(DemoRun run) {
    var interrupt = new DemoInterrupt(run);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  private void awaitEnd() {
    try {
      if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** To be called when everything has been printed. */
  void disarm() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) { // it runs already: let it end the process
      finished.countDown();
    }
  }
}
