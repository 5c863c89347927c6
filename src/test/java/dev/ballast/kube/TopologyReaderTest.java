package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.Amounts;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import dev.ballast.topology.NodeTopology.Zone;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Both kinds of NodeResourceTopology, and what may be wrong with them. */
final class TopologyReaderTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String CRANE =
      """
      {"metadata":{"name":"n1"},
       "craneManagerPolicy":{"cpuManagerPolicy":"Static"},
       "reserved":{"cpu":"1500m","memory":"1Gi"},
       "attributes":{"go.crane.io/reserved-system-cpus":"0,8"},
       "zones":[
        {"name":"node10","type":"Node","resources":{"capacity":{"cpu":"8"}}},
        {"name":"socket0","type":"Socket"},
        {"name":"node2","type":"Node","parent":"socket0",
         "costs":[{"name":"node2","value":10},{"name":"node10","value":21}],
         "resources":{"capacity":{"cpu":"8","memory":"16Gi"},
                      "allocatable":{"cpu":"6500m","memory":17179869184},"reservedCPUNums":2}}]}
      """;

  private static final String COMMUNITY =
      """
      {"metadata":{"name":"n1"},
       "attributes":[{"name":"topologyManagerPolicy","value":"single-numa-node"},
                     {"name":"topologyManagerScope","value":"pod"},
                     {"name":"nodeTopologyPodsFingerprint","value":"pfp0v001abc"}],
       "zones":[{"name":"node-0","type":"Node","costs":[{"name":"node-0","value":10}],
         "resources":[{"name":"cpu","capacity":"8","allocatable":"6","available":"4"},
                      {"name":"hugepages-2Mi","capacity":"1Gi","allocatable":"1Gi","available":"0"}]}]}
      """;

  private static NodeTopology read(Kind kind, String json) throws Exception {
    return TopologyReader.read(kind, JSON.readTree(json));
  }

  @Test
  void read_crane_hasZonesInTheOrderOfTheirNumbers() throws Exception {
    var topology = read(Kind.CRANE, CRANE);
    assertThat(topology.node()).isEqualTo("n1");
    assertThat(topology.cpus()).isEqualTo(CpuBinding.AGENT);
    assertThat(topology.alignment()).isEqualTo(Alignment.SINGLE_NUMA_NODE); // crane's default
    assertThat(topology.scope()).isEqualTo(Scope.POD);
    assertThat(topology.reserved()).containsEntry("cpu", 1_500L).containsEntry("memory", 1L << 30);
    assertThat(topology.attributes()).containsEntry("go.crane.io/reserved-system-cpus", "0,8");
    assertThat(topology.zones()).hasSize(3);
    assertThat(topology.numaNodes()).extracting(Zone::name).containsExactly("node2", "node10");
    var zone = topology.numaNodes().get(0);
    assertThat(zone.parent()).isEqualTo("socket0");
    assertThat(zone.reservedCpus()).isEqualTo(2);
    assertThat(zone.costs()).containsEntry("node10", 21L);
    assertThat(zone.resources())
        .containsEntry("cpu", new Amounts(8_000, 6_500, Optional.empty()))
        .containsEntry("memory", new Amounts(1L << 34, 1L << 34, Optional.empty()));
    assertThat(topology.numaNodes().get(1).resources())
        .containsEntry("cpu", new Amounts(8_000, 8_000, Optional.empty()));
  }

  @Test
  void read_community_hasWhatIsAvailable() throws Exception {
    var topology = read(Kind.COMMUNITY, COMMUNITY);
    assertThat(topology.cpus()).isEqualTo(CpuBinding.KUBELET);
    assertThat(topology.alignment()).isEqualTo(Alignment.SINGLE_NUMA_NODE);
    assertThat(topology.scope()).isEqualTo(Scope.POD);
    assertThat(topology.fingerprint()).contains("pfp0v001abc");
    assertThat(topology.zones().get(0).resources())
        .containsEntry("cpu", new Amounts(8_000, 6_000, Optional.of(4_000L)))
        .containsEntry("hugepages-2Mi", new Amounts(1L << 30, 1L << 30, Optional.of(0L)));
  }

  @ParameterizedTest
  @CsvSource({
    "None, NONE, CONTAINER",
    "BestEffort, BEST_EFFORT, CONTAINER",
    "BestEffortPodLevel, BEST_EFFORT, POD",
    "RestrictedContainerLevel, RESTRICTED, CONTAINER",
    "RestrictedPodLevel, RESTRICTED, POD",
    "SingleNUMANodeContainerLevel, SINGLE_NUMA_NODE, CONTAINER",
    "SingleNUMANodePodLevel, SINGLE_NUMA_NODE, POD",
  })
  void read_communityWithTheDeprecatedField_isAsItsAttributesWouldBe(
      String policy, Alignment alignment, Scope scope) throws Exception {
    var topology =
        read(
            Kind.COMMUNITY,
            "{\"metadata\":{\"name\":\"n\"},\"topologyPolicies\":[\"" + policy + "\"]}");
    assertThat(topology.alignment()).isEqualTo(alignment);
    assertThat(topology.scope()).isEqualTo(scope);
  }

  @Test
  void read_communityWithNothing_alignsNothing() throws Exception {
    var topology = read(Kind.COMMUNITY, "{\"metadata\":{\"name\":\"n\"},\"zones\":null}");
    assertThat(topology.alignment()).isEqualTo(Alignment.NONE);
    assertThat(topology.scope()).isEqualTo(Scope.CONTAINER);
    assertThat(topology.zones()).isEmpty();
    assertThat(topology.fingerprint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/metadata/name | 7 | metadata.name is 7: write a text",
        "/metadata/name | \"\" | metadata.name is \"\": write a text",
        "/craneManagerPolicy | {} | craneManagerPolicy.cpuManagerPolicy is missing: write a text",
        "/craneManagerPolicy/cpuManagerPolicy | \"static\" |"
            + " craneManagerPolicy.cpuManagerPolicy is \"static\": write Static or None",
        "/craneManagerPolicy/topologyManagerPolicy | \"Strict\" |"
            + " craneManagerPolicy.topologyManagerPolicy is \"Strict\": write"
            + " SingleNUMANodePodLevel or None",
        "/zones | {} | zones is {}: write a list of at most 1024",
        "/zones/0/name | \"node2\" | zones[2].name is \"node2\": write a name that no other zone has",
        "/zones/1/type | null | zones[1].type is missing: write a text",
        "/zones/2/costs | {\"node2\":10} |"
            + " zones[2].costs is {\"node2\":10}: write a list of at most 1024",
        "/zones/2/costs/1/value | \"far\" | zones[2].costs[1].value is \"far\": write a whole number",
        "/zones/2/resources/reservedCPUNums | -1 |"
            + " zones[2].resources.reservedCPUNums is -1: write a whole number from 0 on",
        "/zones/2/resources/capacity | [] | zones[2].resources.capacity is []: write an object",
        "/zones/2/resources/capacity/cpu | true |"
            + " zones[2].resources.capacity.cpu is true: write a quantity such as 500m or 2Gi",
        "/zones/2/resources/capacity/cpu | \"-1\" |"
            + " zones[2].resources.capacity.cpu is \"-1\": negative: write 0 or more, such as 500m or 2Gi",
        "/reserved/cpu | null | reserved.cpu is missing: write a quantity such as 500m or 2Gi",
      })
  void read_craneWithAWrongField_namesIt(String pointer, String value, String message)
      throws Exception {
    var object = JSON.readTree(CRANE);
    put(object, pointer, JSON.readTree(value));
    assertThatThrownBy(() -> TopologyReader.read(Kind.CRANE, object))
        .isInstanceOf(TopologyReader.UnreadableException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/attributes/0/value | \"strict\" | attribute topologyManagerPolicy is \"strict\": write none,"
            + " best-effort, restricted or single-numa-node",
        "/attributes/1/value | \"\" | attribute topologyManagerScope is \"\": write container or pod",
        "/attributes/2/name | null | attributes[2].name is missing: write a text",
        "/attributes | {\"a\":\"b\"} | attributes is {\"a\":\"b\"}: write a list of at most 1024",
        "/zones/0/resources | {\"capacity\":{\"cpu\":\"8\"}} | zones[0].resources is"
            + " {\"capacity\":{\"cpu\":\"8\"}}: write a list of at most 1024",
        "/topologyPolicies | [\"All\"] | topologyPolicies[0] is \"All\": write None, BestEffort,"
            + " Restricted or SingleNUMANode, the last three with ContainerLevel or PodLevel behind",
        "/zones/0/resources/1/name | \"cpu\" |"
            + " zones[0].resources[1].name is \"cpu\": write each resource once",
        "/zones/0/resources/0/available | null |"
            + " zones[0].resources[0].available is missing: write a quantity such as 500m or 2Gi",
      })
  void read_communityWithAWrongField_namesIt(String pointer, String value, String message)
      throws Exception {
    var object = JSON.readTree(COMMUNITY);
    put(object, pointer, JSON.readTree(value));
    assertThatThrownBy(() -> TopologyReader.read(Kind.COMMUNITY, object))
        .isInstanceOf(TopologyReader.UnreadableException.class)
        .hasMessage(message);
  }

  @Test
  void read_agentWithoutZonesToBindTo_isRefused() throws Exception {
    var none = (ObjectNode) JSON.readTree(CRANE);
    none.remove("zones");
    var withoutCpus = JSON.readTree(CRANE.replace("\"cpu\":", "\"example.org/gpu\":"));
    for (var object :
        List.of(none, JSON.readTree(CRANE.replace("\"Node\"", "\"Core\"")), withoutCpus)) {
      assertThatThrownBy(() -> TopologyReader.read(Kind.CRANE, object))
          .isInstanceOf(TopologyReader.UnreadableException.class)
          .hasMessage(
              "zones has none of type Node with an amount of cpu: write the NUMA nodes with their"
                  + " CPUs, or craneManagerPolicy.cpuManagerPolicy None");
    }
    none.putObject("craneManagerPolicy").put("cpuManagerPolicy", "None");
    assertThat(TopologyReader.read(Kind.CRANE, none).cpus()).isEqualTo(CpuBinding.KUBELET);
  }

  @Test
  void read_moreNumaNodesThanCanBeToldApart_isRefused() throws Exception {
    var object = (ObjectNode) JSON.readTree(COMMUNITY);
    var zones = object.putArray("zones");
    for (int i = 0; i < 65; i++) {
      zones.addObject().put("name", "node-" + i).put("type", "Node");
    }
    assertThatThrownBy(() -> TopologyReader.read(Kind.COMMUNITY, object))
        .isInstanceOf(TopologyReader.UnreadableException.class)
        .hasMessage("zones has 65 of type Node: write at most 64");
    zones.remove(64);
    assertThat(TopologyReader.read(Kind.COMMUNITY, object).numaNodes()).hasSize(64);
  }

  private static void put(JsonNode object, String pointer, JsonNode value) {
    int slash = pointer.lastIndexOf('/');
    ((ObjectNode) object.at(pointer.substring(0, slash))).set(pointer.substring(slash + 1), value);
  }

  @Test
  void read_theExample_isOfTwoNodes() throws Exception {
    var object =
        new YAMLMapper()
            .readTree(Path.of("deploy/topology/example.yaml").toAbsolutePath().toFile());
    var topology = TopologyReader.read(Kind.CRANE, object);
    assertThat(topology.numaNodes()).extracting(Zone::name).containsExactly("node0", "node1");
    assertThat(topology.numaNodes().get(0).resources().get("cpu"))
        .isEqualTo(new Amounts(8_000, 6_000, Optional.empty()));
  }

  @Test
  void number_ofAZone_isAtTheEndOfItsName() {
    assertThat(zone("node12").number()).contains(12);
    assertThat(zone("node-3").number()).contains(3);
    assertThat(zone("left").number()).isEmpty();
    assertThat(zone("node99999999999").number()).isEmpty();
  }

  private static Zone zone(String name) {
    return new Zone(name, "Node", "", Map.of(), new TreeMap<>(), 0);
  }
}
