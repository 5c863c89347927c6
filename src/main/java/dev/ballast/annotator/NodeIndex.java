package dev.ballast.annotator;

import dev.ballast.config.MetricDefinition.NodeMatch.By;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds the node that a series' label value names. Immutable.
 *
 * <p>A port after an address or a name is ignored, IPv6 addresses match in any spelling, letters in
 * any case.
 */
final class NodeIndex {
  /** Nodes by key, tried in this order: the first that knows the key decides. */
  private final List<Map<String, List<String>>> stages;

  private NodeIndex(List<Map<String, List<String>>> stages) {
    this.stages = stages;
  }

  /** An index of nodes by what label values name. */
  static NodeIndex of(Collection<AnnotatedNode> nodes, By by) {
    Function<AnnotatedNode, List<String>> names = node -> List.of(node.name());
    return new NodeIndex(
        switch (by) {
          case INTERNAL_IP -> List.of(stage(nodes, AnnotatedNode::internalIps));
          case NAME -> List.of(stage(nodes, names));
          case ANY ->
              List.of(
                  stage(nodes, AnnotatedNode::internalIps),
                  stage(nodes, names),
                  stage(nodes, AnnotatedNode::hostnames));
        });
  }

  private static Map<String, List<String>> stage(
      Collection<AnnotatedNode> nodes, Function<AnnotatedNode, List<String>> keys) {
    Map<String, List<String>> stage = new HashMap<>();
    for (AnnotatedNode node : nodes) {
      for (String key : keys.apply(node)) {
        List<String> found = stage.computeIfAbsent(canonical(key), k -> new ArrayList<>(1));
        if (!found.contains(node.name())) {
          found.add(node.name());
        }
      }
    }
    return stage;
  }

  /** Names of the nodes that a label value names: none, one, or several that share an address. */
  List<String> find(String labelValue) {
    String key = canonical(hostOf(labelValue));
    for (Map<String, List<String>> stage : stages) {
      List<String> found = stage.get(key);
      if (found != null) {
        return found;
      }
    }
    return List.of();
  }

  /** The label value without a port and without the brackets of an IPv6 address. */
  static String hostOf(String labelValue) {
    if (labelValue.startsWith("[")) {
      int end = labelValue.indexOf(']');
      return end < 0 ? labelValue : labelValue.substring(1, end);
    }
    int colon = labelValue.indexOf(':');
    boolean onlyColon = colon >= 0 && labelValue.indexOf(':', colon + 1) < 0;
    return onlyColon ? labelValue.substring(0, colon) : labelValue;
  }

  private static String canonical(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    boolean looksLikeIpv6 =
        lower.indexOf(':') >= 0
            && lower.chars().allMatch(c -> "0123456789abcdef:.".indexOf(c) >= 0);
    if (!looksLikeIpv6) {
      return lower;
    }
    try {
      return InetAddress.getByName(lower).getHostAddress(); // a literal: no name is looked up
    } catch (UnknownHostException e) {
      return lower;
    }
  }
}
