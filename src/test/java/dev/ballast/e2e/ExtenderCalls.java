package dev.ballast.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Calls an extender as kube-scheduler does. Safe for use by many threads. */
final class ExtenderCalls {
  private final LocalCluster cluster;
  private final String url;

  /** Calls of the extender on a port of this machine. */
  ExtenderCalls(LocalCluster cluster, int port) {
    this.cluster = cluster;
    url = "http://127.0.0.1:" + port + "/v1/";
  }

  /**
   * Asks which of the nodes a pod may be bound to; the whole answer.
   *
   * @param pod the Pod object
   */
  JsonNode filter(String pod, String... nodes) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("Pod", Json.read(pod));
    body.putNull("Nodes");
    var names = body.putArray("NodeNames");
    for (String node : nodes) {
      names.add(node);
    }
    return Json.read(cluster.postTo(url + "filter", body.toString()));
  }

  /** Has a pod bound; what went wrong, or an empty text. */
  String bind(ZonePod pod, String node) {
    return bind(pod.name(), pod.uid(), node);
  }

  String bind(String name, String uid, String node) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("PodName", name)
            .put("PodNamespace", "default")
            .put("PodUID", uid)
            .put("Node", node);
    return Json.read(cluster.postTo(url + "bind", body.toString())).path("Error").asText();
  }
}
