package dev.ballast.cli.doctor;

import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.Topologies;
import dev.ballast.kube.ProbeException;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who publishes the zones of nodes, and whether what is published can be read. */
final class TopologyCheck {
  static final String NAME = "topology";

  private TopologyCheck() {}

  static Finding of(ClusterProbe probe) throws InterruptedException {
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
    return judge(kinds);
  }

  static Finding judge(Map<Kind, Topologies> kinds) {
    if (kinds.isEmpty()) {
      return Finding.ok(NAME, "no kind of NodeResourceTopology is installed");
    }
    String seen =
        kinds.entrySet().stream()
            .map(
                entry -> {
                  int all =
                      entry.getValue().readable().size() + entry.getValue().unreadable().size();
                  return all + " NodeResourceTopology " + words(entry.getKey());
                })
            .collect(Collectors.joining(", "));
    var unreadable = new TreeMap<String, String>();
    kinds.values().forEach(topologies -> unreadable.putAll(topologies.unreadable()));
    if (unreadable.isEmpty()) {
      return Finding.ok(NAME, seen);
    }
    var first = unreadable.firstEntry();
    return Finding.warning(
        NAME,
        seen
            + "; "
            + unreadable.size()
            + " cannot be read ("
            + Words.some(new ArrayList<>(unreadable.keySet()))
            + "): of "
            + first.getKey()
            + ", "
            + Printable.line(first.getValue()),
        "correct it, or the agent that writes it");
  }

  private static String words(Kind kind) {
    return switch (kind) {
      case CRANE -> "of crane's kind";
      case COMMUNITY -> "of the community's kind";
    };
  }
}
