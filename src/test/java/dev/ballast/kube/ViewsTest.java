package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.ballast.load.NodeFacts;
import io.fabric8.kubernetes.api.model.DefaultKubernetesResourceList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects as the API server sends them, read with the client's own decoder. */
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

  private final KubernetesSerialization json = new KubernetesSerialization();

  @Test
  void watchEvent_nodeOrPod_holdsTheViewAtOnce() {
    var decoder = KubeConnection.json();

    assertThat(decoder.unmarshal(event(NODE), WatchEvent.class).getObject())
        .isInstanceOfSatisfying(
            NodeView.class, node -> assertThat(node.getMetadata().getName()).isEqualTo("node-1"));
    assertThat(decoder.unmarshal(event(POD), WatchEvent.class).getObject())
        .isInstanceOfSatisfying(
            PodView.class, pod -> assertThat(pod.getMetadata().getName()).isEqualTo("pod-1"));
  }

  @Test
  void wholeObjects_readByType_areNotViews() {
    var decoder = KubeConnection.json();

    assertThat(decoder.unmarshal(NODE, Node.class).getStatus().getNodeInfo().getKubeletVersion())
        .isEqualTo("v1.36.3");
    assertThat(decoder.unmarshal(POD, Pod.class).getSpec().getContainers().get(0).getImage())
        .isEqualTo("i");
  }

  private static String event(String object) {
    return "{\"type\": \"MODIFIED\", \"object\": " + object + "}";
  }

  @Test
  void nodeView_realNode_keepsWhatIsNeeded() {
    var node = json.unmarshal(NODE, NodeView.class);

    assertThat(node.getMetadata().getName()).isEqualTo("node-1");
    assertThat(node.getMetadata().getResourceVersion()).isEqualTo("48211931");
    assertThat(node.getMetadata().getAnnotations())
        .containsEntry("cpu_usage_avg_5m", "0.41283,2026-11-22T12:00:00Z")
        .containsEntry("note", "a<b");
    assertThat(node.addresses("InternalIP")).containsExactly("10.0.0.4", "fd00::4");
    assertThat(node.addresses("Hostname")).containsExactly("host-4");
    assertThat(node.addresses("ExternalIP")).isEmpty();
    assertThat(node.getMetadata().getManagedFields()).isEmpty();
    assertThat(node.getMetadata().getFinalizers()).isEmpty();
  }

  @Test
  void facts_realNode_areItsCapacityAndZone() {
    var node = json.unmarshal(NODE, NodeView.class);

    assertThat(node.facts())
        .isEqualTo(new NodeFacts(16, 64812040.0 * 1024, 15.5, 60L << 30, "", false));
  }

  @ParameterizedTest
  @CsvSource({"'', true", "true, true", "false, false"})
  void facts_labels_giveZoneAndWhetherLoadIsExpected(String value, boolean noLoadData) {
    var node =
        json.unmarshal(
            """
            {"kind": "Node", "metadata": {"name": "n", "labels": {
              "topology.kubernetes.io/zone": "b", "ballast.dev/no-load-data": "%s"}},
             "status": {"capacity": {"cpu": "some"}, "allocatable": null}}
            """
                .formatted(value),
            NodeView.class);

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
    var node = json.unmarshal(text, NodeView.class);

    assertThat(node.getMetadata().getName()).isEqualTo("n");
    assertThat(node.addresses("InternalIP")).isEmpty();
    assertThat(node.facts()).isEqualTo(NodeFacts.UNKNOWN);
  }

  @Test
  void podView_realPod_keepsWhatIsNeeded() {
    var pod = json.unmarshal(POD, PodView.class);

    assertThat(pod.uid()).isEqualTo(pod.getMetadata().getUid()).isNotEmpty();
    assertThat(pod.getMetadata().getName()).isEqualTo("pod-1");
    assertThat(pod.getMetadata().getResourceVersion()).isEqualTo("48211931");
    assertThat(pod.getSpec().nodeName).isEqualTo("node-1");
    assertThat(pod.getStatus().phase).isEqualTo("Running");
    assertThat(pod.getMetadata().getLabels()).isNullOrEmpty();
    assertThat(pod.getMetadata().getAnnotations()).containsEntry("note", "a<b");
    assertThat(pod.getMetadata().getOwnerReferences()).isNullOrEmpty();
    assertThat(pod.getMetadata().getManagedFields()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"}}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":null,\"status\":null}",
        "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"p\"},\"spec\":{},\"status\":{}}"
      })
  void podView_waitingPod_hasNoNode(String text) {
    var pod = json.unmarshal(text, PodView.class);

    assertThat(pod.getSpec().nodeName).isNull();
    assertThat(pod.getStatus().phase).isNull();
  }

  @Test
  void views_describeTheKindsOfTheApi() {
    assertThat(HasMetadata.getFullResourceName(NodeView.class)).isEqualTo("nodes");
    assertThat(HasMetadata.getKind(NodeView.class)).isEqualTo("Node");
    assertThat(HasMetadata.getApiVersion(NodeView.class)).isEqualTo("v1");
    assertThat(HasMetadata.getFullResourceName(PodView.class)).isEqualTo("pods");
    assertThat(HasMetadata.getKind(PodView.class)).isEqualTo("Pod");
    assertThat(HasMetadata.getApiVersion(PodView.class)).isEqualTo("v1");
  }

  @Test
  void views_inAList_areDecodedAsThemselves() {
    String list =
        """
        {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "7", "continue": "x"},
         "items": [%s, {"metadata": {"name": "q", "namespace": "shop"}}]}
        """
            .formatted(POD);
    var pods = json.unmarshal(list, new TypeReference<DefaultKubernetesResourceList<PodView>>() {});

    assertThat(pods.getItems())
        .extracting(pod -> pod.getMetadata().getName())
        .containsExactly("pod-1", "q");
    assertThat(pods.getItems().get(0)).isExactlyInstanceOf(PodView.class);
    assertThat(pods.getMetadata().getContinue()).isEqualTo("x");
  }
}
