package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.DynamicSchedulerPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies of the folder {@code policy} have no problem, not even a warning. */
final class ShippedPoliciesTest {
  @ParameterizedTest
  @ValueSource(strings = {"default", "crane-stock", "memory-first", "batch"})
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
}
