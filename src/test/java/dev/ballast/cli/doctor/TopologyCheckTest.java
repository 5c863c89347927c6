package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.kube.ClusterProbe.Topologies;
import dev.ballast.topology.NodeTopology;
import dev.ballast.topology.NodeTopology.Alignment;
import dev.ballast.topology.NodeTopology.CpuBinding;
import dev.ballast.topology.NodeTopology.Kind;
import dev.ballast.topology.NodeTopology.Scope;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class TopologyCheckTest {
  private static NodeTopology topology(String node, Kind kind) {
    return new NodeTopology(
        node, kind, CpuBinding.AGENT, Alignment.NONE, Scope.POD, List.of(), Map.of(), Map.of());
  }

  @Test
  void judge_noKindIsServed_isOk() {
    var finding = TopologyCheck.judge(Map.of(), true);
    assertThat(finding.status()).isEqualTo(Status.OK);
    assertThat(finding.seen()).isEqualTo("no kind of NodeResourceTopology is installed");
  }

  @Test
  void judge_allCanBeRead_isOkAndCounted() {
    var crane = new Topologies(List.of(topology("a", Kind.CRANE)), new TreeMap<>());
    var community = new Topologies(List.of(), new TreeMap<>());
    var kinds = new TreeMap<>(Map.of(Kind.CRANE, crane, Kind.COMMUNITY, community));
    var finding = TopologyCheck.judge(kinds, false);
    assertThat(finding.status()).isEqualTo(Status.OK);
    assertThat(finding.seen())
        .isEqualTo(
            "1 NodeResourceTopology of crane's kind, 0 NodeResourceTopology of the community's kind");
  }

  @Test
  void judge_someCannotBeRead_isWarnedOfWithTheFirst() {
    var unreadable =
        new TreeMap<>(Map.of("n2", "zones is 7", "n1", "zones[0].name is \u001b: write a text"));
    var crane = new Topologies(List.of(topology("a", Kind.CRANE)), unreadable);
    var finding = TopologyCheck.judge(Map.of(Kind.CRANE, crane), true);
    assertThat(finding.status()).isEqualTo(Status.WARNING);
    assertThat(finding.seen())
        .isEqualTo(
            "3 NodeResourceTopology of crane's kind; 2 cannot be read (n1, n2): of n1,"
                + " zones[0].name is ?: write a text");
    assertThat(finding.advice()).isNotEmpty();
  }

  @Test
  void judge_oneNodeCannotBeReadInBothKinds_isCountedInBoth() {
    var crane = new Topologies(List.of(), new TreeMap<>(Map.of("n1", "zones is 7")));
    var community = new Topologies(List.of(), new TreeMap<>(Map.of("n1", "zones is 8")));
    var kinds = new TreeMap<>(Map.of(Kind.CRANE, crane, Kind.COMMUNITY, community));
    var finding = TopologyCheck.judge(kinds, false);
    assertThat(finding.status()).isEqualTo(Status.WARNING);
    assertThat(finding.seen())
        .isEqualTo(
            "1 NodeResourceTopology of crane's kind; 1 cannot be read (n1): of n1, zones is 7,"
                + " 1 NodeResourceTopology of the community's kind; 1 cannot be read (n1): of n1,"
                + " zones is 8");
  }

  @Test
  void judge_agentsWaitForResultsThatNobodyWrites_isWarnedOf() {
    var topologies = List.of(topology("a", Kind.CRANE), topology("b", Kind.CRANE));
    var kinds = Map.of(Kind.CRANE, new Topologies(topologies, new TreeMap<>()));
    var finding = TopologyCheck.judge(kinds, true);
    assertThat(finding.status()).isEqualTo(Status.WARNING);
    assertThat(finding.seen())
        .isEqualTo(
            "2 NodeResourceTopology of crane's kind; pods with whole CPUs are refused on 2 nodes:"
                + " nobody writes them the topology result that the agent waits for");
    assertThat(finding.advice()).contains("deploy/topology", "lateResult: true");
    assertThat(TopologyCheck.judge(kinds, false).status()).isEqualTo(Status.OK);
  }

  @Test
  void judge_noAgentAmongThem_isOkWithoutResults() {
    var kubelet =
        new NodeTopology(
            "a",
            Kind.COMMUNITY,
            CpuBinding.KUBELET,
            Alignment.NONE,
            Scope.POD,
            List.of(),
            Map.of(),
            Map.of());
    var kinds = Map.of(Kind.COMMUNITY, new Topologies(List.of(kubelet), new TreeMap<>()));
    assertThat(TopologyCheck.judge(kinds, true).status()).isEqualTo(Status.OK);
  }
}
