package dev.ballast.cli.doctor;

import dev.ballast.config.LeaderElectionConfig;
import dev.ballast.kube.ClusterProbe.HeldLease;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Does an annotator lead, and does nobody else write what it writes? */
final class AnnotatorCheck {
  static final String LEADER = "leader";
  static final String WRITERS = "writers";

  /** The field manager of Ballast's own writes: the client's User-Agent. */
  private static final String OURS = "ballast";

  private AnnotatorCheck() {}

  /**
   * Who leads.
   *
   * @param now by the clock of the API server, where it is known
   * @param tolerance how far the holder's clock may differ from that
   */
  static Finding leader(
      Optional<HeldLease> lease, LeaderElectionConfig election, Instant now, Duration tolerance) {
    String name = "lease " + election.namespace() + "/" + election.name();
    String start = "start an annotator (serve --role annotator) with this lease in leaderElection";
    if (lease.isEmpty()) {
      return Finding.broken(LEADER, name + " does not exist: no annotator ever led", start);
    }
    var held = lease.get();
    if (held.holder().isEmpty() || held.renewed().isEmpty()) {
      return Finding.broken(LEADER, name + " is held by nobody", start);
    }
    var age = Duration.between(held.renewed().get(), now);
    String seen =
        "%s is held by %s, renewed %s ago".formatted(name, held.holder(), Words.span(age));
    if (age.compareTo(held.duration().plus(tolerance)) > 0) {
      return Finding.broken(LEADER, seen + ": its holder is gone and no other took over", start);
    }
    return age.compareTo(held.duration()) > 0
        ? Finding.warning(LEADER, seen + ", longer than it lasts", "look again; " + start)
        : Finding.ok(LEADER, seen);
  }

  /** Who wrote the load annotations last: field managers, with the number of nodes. */
  static Finding writers(Map<String, Integer> writers) {
    if (writers.isEmpty()) {
      return Finding.skipped(WRITERS, "no load annotation has a writer yet", "");
    }
    String seen =
        writers.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(e -> e.getKey() + " on " + Words.count(e.getValue(), "node"))
            .collect(Collectors.joining(", "));
    return writers.size() > 1 && writers.containsKey(OURS)
        ? Finding.broken(
            WRITERS,
            "several write load annotations: " + seen,
            "stop the other one, such as crane-scheduler-controller: they overwrite each other")
        : Finding.ok(WRITERS, seen);
  }
}
