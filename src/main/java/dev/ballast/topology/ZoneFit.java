package dev.ballast.topology;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** How a pod fits a node's zones. Immutable. */
public sealed interface ZoneFit {
  /** The node takes the pod as it is: nothing of its zones is counted. */
  record Unbound() implements ZoneFit {}

  /**
   * The pod fits. Who asks about many nodes wants the shares of one, so these are made when asked
   * for.
   */
  final class Placed implements ZoneFit {
    private final Supplier<List<ZoneShare>> shares;
    private final int score;
    private final boolean needsResult;

    /** A fit with these shares. */
    public Placed(List<ZoneShare> shares, int score, boolean needsResult) {
      this(constant(List.copyOf(shares)), score, needsResult);
    }

    /** A fit with shares that are the same whenever they are asked for. */
    Placed(Supplier<List<ZoneShare>> shares, int score, boolean needsResult) {
      this.shares = shares;
      this.score = score;
      this.needsResult = needsResult;
    }

    private static Supplier<List<ZoneShare>> constant(List<ZoneShare> shares) {
      return () -> shares;
    }

    /** What it gets, by the order of the zones; made anew with each call. */
    public List<ZoneShare> shares() {
      return shares.get();
    }

    /** How well, 0 to 100. */
    public int score() {
      return score;
    }

    /** Whether an agent waits to be told the shares. */
    public boolean needsResult() {
      return needsResult;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Placed placed
          && score == placed.score
          && needsResult == placed.needsResult
          && shares().equals(placed.shares());
    }

    @Override
    public int hashCode() {
      return Objects.hash(shares(), score, needsResult);
    }

    @Override
    public String toString() {
      return "Placed[shares="
          + shares()
          + ", score="
          + score
          + ", needsResult="
          + needsResult
          + "]";
    }
  }

  /**
   * The zones have too little left.
   *
   * @param evictingHelps whether the pod would fit if less ran on the node
   */
  record Lacking(boolean evictingHelps) implements ZoneFit {}

  /** The node has no topology that can be read. */
  record Missing() implements ZoneFit {}

  /** The only one of its kind that is ever made. */
  ZoneFit UNBOUND = new Unbound();

  /** Of a pod that does not fit now. */
  ZoneFit SHORT = new Lacking(true);

  /** Of a pod that would not fit if nothing else ran there. */
  ZoneFit TOO_LARGE = new Lacking(false);

  /** The only one of its kind that is ever made. */
  ZoneFit MISSING = new Missing();
}
