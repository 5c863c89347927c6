package dev.ballast.cli.doctor;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.Plausibility;
import dev.ballast.load.ZoneHint;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What the load annotations of nodes say: are they there, how old, and in which time zone? */
final class AnnotationCheck {
  static final String NAME = "annotations";
  static final String ZONE = "time-zone";

  private final Collection<AnnotatedNode> nodes;
  private final DynamicSchedulerPolicy policy;
  private final long toleranceMillis;
  private final ZoneId zone;
  private final Set<String> stopped;
  private final long nowMillis;
  private final LoadAnnotations texts;

  /** What is wrong with a reading, in the order of how much it says. */
  private enum Fault {
    UNREADABLE,
    IMPLAUSIBLE,
    MISSING,
    STALE
  }

  /**
   * A check of these nodes.
   *
   * @param nodes those that should carry load
   * @param stopped names of those whose samples have stopped: that their readings are old is told
   *     already
   */
  AnnotationCheck(
      Collection<AnnotatedNode> nodes,
      DynamicSchedulerPolicy policy,
      ZoneId zone,
      Set<String> stopped,
      long nowMillis) {
    this.nodes = List.copyOf(nodes);
    this.policy = policy;
    toleranceMillis = policy.data().clockTolerance().toMillis();
    this.zone = zone;
    this.stopped = Set.copyOf(stopped);
    this.nowMillis = nowMillis;
    this.texts = new LoadAnnotations(zone);
  }

  /** The time zone, and each metric where the zone is right: ages say nothing in a wrong one. */
  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    Optional<ZoneHint.Hint> shifted = zoneHint();
    for (SyncPolicy sync : policy.syncPolicies()) {
      findings.add((shifted.isPresent() ? unjudged() : metric(sync)).of(sync.name()));
    }
    findings.add(zone(shifted));
    return findings;
  }

  private static Finding unjudged() {
    return Finding.skipped(NAME, "ages cannot be told, see " + ZONE, "");
  }

  private Finding metric(SyncPolicy sync) {
    Map<Fault, List<AnnotatedNode>> faults = new EnumMap<>(Fault.class);
    int explained = 0;
    long oldest = 0;
    for (AnnotatedNode node : nodes) {
      Optional<Fault> fault = fault(node, sync);
      if (fault.isEmpty()) {
        oldest = Math.max(oldest, nowMillis - reading(node, sync).orElseThrow().epochMillis());
      } else if (stopped.contains(node.name()) && fault.get() != Fault.UNREADABLE) {
        explained++;
      } else {
        faults.computeIfAbsent(fault.get(), f -> new ArrayList<>()).add(node);
      }
    }
    int faulty = faults.values().stream().mapToInt(List::size).sum();
    int fresh = nodes.size() - faulty - explained;
    var seen = new StringBuilder("fresh on " + Words.ofNodes(fresh, nodes.size()));
    if (fresh > 0) {
      seen.append(", the oldest " + Words.span(Duration.ofMillis(oldest)));
    }
    if (explained > 0) {
      seen.append("; old for want of samples: " + explained);
    }
    faults.forEach((fault, some) -> seen.append("; " + told(fault, some, sync)));
    return judged(seen.toString(), faults, faulty);
  }

  private Finding judged(String seen, Map<Fault, List<AnnotatedNode>> faults, int faulty) {
    Status status =
        faults.containsKey(Fault.UNREADABLE) ? Status.BROKEN : Share.of(faulty, nodes.size());
    String advice =
        faults.containsKey(Fault.UNREADABLE)
            ? "stop what writes them (see writers), and remove them"
            : faults.containsKey(Fault.IMPLAUSIBLE)
                ? "see values and clock: the annotator writes no such reading itself"
                : "see the log of the annotator that leads";
    return switch (status) {
      case BROKEN -> Finding.broken(NAME, seen, advice);
      case WARNING -> Finding.warning(NAME, seen, advice);
      default -> Finding.ok(NAME, seen);
    };
  }

  private static String told(Fault fault, List<AnnotatedNode> some, SyncPolicy sync) {
    AnnotatedNode first = some.get(0);
    String text = first.annotations().get(sync.name());
    String example = text == null ? "" : " has \"" + Printable.start(text) + "\"";
    return "%s: %d, as %s%s"
        .formatted(fault.name().toLowerCase(Locale.ROOT), some.size(), first.name(), example);
  }

  private Optional<Fault> fault(AnnotatedNode node, SyncPolicy sync) {
    if (!node.annotations().containsKey(sync.name())) {
      return Optional.of(Fault.MISSING);
    }
    Optional<Measurement> reading = reading(node, sync);
    if (reading.isEmpty()) {
      return Optional.of(Fault.UNREADABLE);
    }
    if (node.annotations().containsKey(LoadAnnotations.FROZEN_SINCE)) {
      return Optional.of(Fault.IMPLAUSIBLE);
    }
    long time = reading.get().epochMillis();
    if (!Plausibility.isFraction(reading.get().value())
        || !Plausibility.isTime(time, nowMillis, toleranceMillis)) {
      return Optional.of(Fault.IMPLAUSIBLE);
    }
    boolean old = nowMillis - time >= sync.staleAfter().toMillis() + toleranceMillis;
    return old || time <= marker(node) ? Optional.of(Fault.STALE) : Optional.empty();
  }

  private Optional<Measurement> reading(AnnotatedNode node, SyncPolicy sync) {
    return Optional.ofNullable(node.annotations().get(sync.name())).flatMap(texts::parse);
  }

  private long marker(AnnotatedNode node) {
    return Optional.ofNullable(node.annotations().get(LoadAnnotations.STALE_SINCE))
        .flatMap(texts::parseTime)
        .map(Instant::toEpochMilli)
        .filter(time -> Plausibility.isTime(time, nowMillis, toleranceMillis))
        .orElse(Long.MIN_VALUE);
  }

  private Optional<ZoneHint.Hint> zoneHint() {
    Map<String, Long> newest = new HashMap<>();
    for (AnnotatedNode node : nodes) {
      newest(node).ifPresent(stamp -> newest.put(node.name(), stamp));
    }
    return ZoneHint.of(newest, nowMillis);
  }

  private Finding zone(Optional<ZoneHint.Hint> shifted) {
    return shifted
        .map(
            hint ->
                Finding.broken(
                    ZONE, ZoneAdvice.seen(hint, zone), ZoneAdvice.advice(hint, zone, nowMillis)))
        .orElseGet(() -> Finding.ok(ZONE, "stamps are those of annotations.timeZone, " + zone));
  }

  private OptionalLong newest(AnnotatedNode node) {
    return policy.syncPolicies().stream()
        .flatMap(sync -> reading(node, sync).stream())
        .mapToLong(Measurement::epochMillis)
        .max();
  }
}
