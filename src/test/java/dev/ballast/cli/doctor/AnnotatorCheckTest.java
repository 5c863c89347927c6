package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.LeaderElectionConfig;
import dev.ballast.kube.ClusterProbe.HeldLease;
import dev.ballast.kube.ClusterProbe.Workload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AnnotatorCheckTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private static Finding leader(@Nullable HeldLease lease) {
    return AnnotatorCheck.leader(
        Optional.ofNullable(lease), LeaderElectionConfig.DEFAULTS, NOW, Duration.ofMinutes(2));
  }

  private static HeldLease held(String holder, int secondsAgo) {
    return new HeldLease(holder, Optional.of(NOW.minusSeconds(secondsAgo)), Duration.ofSeconds(15));
  }

  @ParameterizedTest
  @CsvSource({"3, OK", "15, OK", "16, WARNING", "135, WARNING", "136, BROKEN"})
  void leader_renewedSomeTimeAgo_isJudgedByTheLease(int secondsAgo, Status status) {
    var finding = leader(held("annotator-1", secondsAgo));
    assertThat(finding.status()).isEqualTo(status);
    assertThat(finding.seen())
        .startsWith("lease ballast-system/ballast-annotator is held by annotator-1, renewed ");
  }

  @Test
  void leader_noneOrNobody_isBroken() {
    assertThat(leader(null).seen()).contains("does not exist");
    assertThat(leader(held("", 1)).seen()).contains("held by nobody");
    assertThat(List.of(leader(null), leader(held("", 1))))
        .allMatch(finding -> finding.status() == Status.BROKEN);
  }

  @Test
  void writers_oursAndAnother_isBroken() {
    var finding = AnnotatorCheck.writers(Map.of("ballast", 9, "controller", 1));
    assertThat(finding.status()).isEqualTo(Status.BROKEN);
    assertThat(finding.seen()).endsWith("ballast on 9 nodes, controller on 1 node");
  }

  @Test
  void writers_oneOrNone_isNotBroken() {
    assertThat(AnnotatorCheck.writers(Map.of("controller", 3)).status()).isEqualTo(Status.OK);
    assertThat(AnnotatorCheck.writers(Map.of()).status()).isEqualTo(Status.SKIPPED);
  }

  @Test
  void known_deployments_areFoundByNameOrImage() {
    assertThat(
            AutoscalerCheck.known(
                List.of(
                    new Workload("a", "aws-cluster-autoscaler", List.of("x")),
                    new Workload("b", "scaler", List.of("y", "registry/karpenter/controller:1")),
                    new Workload("c", "web", List.of("nginx")))))
        .containsExactly("Deployment a/aws-cluster-autoscaler", "Deployment b/scaler");
  }

  @Test
  void judge_autoscalers_areWarnedOf() {
    assertThat(AutoscalerCheck.judge(List.of("x"), List.of()).status()).isEqualTo(Status.WARNING);
    assertThat(AutoscalerCheck.judge(List.of(), List.of()).status()).isEqualTo(Status.OK);
    assertThat(AutoscalerCheck.judge(List.of(), List.of("deployments")))
        .satisfies(f -> assertThat(f.status()).isEqualTo(Status.SKIPPED))
        .satisfies(f -> assertThat(f.seen()).contains("may not read deployments"));
  }
}
