package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.annotator.AnnotatedNode;
import dev.ballast.cli.doctor.ApiServerCheck.Needed;
import dev.ballast.config.LeaderElectionConfig;
import dev.ballast.kube.ClusterProbe.Right;
import dev.ballast.kube.ClusterProbe.SeenNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

final class ApiServerCheckTest {
  private static final LeaderElectionConfig ELECTION = LeaderElectionConfig.DEFAULTS;

  @ParameterizedTest
  @CsvSource({
    "true, false, extender-role.yaml, ballast-extender",
    "false, true, annotator-rbac.yaml, ballast-annotator",
  })
  void needed_eachRole_isWhatTheManifestsGive(
      boolean answers, boolean annotates, String file, String role) throws IOException {
    var needed = ApiServerCheck.needed(answers, annotates, ELECTION);
    assertThat(needed).allSatisfy(need -> assertThat(need.role()).contains(role));
    assertThat(texts(needed)).isEqualTo(given(Path.of("deploy/base", file)));
  }

  @Test
  void neededForResults_bindingAndLate_isWhatTheManifestsGive() throws IOException {
    var bind = ApiServerCheck.neededForResults(true, false);
    var late = ApiServerCheck.neededForResults(false, true);
    assertThat(bind).extracting(Needed::role).containsOnly("ClusterRole ballast-extender-topology");
    assertThat(late)
        .extracting(Needed::role)
        .containsOnly("ClusterRole ballast-annotator-topology");
    assertThat(ApiServerCheck.neededForResults(false, false)).isEmpty();
    var both = ApiServerCheck.neededForResults(true, true);
    assertThat(texts(both)).isEqualTo(given(Path.of("deploy/topology/rbac.yaml")));
    assertThat(both).hasSize(bind.size() + late.size());
  }

  private static Set<String> texts(List<Needed> needed) {
    return needed.stream()
        .map(Needed::right)
        .map(right -> right.verb() + " " + right.group() + "/" + right.resource())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> given(Path manifest) throws IOException {
    var given = new TreeSet<String>();
    var load = new Load(LoadSettings.builder().build());
    for (Object document : load.loadAllFromString(Files.readString(manifest))) {
      if (document instanceof Map<?, ?> map && map.get("rules") instanceof List<?> rules) {
        for (Object each : rules) {
          var rule = (Map<?, ?>) each;
          for (Object verb : list(rule, "verbs")) {
            for (Object group : list(rule, "apiGroups")) {
              list(rule, "resources")
                  .forEach(resource -> given.add(verb + " " + group + "/" + resource));
            }
          }
        }
      }
    }
    return given;
  }

  private static List<?> list(Map<?, ?> rule, String key) {
    return rule.get(key) instanceof List<?> list ? list : List.of();
  }

  @Test
  void permissions_oneMissing_namesItAndItsRole() {
    var needed = ApiServerCheck.needed(true, true, ELECTION);
    var missing =
        List.of(
            new Right("watch", "", "pods", "", ""),
            new Right(
                "update", "coordination.k8s.io", "leases", "ballast-system", "ballast-annotator"));
    assertThat(ApiServerCheck.permissions(needed, missing))
        .isEqualTo(
            Finding.broken(
                "permissions",
                "this account may not watch pods, update leases ballast-annotator in ballast-system",
                "bind ClusterRole ballast-extender and ClusterRole ballast-annotator and Role"
                    + " ballast-annotator in ballast-system to it, or look at one role only by --role"));
  }

  @Test
  void permissions_noneMissing_isOk() {
    var needed = ApiServerCheck.needed(true, false, ELECTION);
    assertThat(ApiServerCheck.permissions(needed, List.of()))
        .isEqualTo(Finding.ok("permissions", "this account has all 9 rights"));
  }

  private static SeenNode node(String name, boolean noLoadData) {
    return new SeenNode(new AnnotatedNode(name, List.of(), List.of(), Map.of()), noLoadData);
  }

  @Test
  void nodes_someLabelled_areNamed() {
    assertThat(NodeCheck.of(List.of(node("a", false), node("gpu-1", true))).seen())
        .isEqualTo("2 nodes; labelled ballast.dev/no-load-data, so no load is expected: 1 (gpu-1)");
    assertThat(NodeCheck.of(List.of(node("a", false)))).isEqualTo(Finding.ok("nodes", "1 node"));
    assertThat(NodeCheck.of(List.of()).status()).isEqualTo(Status.BROKEN);
  }
}
