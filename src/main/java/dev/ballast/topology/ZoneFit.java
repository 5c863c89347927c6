package dev.ballast.topology;

import java.util.List;

/** How a pod fits a node's zones. Immutable. */
public sealed interface ZoneFit {
  /** The node takes the pod as it is: nothing of its zones is counted. */
  record Unbound() implements ZoneFit {}

  /**
   * The pod fits.
   *
   * @param shares what it gets, by the order of the zones
   * @param score how well, 0 to 100
   * @param needsResult whether an agent waits to be told the shares
   */
  record Placed(List<ZoneShare> shares, int score, boolean needsResult) implements ZoneFit {
    public Placed {
      shares = List.copyOf(shares);
    }
  }

  /**
   * The zones have too little left.
   *
   * @param evictingHelps whether the pod would fit if less ran on the node
   */
  @SuppressWarnings("JavaLangClash") // nothing here is a number of 16 bits
  record Short(boolean evictingHelps) implements ZoneFit {}

  /** The node has no topology that can be read. */
  record Missing() implements ZoneFit {}

  /** The only one of its kind that is ever made. */
  ZoneFit UNBOUND = new Unbound();

  /** Of a pod that does not fit now. */
  ZoneFit SHORT = new Short(true);

  /** Of a pod that would not fit if nothing else ran there. */
  ZoneFit TOO_LARGE = new Short(false);

  /** The only one of its kind that is ever made. */
  ZoneFit MISSING = new Missing();
}
