package dev.ballast.benchmarks;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Ends what a benchmark started, the last first: at its end, on failure and on Ctrl-C. Safe for use
 * by many threads.
 */
final class Cleanup implements AutoCloseable {
  private static final int SECONDS = 30;

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  Cleanup() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  endChildren();
                  close();
                },
                "cleanup"));
  }

  /** Closes the part at the end, unless it is {@link #release released} before. */
  synchronized <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Closes a part now. */
  synchronized void release(AutoCloseable part) {
    if (parts.remove(part)) {
      close(part);
    }
  }

  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      close(parts.pop());
    }
  }

  private static void close(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception | AssertionError e) {
      System.err.println("cannot be closed: " + part + ": " + e);
    }
  }

  /** What is about to start is not a part yet; its script cleans up when it is ended. */
  private static void endChildren() {
    var children = ProcessHandle.current().descendants().toList();
    children.forEach(ProcessHandle::destroy);
    for (var child : children) {
      try {
        child.onExit().get(SECONDS, TimeUnit.SECONDS);
      } catch (Exception e) {
        child.destroyForcibly();
      }
    }
  }
}
