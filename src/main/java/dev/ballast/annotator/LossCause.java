package dev.ballast.annotator;

import java.util.Locale;

/** Why a node has no reading of a metric now. None of them becomes a number. */
enum LossCause {
  NAN,
  INFINITE,
  NEGATIVE,
  /** More than 1.5 times the capacity. */
  TOO_HIGH,
  NO_SERIES,
  SEVERAL_SERIES,
  SHARED_SERIES,
  /** The node's raw samples have stopped. */
  STALE,
  /** The node's exporter answers, but its counters stand still. */
  FROZEN,
  NO_SAMPLE_TIME,
  SAMPLE_TIME_AHEAD,
  SAMPLE_TIME_IMPLAUSIBLE,
  /** The query for sample times failed. */
  SAMPLE_TIMES_FAILED,
  /** Too little of a window is known for its maximum. */
  NO_HISTORY,
  /** The metric below a maximum has not been read lately. */
  NOT_FED;

  /** As it is counted. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
