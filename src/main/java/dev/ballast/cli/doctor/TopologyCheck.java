package dev.ballast.cli.doctor;

import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.Topologies;
import dev.ballast.kube.ProbeException;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;

/** Who publishes the zones of nodes, can it be read, and does an agent get what it waits for? */
final class TopologyCheck {
  static final String NAME = "topology";

  private static final String ANSWER =
      "let Ballast bind, as deploy/topology does, or set topology.lateResult: true in the policy; with"
          + " topology.enabled: false zones do not count";

  private TopologyCheck() {}

  /**
   * Lists all topologies and judges them.
   *
   * @param unanswered whether pods that need a topology result are refused, as nobody writes it
   */
  static Finding of(ClusterProbe probe, boolean unanswered) {
    var kinds = new EnumMap<Kind, Topologies>(Kind.class);
    for (Kind kind : Kind.values()) {
      try {
        probe.topologies(kind).ifPresent(topologies -> kinds.put(kind, topologies));
      } catch (ProbeException e) {
        return Finding.skipped(
            NAME,
            "NodeResourceTopology " + words(kind) + " cannot be listed: " + e.getMessage(),
            "run doctor as an administrator");
      }
    }
    return judge(kinds, unanswered);
  }

  static Finding judge(Map<Kind, Topologies> kinds, boolean unanswered) {
    if (kinds.isEmpty()) {
      return Finding.ok(NAME, "no kind of NodeResourceTopology is installed");
    }
    var seen = new ArrayList<String>();
    boolean all = true;
    for (var entry : kinds.entrySet()) {
      var topologies = entry.getValue();
      var unreadable = topologies.unreadable();
      int count = topologies.readable().size() + unreadable.size();
      String text = count + " NodeResourceTopology " + words(entry.getKey());
      if (!unreadable.isEmpty()) {
        all = false;
        text += "; " + unreadable(unreadable);
      }
      seen.add(text);
    }
    String text = String.join(", ", seen);
    if (!all) {
      return Finding.warning(NAME, text, "correct it, or the agent that writes it");
    }
    long agents = kinds.values().stream().mapToLong(TopologyCheck::agents).sum();
    return unanswered && agents > 0
        ? Finding.warning(NAME, text + "; " + refused(agents), ANSWER)
        : Finding.ok(NAME, text);
  }

  private static long agents(Topologies topologies) {
    return topologies.readable().stream()
        .filter(topology -> topology.cpus() == CpuBinding.AGENT)
        .count();
  }

  private static String refused(long agents) {
    return "pods with whole CPUs are refused on %s: nobody writes them the topology result that the"
            .formatted(Words.count(agents, "node"))
        + " agent waits for";
  }

  private static String unreadable(SortedMap<String, String> unreadable) {
    String first = unreadable.firstKey();
    return "%d cannot be read (%s): of %s, %s"
        .formatted(
            unreadable.size(),
            Words.some(unreadable.keySet()),
            first,
            Printable.line(unreadable.getOrDefault(first, "")));
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case CRANE -> "of crane's kind";
      case COMMUNITY -> "of the community's kind";
    };
  }
}
