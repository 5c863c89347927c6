package dev.ballast.cli;

import dev.ballast.simulate.Simulation;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs a simulation to its end, shows it on the way and, if wanted, sleeps between ticks so that
 * one second shows two simulated minutes. Runs once; {@link #stop} may be called by any thread.
 */
final class DemoRun {
  /** Simulated seconds in a second. */
  static final int SIMULATED_PER_SECOND = 120;

  private static final long NANOS_PER_TICK = Simulation.TICK.toNanos() / SIMULATED_PER_SECOND;
  private static final int TICKS_PER_FRAME = 3;
  private static final int TICKS_PER_LINE = 60;
  private static final String CLEAR_LINE = "\u001b[K";
  private static final String HIDE_CURSOR = "\u001b[?25l";
  private static final String SHOW_CURSOR = "\u001b[?25h";

  private final Simulation simulation;
  private final DemoScreen screen;
  private final PrintWriter out;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private boolean frameShown;

  DemoRun(Simulation simulation, DemoScreen screen, PrintWriter out) {
    this.simulation = simulation;
    this.screen = screen;
    this.out = out;
  }

  /** Ends the run after the tick it is in. */
  void stop() {
    stopped.countDown();
  }

  /**
   * Runs to the end, or until it is stopped.
   *
   * @param paced whether to sleep between ticks
   * @param live whether the output can be redrawn
   * @param shown whether anything is shown on the way
   */
  void run(boolean paced, boolean live, boolean shown) throws InterruptedException {
    if (live) {
      out.print(HIDE_CURSOR);
    } else if (shown) {
      out.println(screen.tableHead());
    }
    long start = System.nanoTime();
    boolean stop = stopped.getCount() == 0;
    for (long ticks = 1; !stop && !simulation.done(); ticks++) {
      simulation.tick();
      if (shown && ticks % (live ? TICKS_PER_FRAME : TICKS_PER_LINE) == 0) {
        show(live);
      }
      long wait = paced ? start + ticks * NANOS_PER_TICK - System.nanoTime() : 0;
      stop = stopped.await(wait, TimeUnit.NANOSECONDS);
    }
    if (live) {
      show(true);
      out.print(SHOW_CURSOR);
    }
    if (shown) {
      out.println();
    }
  }

  private void show(boolean live) {
    var elapsed = simulation.elapsed();
    if (live) {
      redraw(screen.frame(simulation.view(), simulation.summary(), elapsed));
    } else {
      out.println(screen.tableRow(simulation.view(), elapsed));
    }
    out.flush();
  }

  /** One write a frame, over the one before: no flicker, and what was above stays. */
  private void redraw(List<String> lines) {
    var frame = new StringBuilder();
    if (frameShown) {
      frame.append("\u001b[").append(DemoScreen.HEIGHT).append('A');
    }
    lines.forEach(line -> frame.append('\r').append(line).append(CLEAR_LINE).append('\n'));
    frameShown = true;
    out.print(frame);
  }
}
