package dev.ballast.annotator;

import dev.ballast.config.MetricCatalogue;
import dev.ballast.config.MetricDefinition;
import dev.ballast.config.MetricDefinition.MaximumOf;
import dev.ballast.policy.SyncPolicy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When which metric is read: at once when leadership begins, then by its period, all in one phase
 * so that metrics of different periods meet. For one thread.
 */
final class Schedule {
  /** A metric that failed is asked again after this, if its period is longer. */
  private static final long RETRY_MILLIS = 30_000;

  private static final long HELD = Long.MAX_VALUE;

  private final List<Job> jobs = new ArrayList<>();
  private long phaseMillis;

  /** A metric and its period; may be read only to feed a maximum. */
  static final class Job {
    private final MetricDefinition metric;
    private final long periodMillis;
    private final boolean written;
    private long dueMillis = HELD;

    Job(MetricDefinition metric, long periodMillis, boolean written) {
      this.metric = metric;
      this.periodMillis = periodMillis;
      this.written = written;
    }

    MetricDefinition metric() {
      return metric;
    }

    /** False when the policy does not name the metric now: it only feeds a maximum. */
    boolean isWritten() {
      return written;
    }

    boolean isMaximum() {
      return metric.source() instanceof MaximumOf;
    }
  }

  /**
   * A schedule of some metrics and of what feeds them.
   *
   * @param metrics readable metrics: the metric below a maximum is a query of the catalogue
   */
  Schedule(List<SyncPolicy> metrics, MetricCatalogue catalogue) {
    for (SyncPolicy sync : metrics) {
      MetricDefinition metric = catalogue.find(sync.name()).orElseThrow();
      jobs.add(new Job(metric, sync.period().toMillis(), true));
    }
    feedPeriods(catalogue)
        .forEach(
            (metric, period) -> {
              boolean often =
                  jobs.stream().anyMatch(j -> j.metric.equals(metric) && j.periodMillis <= period);
              if (!often) {
                jobs.add(new Job(metric, period, false));
              }
            });
  }

  /** The metrics below maxima, and how often they have to be read. */
  private Map<MetricDefinition, Long> feedPeriods(MetricCatalogue catalogue) {
    Map<MetricDefinition, Long> periods = new LinkedHashMap<>();
    for (Job job : jobs) {
      if (job.metric.source() instanceof MaximumOf maximum) {
        long bucket = MaxWindow.bucket(job.metric.window()).toMillis();
        catalogue.find(maximum.metric()).ifPresent(base -> periods.merge(base, bucket, Math::min));
      }
    }
    return periods;
  }

  /** How often a metric is read, for whatever purpose. */
  long feedPeriodMillis(String metric) {
    return jobs.stream()
        .filter(job -> job.metric.name().equals(metric))
        .mapToLong(job -> job.periodMillis)
        .min()
        .orElse(HELD);
  }

  /** The shortest period. */
  long shortestPeriodMillis() {
    return jobs.stream().mapToLong(job -> job.periodMillis).min().orElse(HELD);
  }

  /** Begins a phase: all are due but the maxima, which wait for their history. */
  void begin(long nowMillis) {
    phaseMillis = nowMillis;
    jobs.forEach(job -> job.dueMillis = job.isMaximum() ? HELD : nowMillis);
  }

  /** Makes a maximum due. */
  void release(String metric, long nowMillis) {
    for (Job job : jobs) {
      if (job.metric.name().equals(metric)) {
        job.dueMillis = nowMillis;
      }
    }
  }

  /** The jobs that are due. */
  List<Job> due(long nowMillis) {
    List<Job> due = new ArrayList<>();
    for (Job job : jobs) {
      boolean clockWasSetBack =
          job.dueMillis != HELD && job.dueMillis - job.periodMillis > nowMillis;
      if (job.dueMillis <= nowMillis || clockWasSetBack) {
        due.add(job);
      }
    }
    return due;
  }

  /** Sets when a job is due again. */
  void done(Job job, boolean failed, long nowMillis) {
    long periods = Math.floorDiv(nowMillis - phaseMillis, job.periodMillis) + 1;
    long regular = phaseMillis + periods * job.periodMillis;
    job.dueMillis = failed ? Math.min(regular, nowMillis + RETRY_MILLIS) : regular;
  }

  /** When the next job is due; far in the future when there is none. */
  long nextMillis() {
    return jobs.stream().mapToLong(job -> job.dueMillis).min().orElse(HELD);
  }
}
