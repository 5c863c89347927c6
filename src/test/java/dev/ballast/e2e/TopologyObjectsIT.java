package dev.ballast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** crane's kind of NodeResourceTopology on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
final class TopologyObjectsIT {
  /** Made up in the shape that crane-agent publishes, with a field that the kind does not know. */
  private static final String AS_CRANE =
      """
      {"apiVersion":"topology.crane.io/v1alpha1","kind":"NodeResourceTopology",
       "metadata":{"name":"node-001"},
       "craneManagerPolicy":{"cpuManagerPolicy":"Static","topologyManagerPolicy":"None"},
       "reserved":{"cpu":2,"memory":"512Mi"},
       "attributes":{"go.crane.io/reserved-system-cpus":"0,8"},
       "zones":[{"name":"node0","type":"Node","costs":[{"name":"node0","value":10}],
         "attributes":{"a":"b"},
         "resources":{"capacity":{"cpu":"8","memory":"16Gi","example.org/thing":"3"},
                      "allocatable":{"cpu":"6","memory":"16Gi"},"reservedCPUNums":2}}]}
      """;

  @TempDir private Path folder;
  private LocalCluster cluster;

  @BeforeAll
  void startCluster() {
    cluster = LocalCluster.up("--nodes", "2", "--no-scheduler", "--no-prometheus");
    cluster.define("deploy/topology/crd.yaml", "noderesourcetopologies.topology.crane.io");
  }

  @AfterAll
  void stopCluster() {
    Closing.all(cluster);
  }

  private Shell.Result apply(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("object.json"), json);
    return cluster.kubectl("apply", "-f", file.toString());
  }

  @Test
  void apply_theExample_isKept() {
    cluster.kubectl("apply", "-f", "deploy/topology/example.yaml").orFail("apply");
    var shown = cluster.kubectl("get", "nrt", "node-000").orFail("get").out();
    assertThat(shown).contains("Static").contains("SingleNUMANodePodLevel");
    var zones =
        cluster
            .kubectl(
                "get",
                "nrt",
                "node-000",
                "-o",
                "jsonpath={.zones[*].name} {.zones[1].costs[0].value}")
            .orFail("get");
    assertThat(zones.out()).isEqualTo("node0 node1 21");
  }

  @Test
  void apply_asCranePublishes_isKept() throws IOException {
    apply(AS_CRANE).orFail("apply");
    var kept =
        cluster
            .kubectl(
                "get",
                "nrt",
                "node-001",
                "-o",
                "jsonpath={.reserved.cpu} {.zones[0].resources.capacity.example\\.org/thing}"
                    + " {.zones[0].resources.reservedCPUNums}")
            .orFail("get");
    assertThat(kept.out()).isEqualTo("2 3 2");
  }

  @Test
  void apply_withoutTopologyManagerPolicy_getsCranesDefault() throws IOException {
    apply(AS_CRANE.replace(",\"topologyManagerPolicy\":\"None\"", "").replace("node-001", "other"))
        .orFail("apply");
    var policy =
        cluster
            .kubectl("get", "nrt", "other", "-o", "jsonpath={.craneManagerPolicy.*}")
            .orFail("get");
    assertThat(policy.out()).contains("SingleNUMANodePodLevel");
  }

  @Test
  void apply_whatIsNone_isRefusedByName() throws IOException {
    var policy = apply(AS_CRANE.replace("\"Static\"", "\"static\""));
    assertThat(policy.exitCode()).isNotZero();
    assertThat(policy.err()).contains("cpuManagerPolicy");
    var amount = apply(AS_CRANE.replace("\"8\"", "\"eight\""));
    assertThat(amount.exitCode()).isNotZero();
    assertThat(amount.err()).contains("capacity");
  }
}
