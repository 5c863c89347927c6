package dev.ballast.annotator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;

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
   * Evaluates a query that answers with one number: a scalar, or one series whatever its labels.
   *
   * @return empty when the answer has no series
   * @throws SourceException when there is no whole and valid answer, or more than one series
   */
  OptionalDouble queryNumber(String promql) throws SourceException, InterruptedException;

  /**
   * Evaluates a query over a range; start and end are inclusive. Series without the label are left
   * out.
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
   * @param evaluatedAt the source's evaluation time, to the millisecond; the epoch when there is no
   *     series
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
      /** A credential that the program was told to use cannot be read. */
      CREDENTIALS,
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
    private final int httpStatus;

    public SourceException(Cause cause, String message) {
      this(cause, 0, message);
    }

    /** An answer with an HTTP status that is not success. */
    public static SourceException ofStatus(int httpStatus, String message) {
      return new SourceException(Cause.HTTP_STATUS, httpStatus, message);
    }

    private SourceException(Cause cause, int httpStatus, String message) {
      super(message);
      this.cause = cause;
      this.httpStatus = httpStatus;
    }

    /** The cause, for counting. */
    public Cause reason() {
      return cause;
    }

    /** The HTTP status of a {@code HTTP_STATUS}, else 0. */
    public int httpStatus() {
      return httpStatus;
    }
  }
}
