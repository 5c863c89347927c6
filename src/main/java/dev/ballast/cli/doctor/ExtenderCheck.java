package dev.ballast.cli.doctor;

import dev.ballast.config.SchedulerConfiguration.Extender;
import dev.ballast.simulate.ExtenderCallException;
import dev.ballast.simulate.HttpExtender;
import dev.ballast.simulate.HttpExtender.Filtered;
import dev.ballast.simulate.SimulatedPod;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Does the extender answer as kube-scheduler would call it? Asks about a pod that does not exist,
 * named {@value #POD}, with names of real nodes. A scored pod may be charged to a node for two
 * seconds, with nothing: it requests nothing.
 */
final class ExtenderCheck {
  static final String NAME = "extender";
  static final String POD = "ballast-doctor";
  private static final int CALLS = 5;
  private static final int MOST_NODES = 500;

  /** The first call pays for this program's own start. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private ExtenderCheck() {}

  /** Calls both verbs some times. */
  static Finding call(
      Extender extender,
      String schedulerName,
      List<String> nodes,
      Duration timeout,
      long nowMillis,
      LongSupplier nanoClock) {
    var asked = nodes.stream().sorted().limit(MOST_NODES).toList();
    var pod = new SimulatedPod(POD, POD, nowMillis, 0, 0, 0, 0, 0);
    Duration patience = timeout.compareTo(PATIENCE) > 0 ? timeout : PATIENCE;
    try (var client =
        new HttpExtender(
            extender.urlPrefix(),
            extender.filterVerb(),
            extender.prioritizeVerb(),
            schedulerName,
            patience,
            nanoClock)) {
      Filtered filtered = new Filtered(asked, Map.of());
      Map<String, Long> scores = Map.of();
      for (int i = 0; i < CALLS; i++) {
        if (!extender.filterVerb().isEmpty()) {
          filtered = client.explainedFilter(pod, asked);
        }
        if (!extender.prioritizeVerb().isEmpty()) {
          scores = client.prioritize(pod, asked);
        }
      }
      return judge(asked, filtered, scores, client.medianCall(), timeout);
    } catch (ExtenderCallException e) {
      return Finding.broken(
          NAME,
          extender.urlPrefix() + ": " + e.getMessage(),
          "start Ballast there (serve --role extender) or correct urlPrefix and verbs; 127.0.0.1 is"
              + " the pod or host of kube-scheduler, so run doctor there");
    } catch (IllegalArgumentException e) {
      return Finding.broken(
          NAME,
          "urlPrefix is " + extender.urlPrefix() + ", which is no URL",
          "write one such as http://127.0.0.1:9443/v1");
    }
  }

  /** What the answers say. */
  static Finding judge(
      List<String> asked,
      Filtered filtered,
      Map<String, Long> scores,
      Duration took,
      Duration timeout) {
    var unexplained = new HashSet<>(asked);
    unexplained.removeAll(filtered.passed());
    unexplained.removeAll(filtered.refused().keySet());
    String seen =
        "of %s %d passed, %d refused, %d scored; %d.%d ms a call of %d"
            .formatted(
                Words.count(asked.size(), "node"),
                filtered.passed().size(),
                filtered.refused().size(),
                scores.size(),
                took.toMillis(),
                took.toNanosPart() / 100_000 % 10,
                timeout.toMillis());
    if (!unexplained.isEmpty()) {
      return Finding.broken(
          NAME,
          "%s; without a word: %d, as %s"
              .formatted(seen, unexplained.size(), Words.some(unexplained)),
          "is this Ballast? It passes a node or gives the reason");
    }
    if (took.compareTo(timeout) > 0) {
      return Finding.broken(NAME, seen, "give it more CPU: kube-scheduler does not wait so long");
    }
    if (took.compareTo(timeout.dividedBy(2)) > 0) {
      return Finding.warning(NAME, seen, "give it more CPU: past half of the time it gives up");
    }
    if (filtered.passed().isEmpty()) {
      return Finding.warning(
          NAME,
          seen + ", as " + Printable.start(filtered.refused().values().iterator().next()),
          "no pod of this scheduler is placed now: add nodes or raise the limits");
    }
    boolean silent = filtered.refused().isEmpty() && scores.isEmpty();
    return silent
        ? Finding.warning(
            NAME,
            seen + ": as if Ballast were not there",
            "see ballast_extender_fail_open_total, ballast_readings and the schedulerNames of its"
                + " policy")
        : Finding.ok(NAME, seen);
  }
}
