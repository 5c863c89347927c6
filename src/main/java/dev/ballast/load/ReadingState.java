package dev.ballast.load;

/** The state of a reading. Only a fresh one is a number; the others are never taken for one. */
public enum ReadingState {
  FRESH,
  /** Older than its life and the clock tolerance, or taken before the node's samples stopped. */
  STALE,
  /** Not there, or text that is not a reading. */
  MISSING,
  /**
   * NaN, negative, over 1.5, ahead of our clock by more than the tolerance, or of a node whose
   * exporter is frozen.
   */
  IMPLAUSIBLE
}
