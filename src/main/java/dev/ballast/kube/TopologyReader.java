package dev.ballast.kube;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ballast.inflight.Quantity;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads NodeResourceTopology objects of both kinds. What cannot be read is an error that names the
 * field, its value and what to write: half a topology would be a wrong one. Fields that are not
 * needed are passed over.
 *
 * <p>Sources: gocrane/api, {@code topology/v1alpha1/types.go}; k8stopologyawareschedwg/
 * noderesourcetopology-api, {@code v1alpha2/types.go}. We differ from crane in that only zones of
 * type Node are NUMA nodes, and from both in that an amount below 0 is refused.
 */
final class TopologyReader {
  private static final int MAX_LENGTH = 1_024;
  private static final int MAX_SHOWN = 80;

  private static final Map<String, CpuBinding> CRANE_BINDINGS =
      Map.of("Static", CpuBinding.AGENT, "None", CpuBinding.KUBELET);
  private static final String CRANE_DEFAULT = "SingleNUMANodePodLevel";
  private static final Map<String, Alignment> CRANE_ALIGNMENTS =
      Map.of(CRANE_DEFAULT, Alignment.SINGLE_NUMA_NODE, "None", Alignment.NONE);
  private static final Map<String, Alignment> ALIGNMENTS =
      Map.of(
          "none", Alignment.NONE,
          "best-effort", Alignment.BEST_EFFORT,
          "restricted", Alignment.RESTRICTED,
          "single-numa-node", Alignment.SINGLE_NUMA_NODE);
  private static final Map<String, Scope> SCOPES =
      Map.of("container", Scope.CONTAINER, "pod", Scope.POD);

  /** What the one field said that two attributes took the place of. */
  private record Policy(Alignment alignment, Scope scope) {}

  private static final Map<String, Policy> POLICIES =
      Map.of(
          "None", new Policy(Alignment.NONE, Scope.CONTAINER),
          "BestEffort", new Policy(Alignment.BEST_EFFORT, Scope.CONTAINER),
          "BestEffortContainerLevel", new Policy(Alignment.BEST_EFFORT, Scope.CONTAINER),
          "BestEffortPodLevel", new Policy(Alignment.BEST_EFFORT, Scope.POD),
          "Restricted", new Policy(Alignment.RESTRICTED, Scope.CONTAINER),
          "RestrictedContainerLevel", new Policy(Alignment.RESTRICTED, Scope.CONTAINER),
          "RestrictedPodLevel", new Policy(Alignment.RESTRICTED, Scope.POD),
          "SingleNUMANodeContainerLevel", new Policy(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER),
          "SingleNUMANodePodLevel", new Policy(Alignment.SINGLE_NUMA_NODE, Scope.POD));

  /** An object that is no topology; the message says where and what to write. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  private TopologyReader() {}

  /**
   * Reads an object.
   *
   * @throws UnreadableException when it is not one of that kind
   */
  static NodeTopology read(Kind kind, JsonNode object) throws UnreadableException {
    String node = text(object.path("metadata").path("name"), "metadata.name");
    var topology =
        switch (kind) {
          case CRANE -> crane(node, object);
          case COMMUNITY -> community(node, object);
        };
    check(topology);
    return topology;
  }

  /** An agent that binds containers needs zones that they can be bound to. */
  private static void check(NodeTopology topology) throws UnreadableException {
    var numaNodes = topology.numaNodes();
    if (numaNodes.size() > NodeTopology.MAX_NUMA_NODES) {
      throw new UnreadableException(
          "zones has "
              + numaNodes.size()
              + " of type Node: write at most "
              + NodeTopology.MAX_NUMA_NODES);
    }
    boolean agent = topology.cpus() == CpuBinding.AGENT;
    if (agent && numaNodes.stream().noneMatch(z -> z.resources().containsKey(NodeTopology.CPU))) {
      throw new UnreadableException(
          "zones has none of type Node with an amount of cpu: write the NUMA nodes with their CPUs,"
              + " or craneManagerPolicy.cpuManagerPolicy None");
    }
  }

  private static NodeTopology crane(String node, JsonNode object) throws UnreadableException {
    JsonNode manager = object.path("craneManagerPolicy");
    String path = "craneManagerPolicy.";
    return new NodeTopology(
        node,
        Kind.CRANE,
        choice(
            CRANE_BINDINGS,
            text(manager.path("cpuManagerPolicy"), path + "cpuManagerPolicy"),
            path + "cpuManagerPolicy",
            "Static or None"),
        choice(
            CRANE_ALIGNMENTS,
            manager.path("topologyManagerPolicy").asText(CRANE_DEFAULT),
            path + "topologyManagerPolicy",
            "SingleNUMANodePodLevel or None"),
        Scope.POD,
        zones(object.path("zones"), TopologyReader::mapped),
        amounts(object.path("reserved"), "reserved"),
        texts(object.path("attributes"), "attributes"));
  }

  private static NodeTopology community(String node, JsonNode object) throws UnreadableException {
    var attributes = listedTexts(object.path("attributes"), "attributes");
    var policy = policy(object.path("topologyPolicies"));
    String alignment = attributes.get("topologyManagerPolicy");
    String scope = attributes.get("topologyManagerScope");
    return new NodeTopology(
        node,
        Kind.COMMUNITY,
        CpuBinding.KUBELET,
        alignment == null
            ? policy.alignment()
            : choice(
                ALIGNMENTS,
                alignment,
                "attribute topologyManagerPolicy",
                "none, best-effort, restricted or single-numa-node"),
        scope == null
            ? policy.scope()
            : choice(SCOPES, scope, "attribute topologyManagerScope", "container or pod"),
        zones(object.path("zones"), TopologyReader::listed),
        Map.of(),
        attributes);
  }

  private static Policy policy(JsonNode policies) throws UnreadableException {
    boolean none = policies.isMissingNode() || policies.isNull() || policies.isEmpty();
    String path = "topologyPolicies[0]";
    return choice(
        POLICIES,
        none ? "None" : text(policies.path(0), path),
        path,
        "None, BestEffort, Restricted or SingleNUMANode, the last three with ContainerLevel or"
            + " PodLevel behind");
  }

  /** What is meant by one of a few texts. */
  private static <T> T choice(Map<String, T> choices, String text, String path, String wanted)
      throws UnreadableException {
    @Nullable T meant = choices.get(text);
    if (meant == null) {
      throw wrong(path, text, wanted);
    }
    return meant;
  }

  /** Reads the resources of a zone. */
  private interface Resources {
    SortedMap<String, Amounts> read(JsonNode resources, String path) throws UnreadableException;
  }

  private static List<Zone> zones(JsonNode list, Resources resources) throws UnreadableException {
    var zones = new ArrayList<Zone>();
    var names = new HashSet<String>();
    each(
        list,
        "zones",
        (path, zone) -> {
          String name = text(zone.path("name"), path + ".name");
          if (!names.add(name)) {
            throw wrong(path + ".name", name, "a name that no other zone has");
          }
          String at = path + ".resources";
          zones.add(
              new Zone(
                  name,
                  text(zone.path("type"), path + ".type"),
                  zone.path("parent").asText(""),
                  costs(zone.path("costs"), path + ".costs"),
                  resources.read(zone.path("resources"), at),
                  reservedCpus(
                      zone.path("resources").path("reservedCPUNums"), at + ".reservedCPUNums")));
        });
    return zones;
  }

  private static int reservedCpus(JsonNode number, String path) throws UnreadableException {
    if (number.isMissingNode() || number.isNull()) {
      return 0;
    }
    if (!number.isInt() || number.intValue() < 0) {
      throw wrong(path, number, "a whole number from 0 on");
    }
    return number.intValue();
  }

  private static Map<String, Long> costs(JsonNode list, String path) throws UnreadableException {
    var costs = new HashMap<String, Long>();
    each(
        list,
        path,
        (at, cost) -> {
          JsonNode value = cost.path("value");
          if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(at + ".value", value, "a whole number");
          }
          costs.put(text(cost.path("name"), at + ".name"), value.longValue());
        });
    return costs;
  }

  private static SortedMap<String, Amounts> mapped(JsonNode resources, String path)
      throws UnreadableException {
    var capacity = amounts(resources.path("capacity"), path + ".capacity");
    var allocatable = amounts(resources.path("allocatable"), path + ".allocatable");
    var all = new TreeMap<String, Amounts>();
    capacity.forEach(
        (name, amount) ->
            all.put(
                name,
                new Amounts(amount, allocatable.getOrDefault(name, amount), Optional.empty())));
    allocatable.forEach(
        (name, amount) -> all.putIfAbsent(name, new Amounts(amount, amount, Optional.empty())));
    return all;
  }

  private static SortedMap<String, Amounts> listed(JsonNode resources, String path)
      throws UnreadableException {
    var all = new TreeMap<String, Amounts>();
    each(
        resources,
        path,
        (at, resource) -> {
          String name = text(resource.path("name"), at + ".name");
          long capacity = amount(name, resource.path("capacity"), at + ".capacity");
          long allocatable = amount(name, resource.path("allocatable"), at + ".allocatable");
          long available = amount(name, resource.path("available"), at + ".available");
          if (all.put(name, new Amounts(capacity, allocatable, Optional.of(available))) != null) {
            throw wrong(at + ".name", name, "each resource once");
          }
        });
    return all;
  }

  private static Map<String, String> listedTexts(JsonNode list, String path)
      throws UnreadableException {
    var texts = new HashMap<String, String>();
    each(
        list,
        path,
        (at, entry) ->
            texts.put(text(entry.path("name"), at + ".name"), entry.path("value").asText("")));
    return texts;
  }

  private interface Visitor {
    /** Takes a field by its name, or an element by its path. */
    void accept(String name, JsonNode value) throws UnreadableException;
  }

  /** Shows the elements of a list, which may be left out. */
  private static void each(JsonNode list, String path, Visitor visitor) throws UnreadableException {
    boolean none = list.isMissingNode() || list.isNull();
    if (!none && (!list.isArray() || list.size() > MAX_LENGTH)) {
      throw wrong(path, list, "a list of at most " + MAX_LENGTH);
    }
    for (int i = 0; i < list.size(); i++) {
      visitor.accept(path + "[" + i + "]", list.path(i));
    }
  }

  private static Map<String, Long> amounts(JsonNode map, String path) throws UnreadableException {
    var amounts = new HashMap<String, Long>();
    fields(map, path, (name, value) -> amounts.put(name, amount(name, value, path + "." + name)));
    return amounts;
  }

  private static Map<String, String> texts(JsonNode map, String path) throws UnreadableException {
    var texts = new HashMap<String, String>();
    fields(map, path, (name, value) -> texts.put(name, value.asText("")));
    return texts;
  }

  private static void fields(JsonNode map, String path, Visitor visitor)
      throws UnreadableException {
    if (!map.isObject() && !map.isMissingNode() && !map.isNull()) {
      throw wrong(path, map, "an object");
    }
    for (var entry : map.properties()) {
      visitor.accept(entry.getKey(), entry.getValue());
    }
  }

  private static long amount(String resource, JsonNode quantity, String path)
      throws UnreadableException {
    if (!quantity.isTextual() && !quantity.isNumber()) {
      throw wrong(path, quantity, "a quantity such as 500m or 2Gi");
    }
    try {
      return Quantity.amount(resource, quantity.asText());
    } catch (IllegalArgumentException e) {
      throw new UnreadableException(path + " is " + shown(quantity) + ": " + e.getMessage());
    }
  }

  private static String text(JsonNode value, String path) throws UnreadableException {
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw wrong(path, value, "a text");
    }
    return value.textValue();
  }

  private static UnreadableException wrong(String path, JsonNode value, String wanted) {
    return new UnreadableException(
        value.isMissingNode() || value.isNull()
            ? path + " is missing: write " + wanted
            : path + " is " + shown(value) + ": write " + wanted);
  }

  private static UnreadableException wrong(String path, String value, String wanted) {
    return new UnreadableException(path + " is \"" + cut(value) + "\": write " + wanted);
  }

  private static String shown(JsonNode value) {
    return cut(value.toString());
  }

  private static String cut(String text) {
    return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
  }
}
