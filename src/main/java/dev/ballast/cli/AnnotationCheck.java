package dev.ballast.cli;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.load.LoadAnnotations;
import dev.ballast.load.Measurement;
import dev.ballast.load.ZoneHint;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.SyncPolicy;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Looks at the load annotations of nodes: are they there, do they move, and do clocks and time
 * zones agree?
 */
final class AnnotationCheck {
  private AnnotationCheck() {}

  /** What the annotations of these nodes say of the policy's metrics. */
  static List<Finding> of(
      Collection<AnnotatedNode> nodes, DynamicSchedulerPolicy policy, ZoneId zone, long nowMillis) {
    var texts = new LoadAnnotations(zone);
    var findings = new ArrayList<Finding>();
    for (SyncPolicy sync : policy.syncPolicies()) {
      findings.add(metric(nodes, sync.name(), texts));
    }
    findings.add(frozen(nodes));
    Map<String, Long> newest = new HashMap<>();
    for (AnnotatedNode node : nodes) {
      newest(node, policy, texts).ifPresent(stamp -> newest.put(node.name(), stamp));
    }
    findings.add(
        ClockCheck.ofStamps(
            newest.values().stream().mapToLong(Long::longValue).max(), policy, nowMillis));
    findings.add(zone(newest, zone, nowMillis));
    return findings;
  }

  private static Finding frozen(Collection<AnnotatedNode> nodes) {
    List<String> frozen =
        nodes.stream()
            .filter(node -> node.annotations().containsKey(LoadAnnotations.FROZEN_SINCE))
            .map(AnnotatedNode::name)
            .sorted()
            .toList();
    return frozen.isEmpty()
        ? Finding.good("frozen exporters", "none")
        : Finding.bad(
            "frozen exporters",
            "on "
                + frozen.size()
                + " nodes, for example "
                + frozen.stream().limit(3).toList()
                + ": they answer while their counters stand still; restart them");
  }

  private static Finding metric(
      Collection<AnnotatedNode> nodes, String metric, LoadAnnotations texts) {
    int readable = 0;
    int unreadable = 0;
    for (AnnotatedNode node : nodes) {
      var text = Optional.ofNullable(node.annotations().get(metric));
      boolean parses = text.flatMap(texts::parse).isPresent();
      readable += parses ? 1 : 0;
      unreadable += text.isPresent() && !parses ? 1 : 0;
    }
    String check = "annotation " + metric;
    String detail = "on " + readable + " of " + nodes.size() + " nodes";
    if (unreadable > 0) {
      return Finding.bad(
          check, detail + ", unreadable on " + unreadable + ": remove what wrote them");
    }
    return readable == nodes.size()
        ? Finding.good(check, detail)
        : Finding.bad(check, detail + ": see the log of the annotator that leads");
  }

  private static Finding zone(Map<String, Long> newest, ZoneId zone, long nowMillis) {
    return ZoneHint.of(newest, nowMillis)
        .map(hint -> Finding.bad("time zone", ZoneAdvice.text(hint, zone, nowMillis)))
        .orElseGet(
            () -> Finding.good("time zone", "stamps are those of annotations.timeZone, " + zone));
  }

  private static OptionalLong newest(
      AnnotatedNode node, DynamicSchedulerPolicy policy, LoadAnnotations texts) {
    return policy.syncPolicies().stream()
        .flatMap(sync -> Optional.ofNullable(node.annotations().get(sync.name())).stream())
        .flatMap(text -> texts.parse(text).stream())
        .mapToLong(Measurement::epochMillis)
        .max();
  }
}
