package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What kustomize builds of the manifests, on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
final class ManifestsIT {
  private static final String POD =
      """
      {"apiVersion":"v1","kind":"Pod",
       "metadata":{"name":"pod","labels":{"app":"x"},"annotations":{"mine":"1"}},
       "spec":{"schedulerName":"nobody","containers":[{"name":"main","image":"none"}]}}
      """;

  private static final String LABEL = "{\"metadata\":{\"labels\":{\"app\":\"%s\"}}}";

  private LocalCluster cluster;
  private KubernetesClient annotator;

  @BeforeAll
  void startCluster() {
    cluster = LocalCluster.up("--nodes", "1", "--no-scheduler", "--no-prometheus");
    var config = Config.fromKubeconfig(cluster.kubeconfigOf("ballast-annotator").toFile());
    annotator =
        new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(config).withHttp2Disable(true).build())
            .build();
  }

  @AfterAll
  void stopCluster() {
    Closing.all(annotator, cluster);
  }

  private Shell.Result apply(String overlay) {
    return cluster.kubectl("apply", "--server-side", "--validate=strict", "-k", overlay);
  }

  @ParameterizedTest
  @ValueSource(strings = {"second-scheduler", "control-plane", "topology"})
  void apply_overlay_isAccepted(String overlay) {
    var applied = apply("deploy/" + overlay).orFail(overlay);
    assertThat(applied.out()).contains("clusterrole.rbac.authorization.k8s.io/ballast-extender");
  }

  @Test
  void build_topology_hasItsOwnConfigurationsOnly() {
    var built = cluster.kubectl("kustomize", "deploy/topology").orFail("kustomize").out();
    assertThat(built).containsOnlyOnce("bindVerb: bind").containsOnlyOnce("\n      bind: true");
    assertThat(built.lines().filter("kind: ConfigMap"::equals)).hasSize(2);
    assertThat(built.lines().filter("  namespace: ballast-system"::equals)).isNotEmpty();
  }

  /**
   * Sends a merge patch of the pod, as an account; what the API server has against it, else
   * nothing. By hand, as clients with a patch method read the pod first.
   */
  private static String refused(KubernetesClient account, String patch) {
    var http = account.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(URI.create(account.getMasterUrl() + "api/v1/namespaces/default/pods/pod"))
            .method("PATCH", "application/merge-patch+json", patch)
            .build();
    var response = http.sendAsync(request, String.class).orTimeout(30, TimeUnit.SECONDS).join();
    return response.isSuccessful() ? "" : response.body();
  }

  /**
   * Applies the policy, and waits until it holds. Each try writes another value: once one was
   * taken, the same again would change nothing, and a policy has nothing against that.
   */
  private void podThatTheAnnotatorMayNotChange() {
    apply("deploy/topology").orFail("apply");
    if (cluster.kubectl("get", "pod", "pod").exitCode() != 0) {
      var pod = Setup.file(cluster, "pod", POD).toString();
      cluster.kubectl("create", "-f", pod).orFail("create");
    }
    var tries = new AtomicInteger();
    Await.until(
        "the policy holds",
        Duration.ofSeconds(30),
        () ->
            refused(annotator, LABEL.formatted("try-" + tries.incrementAndGet()))
                .contains("ballast-annotator-pod-writes"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"metadata\":{\"labels\":{\"app\":\"y\"}}} | not the labels of a pod",
        "{\"metadata\":{\"finalizers\":[\"a.b/c\"]}} | not finalizers or owners of a pod",
        "{\"metadata\":{\"annotations\":{\"mine\":\"2\"}}} | no other annotation of a pod",
        "{\"metadata\":{\"annotations\":{\"mine\":null}}} | no other annotation of a pod",
        "{\"metadata\":{\"annotations\":{\"other\":\"1\"}}} | no other annotation of a pod",
        "{\"spec\":{\"activeDeadlineSeconds\":5}} | not the spec of a pod",
      })
  void patch_byTheAnnotator_isOfOneAnnotationOnly(String patch, String why) {
    podThatTheAnnotatorMayNotChange();
    assertThat(refused(annotator, patch)).contains("ballast-annotator-pod-writes").contains(why);
  }

  @Test
  void patch_resultByTheAnnotatorOrAnythingByOthers_isTaken() {
    podThatTheAnnotatorMayNotChange();
    String result =
        "{\"metadata\":{\"annotations\":{\"topology.crane.io/topology-result\":\"[%s]\"}}}";
    assertThat(refused(annotator, result.formatted(""))).isEmpty();
    assertThat(refused(annotator, result.formatted("{}"))).isEmpty();
    assertThat(
            refused(
                cluster.admin(),
                "{\"metadata\":{\"labels\":{\"app\":\"z\"},\"annotations\":{\"other\":\"1\"}}}"))
        .isEmpty();
    assertThat(refused(cluster.admin(), "{\"metadata\":{\"annotations\":{\"other\":null}}}"))
        .isEmpty();
  }
}
