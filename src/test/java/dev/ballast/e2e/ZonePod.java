package dev.ballast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pod as the API server has it, with what it has of zones. It is read without any code of
 * Ballast, which is what is tested.
 *
 * @param node empty without one
 * @param millis what it requests of its node, in thousandths of a CPU
 * @param cpus how many CPUs of zones it is to get; 0 when it asks for none
 * @param aware whether all of them have to come from one zone; empty when its node decides
 * @param result CPUs by zone; empty without a result
 */
record ZonePod(
    String uid,
    String name,
    String node,
    int millis,
    int cpus,
    Optional<Boolean> aware,
    Optional<Map<String, Integer>> result) {
  static final String AWARENESS = "topology.crane.io/topology-awareness";
  static final String CPU_POLICY = "topology.crane.io/cpu-policy";
  static final String RESULT = "topology.crane.io/topology-result";

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MILLI = 1_000;

  /** A pod to be created, of our scheduler, that asks for CPUs of zones. */
  static ObjectNode asking(String name, int cpus, Map<String, String> annotations) {
    var pod = pod(name, String.valueOf(cpus), annotations);
    ((ObjectNode) pod.at("/spec/containers/0/resources"))
        .putObject("limits")
        .put("cpu", String.valueOf(cpus));
    return pod;
  }

  /** A pod to be created, of our scheduler, that asks for no zones. */
  static ObjectNode plain(String name) {
    return pod(name, "100m", Map.of());
  }

  private static ObjectNode pod(String name, String cpu, Map<String, String> annotations) {
    var pod = JSON.objectNode().put("apiVersion", "v1").put("kind", "Pod");
    var metadata = pod.putObject("metadata").put("name", name);
    annotations.forEach(metadata.putObject("annotations")::put);
    var spec = pod.putObject("spec").put("schedulerName", Pods.OURS);
    spec.putArray("containers")
        .addObject()
        .put("name", "main")
        .put("image", "none")
        .putObject("resources")
        .putObject("requests")
        .put("cpu", cpu)
        .put("memory", "1Mi");
    return pod;
  }

  /** Reads a Pod object of one container. */
  static ZonePod of(JsonNode pod) {
    var metadata = pod.path("metadata");
    var annotations = metadata.path("annotations");
    var resources = pod.at("/spec/containers/0/resources");
    String limit = resources.at("/limits/cpu").asText("");
    return new ZonePod(
        metadata.path("uid").asText(),
        metadata.path("name").asText(),
        pod.at("/spec/nodeName").asText(""),
        millis(resources.at("/requests/cpu").asText("0")),
        limit.isEmpty() ? 0 : Integer.parseInt(limit),
        Optional.ofNullable(annotations.get(AWARENESS)).map(JsonNode::asBoolean),
        Optional.ofNullable(annotations.get(RESULT)).map(text -> result(text.asText())));
  }

  private static int millis(String cpu) {
    return cpu.endsWith("m")
        ? Integer.parseInt(cpu.substring(0, cpu.length() - 1))
        : Integer.parseInt(cpu) * MILLI;
  }

  private static Map<String, Integer> result(String text) {
    var result = new TreeMap<String, Integer>();
    for (var zone : Json.read(text)) {
      String name = zone.path("name").asText();
      if (!zone.path("type").asText().equals("Node")
          || result.put(name, zone.at("/resources/capacity/cpu").asInt()) != null) {
        throw new AssertionError("no result of zones: " + text);
      }
    }
    return result;
  }

  boolean isBound() {
    return !node.isEmpty();
  }

  /** How many CPUs it has been given. */
  int given() {
    return result.stream().flatMap(zones -> zones.values().stream()).mapToInt(c -> c).sum();
  }
}
