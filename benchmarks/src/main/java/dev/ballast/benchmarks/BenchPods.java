package dev.ballast.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ballast.e2e.ApiClient;
import dev.ballast.e2e.Await;
import java.time.Duration;
import java.util.List;

/**
 * Pods of the namespace {@code default} that look like the one in the payload files, with small
 * requests. What needs other objects (owner, priority class, a pool of nodes) is left out, and so
 * are topology spread constraints: kube-scheduler would spend its time on them, and Ballast gives
 * such pods no shortlist.
 */
final class BenchPods {
  static final String PATH = "/api/v1/namespaces/default/pods";
  private static final String NAME = "@NAME@";
  private static final String AT_ONCE =
      "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"gracePeriodSeconds\":0}";
  private static final Duration GONE = Duration.ofMinutes(3);

  private final ApiClient api;
  private final String template = template();

  BenchPods(ApiClient api) {
    this.api = api;
  }

  /** A pod with {@code @NAME@} for its name; it requests 10m of CPU and 16 MiB of memory. */
  static String template() {
    try {
      JsonNode payload = new ObjectMapper().readTree(Payloads.head() + "]}");
      ObjectNode pod = payload.withObject("/Pod");
      pod.put("apiVersion", "v1").put("kind", "Pod").remove("status");
      var metadata = pod.withObject("/metadata");
      metadata.remove(
          List.of(
              "generateName",
              "uid",
              "resourceVersion",
              "generation",
              "creationTimestamp",
              "ownerReferences"));
      metadata.put("name", NAME).put("namespace", "default");
      var spec = pod.withObject("/spec");
      spec.remove(
          List.of(
              "affinity",
              "topologySpreadConstraints",
              "priority",
              "priorityClassName",
              "preemptionPolicy"));
      spec.get("initContainers").forEach(init -> request(init, "10m", "16Mi"));
      request(spec.get("containers").get(0), "8m", "12Mi");
      request(spec.get("containers").get(1), "2m", "4Mi");
      return pod.toString();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the payload is no JSON", e);
    }
  }

  private static void request(JsonNode container, String cpu, String memory) {
    var requests = JsonNodeFactory.instance.objectNode().put("cpu", cpu).put("memory", memory);
    ((ObjectNode) container)
        .set("resources", JsonNodeFactory.instance.objectNode().set("requests", requests));
  }

  /** Creates pods with the numbers from 0 on. */
  void create(int count) {
    ApiClient.each(count, this::createOne);
  }

  /** Creates the pod of a number. */
  void createOne(int number) {
    api.post(PATH, template.replace(NAME, name(number)));
  }

  private static String name(int number) {
    return "checkout-api-6f9d8c7b5d-%05d".formatted(number);
  }

  /** Binds the pods with the numbers from 0 on, as kube-scheduler does it. */
  void bind(int count, int nodes) {
    ApiClient.each(
        count,
        i ->
            api.post(
                PATH + "/" + name(i) + "/binding",
                """
                {"apiVersion":"v1","kind":"Binding","metadata":{"name":"%s"},
                 "target":{"apiVersion":"v1","kind":"Node","name":"%s"}}
                """
                    .formatted(name(i), Payloads.nodeName(i % nodes))));
  }

  /** What the API server says of a pod without a node. */
  String pending() {
    return api.get(PATH + "?limit=1&fieldSelector=spec.nodeName%3D");
  }

  /** Deletes all pods at once and waits until they are gone. */
  void delete() {
    api.delete(PATH, AT_ONCE);
    Await.until(
        "all pods gone",
        GONE,
        () -> !api.list(PATH + "?limit=1").contains("\"metadata\":{\"name\""));
  }
}
