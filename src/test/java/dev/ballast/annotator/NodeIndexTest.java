package dev.ballast.annotator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.MetricDefinition.NodeMatch.By;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NodeIndexTest {
  private static AnnotatedNode node(String name, String ip, String host) {
    return new AnnotatedNode(name, List.of(ip), List.of(host), Map.of());
  }

  private static final List<AnnotatedNode> NODES =
      List.of(
          node("one", "10.0.0.1", "one.example"),
          node("two", "fd00::2", "two.example"),
          node("10.0.0.1", "10.0.0.3", "three.example"));

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, one",
    "10.0.0.1:9100, one", // the address wins over the node of that name
    "10.0.0.3:9100, 10.0.0.1",
    "fd00::2, two",
    "[fd00::2]:9100, two",
    "[fd00:0:0:0::2], two",
    "FD00:0000::0002, two",
    "one, one",
    "one:9100, one",
    "Two.Example:9100, two",
    "three.example, 10.0.0.1",
  })
  void find_anyByAddressNameOrHost_givesTheNode(String label, String node) {
    assertThat(NodeIndex.of(NODES, By.ANY).find(label)).containsExactly(node);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.9", "fd00::9", "[fd00::2", "''", ":9100", "10.0.0", "one.example.org"})
  void find_unknown_givesNone(String label) {
    assertThat(NodeIndex.of(NODES, By.ANY).find(label)).isEmpty();
  }

  @Test
  void find_byName_ignoresAddresses() {
    NodeIndex index = NodeIndex.of(NODES, By.NAME);
    assertThat(index.find("10.0.0.1:9100")).containsExactly("10.0.0.1");
    assertThat(index.find("fd00::2")).isEmpty();
    assertThat(index.find("one.example")).isEmpty();
  }

  @Test
  void find_byInternalIp_ignoresNames() {
    NodeIndex index = NodeIndex.of(NODES, By.INTERNAL_IP);
    assertThat(index.find("10.0.0.1")).containsExactly("one");
    assertThat(index.find("two")).isEmpty();
  }

  @Test
  void find_addressOfTwoNodes_givesBoth() {
    List<AnnotatedNode> twins = List.of(node("a", "10.0.0.1", "x"), node("b", "10.0.0.1", "y"));
    assertThat(NodeIndex.of(twins, By.ANY).find("10.0.0.1:1")).containsExactly("a", "b");
  }

  @Test
  void find_addressTwiceOnOneNode_givesItOnce() {
    AnnotatedNode twice =
        new AnnotatedNode("a", List.of("fd00::1", "fd00:0::1"), List.of(), Map.of());
    assertThat(NodeIndex.of(List.of(twice), By.ANY).find("fd00::1")).containsExactly("a");
  }
}
