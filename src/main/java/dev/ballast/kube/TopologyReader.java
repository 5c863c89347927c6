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
  private static final int MAX_ZONES = 1_024;
  private static final int MAX_SHOWN = 80;
  private static final double MILLI = 1_000;

  /** An object that is no topology; the message says where and what to write. */
  static final class UnreadableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
      super(message);
    }
  }

  private TopologyReader() {}

  /** The API group of a kind. */
  static String group(Kind kind) {
    return switch (kind) {
      case CRANE -> "topology.crane.io";
      case COMMUNITY -> "topology.node.k8s.io";
    };
  }

  /** Where the API server has the objects of a kind. */
  static String path(Kind kind) {
    String version =
        switch (kind) {
          case CRANE -> "v1alpha1";
          case COMMUNITY -> "v1alpha2";
        };
    return "apis/" + group(kind) + "/" + version + "/noderesourcetopologies";
  }

  /**
   * Reads an object.
   *
   * @throws UnreadableException when it is not one of that kind
   */
  static NodeTopology read(Kind kind, JsonNode object) throws UnreadableException {
    String node = text(object.path("metadata").path("name"), "metadata.name");
    return switch (kind) {
      case CRANE -> crane(node, object);
      case COMMUNITY -> community(node, object);
    };
  }

  private static NodeTopology crane(String node, JsonNode object) throws UnreadableException {
    JsonNode manager = object.path("craneManagerPolicy");
    String path = "craneManagerPolicy.";
    var cpus =
        switch (text(manager.path("cpuManagerPolicy"), path + "cpuManagerPolicy")) {
          case "Static" -> CpuBinding.AGENT;
          case "None" -> CpuBinding.KUBELET;
          default ->
              throw wrong(
                  path + "cpuManagerPolicy", manager.get("cpuManagerPolicy"), "Static or None");
        };
    var alignment =
        switch (manager.path("topologyManagerPolicy").asText("SingleNUMANodePodLevel")) {
          case "SingleNUMANodePodLevel" -> Alignment.SINGLE_NUMA_NODE;
          case "None" -> Alignment.NONE;
          default ->
              throw wrong(
                  path + "topologyManagerPolicy",
                  manager.get("topologyManagerPolicy"),
                  "SingleNUMANodePodLevel or None");
        };
    return new NodeTopology(
        node,
        Kind.CRANE,
        cpus,
        alignment,
        Scope.POD,
        zones(Kind.CRANE, object),
        amounts(object.path("reserved"), "reserved"),
        texts(object.path("attributes"), "attributes"));
  }

  private static NodeTopology community(String node, JsonNode object) throws UnreadableException {
    var attributes = listedTexts(object.path("attributes"), "attributes");
    var old = deprecated(object.path("topologyPolicies"));
    return new NodeTopology(
        node,
        Kind.COMMUNITY,
        CpuBinding.KUBELET,
        alignment(attributes).orElse(old.alignment()),
        scope(attributes).orElse(old.scope()),
        zones(Kind.COMMUNITY, object),
        Map.of(),
        attributes);
  }

  private static Optional<Alignment> alignment(Map<String, String> attributes)
      throws UnreadableException {
    String name = "topologyManagerPolicy";
    String text = attributes.get(name);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (text) {
          case "none" -> Alignment.NONE;
          case "best-effort" -> Alignment.BEST_EFFORT;
          case "restricted" -> Alignment.RESTRICTED;
          case "single-numa-node" -> Alignment.SINGLE_NUMA_NODE;
          default ->
              throw wrong(
                  "attribute " + name, text, "none, best-effort, restricted or single-numa-node");
        });
  }

  private static Optional<Scope> scope(Map<String, String> attributes) throws UnreadableException {
    String name = "topologyManagerScope";
    String text = attributes.get(name);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (text) {
          case "container" -> Scope.CONTAINER;
          case "pod" -> Scope.POD;
          default -> throw wrong("attribute " + name, text, "container or pod");
        });
  }

  /** What the one field said that attributes took the place of. */
  private record Before(Alignment alignment, Scope scope) {}

  private static Before deprecated(JsonNode policies) throws UnreadableException {
    if (policies.isMissingNode() || policies.isNull() || policies.isEmpty()) {
      return new Before(Alignment.NONE, Scope.CONTAINER);
    }
    String path = "topologyPolicies[0]";
    return switch (text(policies.path(0), path)) {
      case "None" -> new Before(Alignment.NONE, Scope.CONTAINER);
      case "BestEffort", "BestEffortContainerLevel" ->
          new Before(Alignment.BEST_EFFORT, Scope.CONTAINER);
      case "BestEffortPodLevel" -> new Before(Alignment.BEST_EFFORT, Scope.POD);
      case "Restricted", "RestrictedContainerLevel" ->
          new Before(Alignment.RESTRICTED, Scope.CONTAINER);
      case "RestrictedPodLevel" -> new Before(Alignment.RESTRICTED, Scope.POD);
      case "SingleNUMANodeContainerLevel" ->
          new Before(Alignment.SINGLE_NUMA_NODE, Scope.CONTAINER);
      case "SingleNUMANodePodLevel" -> new Before(Alignment.SINGLE_NUMA_NODE, Scope.POD);
      default ->
          throw wrong(
              path,
              policies.get(0),
              "None, BestEffort, Restricted or SingleNUMANode, the last three with ContainerLevel or"
                  + " PodLevel behind");
    };
  }

  private static List<Zone> zones(Kind kind, JsonNode object) throws UnreadableException {
    JsonNode list = object.path("zones");
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray() || list.size() > MAX_ZONES) {
      throw wrong("zones", list, "a list of at most " + MAX_ZONES);
    }
    var zones = new ArrayList<Zone>(list.size());
    var names = new HashSet<String>();
    for (int i = 0; i < list.size(); i++) {
      String path = "zones[" + i + "].";
      JsonNode zone = list.get(i);
      String name = text(zone.path("name"), path + "name");
      if (!names.add(name)) {
        throw wrong(path + "name", name, "a name that no other zone has");
      }
      zones.add(
          new Zone(
              name,
              text(zone.path("type"), path + "type"),
              zone.path("parent").asText(""),
              costs(zone.path("costs"), path + "costs"),
              kind == Kind.CRANE
                  ? mappedResources(zone.path("resources"), path + "resources.")
                  : listedResources(zone.path("resources"), path + "resources"),
              reservedCpus(zone.path("resources"), path + "resources.reservedCPUNums")));
    }
    return zones;
  }

  private static int reservedCpus(JsonNode resources, String path) throws UnreadableException {
    JsonNode number = resources.path("reservedCPUNums");
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
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "].";
      JsonNode value = list.get(i).path("value");
      if (!value.isIntegralNumber() || !value.canConvertToLong()) {
        throw wrong(at + "value", value, "a whole number");
      }
      costs.put(text(list.get(i).path("name"), at + "name"), value.longValue());
    }
    return costs;
  }

  private static SortedMap<String, Amounts> mappedResources(JsonNode resources, String path)
      throws UnreadableException {
    var capacity = amounts(resources.path("capacity"), path + "capacity");
    var allocatable = amounts(resources.path("allocatable"), path + "allocatable");
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

  private static SortedMap<String, Amounts> listedResources(JsonNode list, String path)
      throws UnreadableException {
    var all = new TreeMap<String, Amounts>();
    for (int i = 0; i < list.size(); i++) {
      String at = path + "[" + i + "].";
      JsonNode resource = list.get(i);
      String name = text(resource.path("name"), at + "name");
      long capacity = amount(name, resource.path("capacity"), at + "capacity");
      long allocatable = amount(name, resource.path("allocatable"), at + "allocatable");
      long available = amount(name, resource.path("available"), at + "available");
      if (all.put(name, new Amounts(capacity, allocatable, Optional.of(available))) != null) {
        throw wrong(at + "name", name, "each resource once");
      }
    }
    return all;
  }

  private interface Field {
    void accept(String name, JsonNode value) throws UnreadableException;
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

  private static void fields(JsonNode map, String path, Field field) throws UnreadableException {
    if (!map.isObject() && !map.isMissingNode() && !map.isNull()) {
      throw wrong(path, map, "an object");
    }
    for (var entry : map.properties()) {
      field.accept(entry.getKey(), entry.getValue());
    }
  }

  private static Map<String, String> listedTexts(JsonNode list, String path)
      throws UnreadableException {
    var texts = new HashMap<String, String>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode entry = list.get(i);
      texts.put(
          text(entry.path("name"), path + "[" + i + "].name"), entry.path("value").asText(""));
    }
    return texts;
  }

  private static long amount(String resource, JsonNode quantity, String path)
      throws UnreadableException {
    if (!quantity.isTextual() && !quantity.isNumber()) {
      throw wrong(path, quantity, "a quantity such as 500m or 2Gi");
    }
    try {
      double value = Quantity.parse(quantity.asText());
      return Math.round(resource.equals(NodeTopology.CPU) ? value * MILLI : value);
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
        value == null || value.isMissingNode() || value.isNull()
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
