package dev.ballast.cli.doctor;

import dev.ballast.kube.ClusterProbe;
import dev.ballast.kube.ClusterProbe.Topologies;
import dev.ballast.kube.ProbeException;
import dev.ballast.topology.NodeTopology.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;

/** Who publishes the zones of nodes, and whether what is published can be read. */
final class TopologyCheck {
  static final String NAME = "topology";

  private TopologyCheck() {}

  static Finding of(ClusterProbe probe) {
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
    return all
        ? Finding.ok(NAME, text)
        : Finding.warning(NAME, text, "correct it, or the agent that writes it");
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
