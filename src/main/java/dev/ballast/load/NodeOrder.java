package dev.ballast.load;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The order in which kube-scheduler lists nodes, as far as lists have shown it that did not follow
 * the numbers. Safe for use by many threads, without a lock: a list may be lost.
 */
public final class NodeOrder {
  /** Lists that are kept, a power of two: enough for each of 15,000 nodes to be in one. */
  private static final int LISTS = 64;

  /** Strays that a list has that follows the numbers: of so many one, and some at its seams. */
  private static final int USUAL_STRAY = 10;

  private static final int USUAL_STRAYS = 8;

  private final int[][] lists = new int[LISTS][];
  private int noted;

  NodeOrder() {}

  /**
   * Takes a list of nodes, unless it follows the numbers well.
   *
   * @param strays how many of its nodes were not near one that came before
   */
  public void note(NodeList list, int strays) {
    if (strays > USUAL_STRAYS + list.size() / USUAL_STRAY) {
      lists[noted++ & (LISTS - 1)] = Arrays.copyOf(list.numbers(), list.size());
    }
  }

  /** Whether no list was kept. */
  public boolean isEmpty() {
    return noted == 0;
  }

  /**
   * The numbers below a size in the order in which the lists name them first; behind them, those
   * that none names.
   */
  int[] numbers(int size) {
    int oldest = noted;
    var all =
        IntStream.concat(
            IntStream.range(0, LISTS).flatMap(i -> list((oldest + i) & (LISTS - 1))),
            IntStream.range(0, size));
    return all.filter(number -> number >= 0 && number < size).distinct().toArray();
  }

  private IntStream list(int at) {
    int @Nullable [] list = lists[at];
    return list == null ? IntStream.empty() : IntStream.of(list);
  }
}
