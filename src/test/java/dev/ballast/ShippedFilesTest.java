package dev.ballast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.config.ConfigurationReader;
import dev.ballast.config.YamlSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are shipped in two places, because kustomize reads only below its own folder. */
@NullMarked
final class ShippedFilesTest {
  @ParameterizedTest
  @CsvSource({
    "deploy/base/config/policy.yaml, policy/default.yaml",
    "deploy/topology/config/policy.yaml, policy/topology.yaml",
    "deploy/second-scheduler/kube-scheduler.yaml, scheduler-config/second-scheduler.yaml",
    "deploy/topology/kube-scheduler.yaml, scheduler-config/topology.yaml",
  })
  void ship_fileOfTheManifests_isTheOneThatIsShown(Path manifest, Path shown) {
    assertThat(manifest).hasSameTextualContentAs(shown);
  }

  @Test
  void ship_configurationOfTheTopology_isTheSharedOneAndBinds() throws IOException {
    String shared = Files.readString(Path.of("deploy/base/config/config.yaml"));
    Path topology = Path.of("deploy/topology/config/config.yaml");
    assertThat(topology).content().startsWith(shared);
    var read = ConfigurationReader.read(YamlSource.read(topology));
    assertThat(read.problems()).isEmpty();
    assertThat(read.value().orElseThrow().extender().bind()).isTrue();
  }
}
