package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.ballast.load.NodeFacts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects with the fields that an API server sends, and more. */
final class ViewsTest {
  private static final String META =
      """
      "metadata": {"name": "%s", %s "uid": "7d1c", "resourceVersion": "48211931", "generation": 1,
        "creationTimestamp": "2026-05-12T08:30:00Z", "selfLink": "/x", "futureField": {"a": [1]},
        "labels": {"kubernetes.io/os": "linux"},
        "annotations": {"cpu_usage_avg_5m": "0.41283,2026-11-22T12:00:00Z", "note": "a<b"},
        "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u"}],
        "finalizers": ["example.com/f"],
        "managedFields": [{"manager": "kubelet", "operation": "Update", "apiVersion": "v1",
          "time": "2026-05-12T08:30:00Z", "fieldsType": "FieldsV1",
          "fieldsV1": {"f:status": {"f:conditions": {"k:{\\"type\\":\\"Ready\\"}": {".": {}}}}}}]}
      """;

  private static final String NODE =
      """
      {"apiVersion": "v1", "kind": "Node", %s,
       "spec": {"podCIDR": "100.64.0.0/24", "taints": [{"key": "k", "effect": "NoSchedule"}]},
       "status": {"capacity": {"cpu": "16", "memory": "64812040Ki", "pods": "110"},
         "allocatable": {"cpu": "15500m", "memory": "60Gi"},
         "conditions": [{"type": "Ready", "status": "True"}],
         "addresses": [{"type": "InternalIP", "address": "10.0.0.4"},
           {"type": "InternalIP", "address": "fd00::4"},
           {"type": "InternalDNS", "address": "n.internal"},
           {"type": "Hostname", "address": "host-4"}, {"type": "ExternalIP", "address": ""}],
         "images": [{"names": ["registry.example.com/a@sha256:0"], "sizeBytes": 900000000}],
         "nodeInfo": {"kubeletVersion": "v1.36.3"}}}
      """
          .formatted(META.formatted("node-1", ""));

  private static final String POD =
      """
      {"apiVersion": "v1", "kind": "Pod", %s,
       "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": "i",
           "resources": {"requests": {"cpu": "500m"}}}], "schedulerName": "s"},
       "status": {"phase": "Running", "containerStatuses": [{"name": "app", "ready": true}]}}
      """
          .formatted(META.formatted("pod-1", "\"namespace\": \"shop\","));

  private static NodeView node(String json) {
    return NodeView.read(ProtoJson.reader(ProtoJson.node(json)), key -> !key.equals("note"));
  }

  private static PodView pod(String json) {
    return PodView.read(ProtoJson.reader(ProtoJson.pod(json)));
  }

  @Test
  void nodeView_realNode_keepsWhatIsNeeded() {
    var node = node(NODE);

    assertThat(node.metadata.name).isEqualTo("node-1");
    assertThat(node.metadata.resourceVersion).isEqualTo("48211931");
    assertThat(node.metadata.annotations)
        .containsExactly(entry("cpu_usage_avg_5m", "0.41283,2026-11-22T12:00:00Z"));
    assertThat(node.metadata.labels).isEmpty();
    assertThat(node.internalIps).containsExactly("10.0.0.4", "fd00::4");
    assertThat(node.hostnames).containsExactly("host-4");
  }

  @Test
  void facts_realNode_areItsCapacityAndZone() {
    var node = node(NODE);

    assertThat(node.facts())
        .isEqualTo(new NodeFacts(16, 64812040.0 * 1024, 15.5, 60L << 30, "", false));
  }

  @ParameterizedTest
  @CsvSource({"'', true", "true, true", "false, false"})
  void facts_labels_giveZoneAndWhetherLoadIsExpected(String value, boolean noLoadData) {
    var node =
        node(
            """
            {"kind": "Node", "metadata": {"name": "n", "labels": {
              "topology.kubernetes.io/zone": "b", "ballast.dev/no-load-data": "%s"}},
             "status": {"capacity": {"cpu": "some"}, "allocatable": null}}
            """
                .formatted(value));

    assertThat(node.facts()).isEqualTo(new NodeFacts(0, 0, 0, 0, "b", noLoadData));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"}}",
        "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":null}",
        "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{}}",
        "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"addresses\":null}}",
        "{\"kind\":\"Node\",\"metadata\":{\"name\":\"n\"},\"status\":{\"addresses\":[]}}"
      })
  void nodeView_withoutAddresses_hasNone(String text) {
    var node = node(text);

    assertThat(node.metadata.name).isEqualTo("n");
    assertThat(node.internalIps).isEmpty();
    assertThat(node.facts()).isEqualTo(NodeFacts.UNKNOWN);
  }

  @Test
  void podView_realPod_keepsWhatIsNeeded() {
    var pod = pod(POD);

    assertThat(pod.metadata.uid).isEqualTo("7d1c");
    assertThat(pod.metadata.name).isEqualTo("pod-1");
    assertThat(pod.metadata.namespace).isEqualTo("shop");
    assertThat(pod.metadata.resourceVersion).isEqualTo("48211931");
    assertThat(pod.spec.nodeName).isEqualTo("node-1");
    assertThat(pod.spec.schedulerName).isEqualTo("s");
    assertThat(pod.status.phase).isEqualTo("Running");
    assertThat(pod.metadata.labels).isEmpty();
    assertThat(pod.metadata.annotations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"}}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":null,\"status\":null}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{},\"status\":{}}"
      })
  void podView_waitingPod_hasNoNode(String text) {
    var pod = pod(text);

    assertThat(pod.spec.nodeName).isEmpty();
    assertThat(pod.status.phase).isEmpty();
  }
}
