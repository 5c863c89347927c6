package dev.ballast.annotator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A source of load, asked for all nodes at once. Implementations are safe for use by many threads.
 * They never turn an error into a number: what cannot be read is a {@link SourceException}.
 */
public interface MetricSource {
  /**
   * Evaluates an instant query at the source's own time.
   *
   * @param promql the query
   * @param label the label of each series to give back
   * @throws SourceException when there is no whole and valid answer
   */
  InstantAnswer query(String promql, String label) throws SourceException, InterruptedException;

  /**
   * Evaluates a query over a range; start and end are inclusive.
   *
   * @throws SourceException when there is no whole and valid answer; samples already handed to the
   *     sink are then to be dropped
   */
  void queryRange(
      String promql, String label, Instant start, Instant end, Duration step, RangeSink sink)
      throws SourceException, InterruptedException;

  /**
   * An answer to an instant query.
   *
   * @param evaluatedAt the source's evaluation time; the epoch when there is no series
   * @param samples one a series that has the label
   * @param unlabelled number of series without the label
   */
  record InstantAnswer(Instant evaluatedAt, List<Sample> samples, int unlabelled) {}

  /**
   * A series' value.
   *
   * @param label value of the asked label
   * @param value as the source gave it; may be NaN, infinite or negative
   */
  record Sample(String label, double value) {}

  /** Takes the samples of a range query, series by series. */
  interface RangeSink {
    void accept(String label, long epochMillis, double value);
  }

  /** Says why a source gave no valid answer. */
  final class SourceException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Causes, as they are counted. */
    public enum Cause {
      UNREACHABLE,
      TIMEOUT,
      HTTP_STATUS,
      NOT_JSON,
      TRUNCATED,
      TOO_LARGE,
      ERROR_STATUS,
      WARNINGS,
      BAD_SHAPE
    }

    private final Cause cause;

    public SourceException(Cause cause, String message) {
      super(message);
      this.cause = cause;
    }

    /** The cause, for counting. */
    public Cause reason() {
      return cause;
    }
  }
}
