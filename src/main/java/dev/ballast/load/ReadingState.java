package dev.ballast.load;

/** The state of a reading. Only a fresh one is a number; the others are never taken for one. */
public enum ReadingState {
  FRESH,
  /** Older than its life, or taken before the node's samples stopped. */
  STALE,
  /** Not there, or text that is not a reading. */
  MISSING,
  /** NaN, negative, over 1.5, or more than two minutes ahead of our clock. */
  IMPLAUSIBLE
}
