package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.DynamicSchedulerPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of the folder {@code policy} have no problem, not even a warning. */
final class ShippedPoliciesTest {
  @ParameterizedTest
  @ValueSource(strings = {"default", "crane-stock", "memory-first", "batch", "topology"})
  void read_shipped_noProblem(String name) throws IOException {
    for (MetricPreset preset :
        new MetricPreset[] {MetricPreset.NODE_EXPORTER, MetricPreset.CRANE_RULES}) {
      Checked<DynamicSchedulerPolicy> policy =
          PolicyReader.read(
              YamlSource.read(Path.of("policy", name + ".yaml")),
              Optional.of(preset.catalogue(Duration.ofSeconds(15))));
      assertThat(policy.problems()).isEmpty();
      assertThat(policy.value().orElseThrow().predicates()).isNotEmpty();
    }
  }

  @Test
  void read_topology_isTheDefaultPolicy() throws IOException {
    assertThat(read("topology")).isEqualTo(read("default"));
    assertThat(Files.readString(Path.of("policy/topology.yaml"))).contains("\n  topology:\n");
  }

  private static DynamicSchedulerPolicy read(String name) throws IOException {
    return PolicyReader.read(YamlSource.read(Path.of("policy", name + ".yaml")), Optional.empty())
        .value()
        .orElseThrow();
  }
}
