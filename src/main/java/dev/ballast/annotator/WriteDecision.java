package dev.ballast.annotator;

import static dev.ballast.load.LoadAnnotations.FROZEN_SINCE;
import static dev.ballast.load.LoadAnnotations.STALE_SINCE;

import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.Plausibility;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether a node has something new to say. Immutable.
 *
 * <p>A write costs every watcher of nodes an event, so a node is written only when a reading moved,
 * when the policy's verdict on it changes, when what it carries is unreadable or grows old, or when
 * its samples stop, stand still or come back. When it is written, all readings at hand go along.
 */
final class WriteDecision {
  /** Decimals in annotations make differences that are not quite decimal. */
  private static final double ROUNDING = 1e-9;

  private static final Verdict NOT_FRESH = new Verdict(Double.NaN, false, Long.MAX_VALUE);

  private final Map<String, SyncPolicy> syncPolicies = new LinkedHashMap<>();
  private final Map<String, Double> limits = new HashMap<>();
  private final LoadAnnotations texts;
  private final double minChange;
  private final long clockToleranceMillis;

  /**
   * What to write on a node.
   *
   * @param annotations texts by key; an empty one removes the key
   * @param urgent a verdict changes, or samples stopped or came back
   * @param deadlineMillis when the first of the readings that are replaced is no longer fresh;
   *     {@code Long.MAX_VALUE} when none of them is fresh
   * @param newestMillis no reading among the texts is younger; {@code Long.MIN_VALUE} without one
   */
  record Write(
      Map<String, Optional<String>> annotations,
      boolean urgent,
      long deadlineMillis,
      long newestMillis) {
    /** Without a reading. */
    Write(Map<String, Optional<String>> annotations, boolean urgent, long deadlineMillis) {
      this(annotations, urgent, deadlineMillis, Long.MIN_VALUE);
    }
  }

  WriteDecision(DynamicSchedulerPolicy policy, LoadAnnotations texts, double minChange) {
    for (SyncPolicy sync : policy.syncPolicies()) {
      syncPolicies.put(sync.name(), sync);
    }
    for (PredicatePolicy predicate : policy.predicates()) {
      if (predicate.limit() > 0) {
        limits.put(predicate.name(), predicate.limit());
      }
    }
    this.texts = texts;
    this.minChange = minChange;
    this.clockToleranceMillis = policy.data().clockTolerance().toMillis();
  }

  /** True when the node carries a reading of the policy. */
  boolean carriesLoad(AnnotatedNode node) {
    return syncPolicies.keySet().stream().anyMatch(node.annotations()::containsKey);
  }

  /**
   * What to write on a node whose samples have stopped: since when. Nothing when it says so
   * already.
   *
   * <p>The time covers every reading on the node. A reading so far ahead of the clock that it
   * cannot be covered is taken away, as it would come to life later.
   *
   * @param newestSentMillis time of the newest reading that was sent to the node, which its
   *     annotations may not show yet; {@code Long.MIN_VALUE} when there is none
   * @param evaluatedMillis the source's clock
   */
  Optional<Write> whenStale(
      AnnotatedNode node, SampleState.Stale stale, long newestSentMillis, long evaluatedMillis) {
    Map<String, Optional<String>> annotations = new LinkedHashMap<>();
    long newestCarried =
        isTime(newestSentMillis, evaluatedMillis) ? newestSentMillis : Long.MIN_VALUE;
    for (String metric : syncPolicies.keySet()) {
      Optional<Measurement> carried = carried(node, metric);
      if (carried.isPresent()) {
        long time = carried.get().epochMillis();
        if (isTime(time, evaluatedMillis)) {
          newestCarried = Math.max(newestCarried, time);
        } else {
          annotations.put(metric, Optional.empty());
        }
      }
    }
    long marker = marker(node, evaluatedMillis).orElse(Long.MIN_VALUE);
    if (marker == Long.MIN_VALUE || marker < newestCarried) {
      Instant since = Instant.ofEpochMilli(Math.max(stale.sinceMillis(), newestCarried));
      annotations.put(STALE_SINCE, Optional.of(texts.formatTime(since)));
    }
    return annotations.isEmpty()
        ? Optional.empty()
        : Optional.of(new Write(annotations, true, Long.MAX_VALUE));
  }

  /** What to write on a node whose exporter is frozen: since when, unless it says so already. */
  Optional<Write> whenFrozen(AnnotatedNode node, SampleState.Frozen frozen) {
    if (node.annotations().containsKey(FROZEN_SINCE)) {
      return Optional.empty();
    }
    String since = texts.formatTime(Instant.ofEpochMilli(frozen.sinceMillis()));
    return Optional.of(new Write(Map.of(FROZEN_SINCE, Optional.of(since)), true, Long.MAX_VALUE));
  }

  /**
   * What to write on a node whose samples arrive and move.
   *
   * @param readings fresh readings by metric, at least one of them; plausible
   * @param nowMillis our clock, as the readers use theirs
   */
  Optional<Write> whenFresh(AnnotatedNode node, Map<String, Measurement> readings, long nowMillis) {
    List<String> marks =
        Stream.of(STALE_SINCE, FROZEN_SINCE).filter(node.annotations()::containsKey).toList();
    boolean marked = !marks.isEmpty();
    boolean frozen = marks.contains(FROZEN_SINCE);
    long marker = marker(node, nowMillis).orElse(Long.MIN_VALUE);
    Map<String, Optional<String>> annotations = new LinkedHashMap<>();
    boolean worth = marked;
    boolean urgent = marked;
    long deadline = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (Map.Entry<String, Measurement> entry : readings.entrySet()) {
      String metric = entry.getKey();
      Measurement reading = entry.getValue();
      if (reading.epochMillis() / 1000 <= Math.floorDiv(marker, 1000L)) {
        continue; // a reader would take it for one of those before samples stopped
      }
      String text = texts.format(reading.value(), Instant.ofEpochMilli(reading.epochMillis()));
      Verdict then = frozen ? NOT_FRESH : verdict(metric, carried(node, metric), marker, nowMillis);
      Optional<Measurement> written = texts.parse(text);
      Verdict now = verdict(metric, written, Long.MIN_VALUE, nowMillis);
      newest = Math.max(newest, written.map(Measurement::epochMillis).orElse(newest));
      annotations.put(metric, Optional.of(text));
      boolean first = Double.isNaN(then.value()); // a reader has nothing for now
      urgent |= first || then.over() != now.over();
      worth |= urgent || isWorth(metric, then, now, nowMillis);
      deadline = Math.min(deadline, then.freshUntilMillis());
    }
    if (!worth || annotations.isEmpty()) {
      return Optional.empty();
    }
    boolean news =
        annotations.entrySet().stream()
            .anyMatch(e -> !e.getValue().get().equals(node.annotations().get(e.getKey())));
    if (!news && !marked) {
      return Optional.empty();
    }
    marks.forEach(mark -> annotations.put(mark, Optional.empty()));
    return Optional.of(new Write(annotations, urgent, deadline, newest));
  }

  /**
   * What a reader makes of a reading.
   *
   * @param value NaN when it is not fresh
   * @param over over the policy's limit
   * @param freshUntilMillis when it becomes stale; {@code Long.MAX_VALUE} when it is not fresh
   */
  private record Verdict(double value, boolean over, long freshUntilMillis) {}

  private Verdict verdict(
      String metric, Optional<Measurement> reading, long marker, long nowMillis) {
    if (reading.isEmpty()) {
      return NOT_FRESH;
    }
    double value = reading.get().value();
    long time = reading.get().epochMillis();
    long until = time + lifeMillis(metric);
    boolean fresh =
        Plausibility.isFraction(value)
            && isTime(time, nowMillis)
            && nowMillis < until
            && time > marker;
    if (!fresh) {
      return NOT_FRESH;
    }
    double limit = limits.getOrDefault(metric, Double.POSITIVE_INFINITY);
    return new Verdict(value, value > limit, until);
  }

  private boolean isWorth(String metric, Verdict then, Verdict now, long nowMillis) {
    boolean moved = Math.abs(now.value() - then.value()) >= minChange - ROUNDING;
    return moved || isOld(metric, then.freshUntilMillis(), nowMillis);
  }

  /**
   * Half its life is over, or it would hardly outlive the next sweep: writes are spread over most
   * of a period, so a whole period more is needed.
   */
  private boolean isOld(String metric, long freshUntilMillis, long nowMillis) {
    long left = freshUntilMillis - nowMillis;
    long period = sync(metric).period().toMillis();
    return left <= lifeMillis(metric) / 2 || left < period + period / 5;
  }

  private Optional<Measurement> carried(AnnotatedNode node, String metric) {
    return Optional.ofNullable(node.annotations().get(metric)).flatMap(texts::parse);
  }

  /** The marker that the node carries, unless it is unreadable or too far ahead of the clock. */
  private Optional<Long> marker(AnnotatedNode node, long nowMillis) {
    return Optional.ofNullable(node.annotations().get(STALE_SINCE))
        .flatMap(texts::parseTime)
        .map(Instant::toEpochMilli)
        .filter(time -> isTime(time, nowMillis));
  }

  private boolean isTime(long epochMillis, long nowMillis) {
    return Plausibility.isTime(epochMillis, nowMillis, clockToleranceMillis);
  }

  private long lifeMillis(String metric) {
    return sync(metric).staleAfter().toMillis();
  }

  private SyncPolicy sync(String metric) {
    SyncPolicy sync = syncPolicies.get(metric);
    if (sync == null) {
      throw new IllegalArgumentException("metric " + metric + " has no sync policy");
    }
    return sync;
  }
}
