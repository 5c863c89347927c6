package dev.ballast.topology;

import java.util.function.Predicate;

/** Goes through the choices of some of several numbers, in lexical order of their positions. */
final class Combinations {
  private final int[] of;
  private final int[] chosen;
  private final Predicate<int[]> visitor;

  private Combinations(int[] of, int size, Predicate<int[]> visitor) {
    this.of = of;
    this.visitor = visitor;
    chosen = new int[size];
  }

  /**
   * Shows each choice.
   *
   * @param size how many are chosen, 1 or more
   * @param visitor takes a choice, in an array that is used again for the next: who keeps it has to
   *     copy it; tells whether to go on
   */
  static void each(int[] of, int size, Predicate<int[]> visitor) {
    new Combinations(of, size, visitor).choose(0, 0);
  }

  private boolean choose(int position, int from) {
    if (position == chosen.length) {
      return visitor.test(chosen);
    }
    for (int i = from; i <= of.length - (chosen.length - position); i++) {
      chosen[position] = of[i];
      if (!choose(position + 1, i + 1)) {
        return false;
      }
    }
    return true;
  }
}
