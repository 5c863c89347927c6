package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigLoaderTest {
  private static final Path POLICY = Path.of("policy/default.yaml");

  @TempDir Path folder;

  private Path config(String text) throws IOException {
    return Files.writeString(
        folder.resolve("ballast.yaml"),
        "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n" + text);
  }

  @Test
  void load_policyOnly_defaults() {
    Checked<ConfigLoader.Loaded> loaded = ConfigLoader.load(Optional.empty(), POLICY);
    assertThat(loaded.problems()).isEmpty();
    assertThat(loaded.value().map(ConfigLoader.Loaded::configuration))
        .contains(BallastConfiguration.DEFAULTS);
  }

  @Test
  void load_both_policyComparedWithTheConfiguredMetrics() throws IOException {
    Checked<ConfigLoader.Loaded> loaded =
        ConfigLoader.load(Optional.of(config("metrics: {preset: none}")), POLICY);
    assertThat(loaded.value()).isPresent();
    assertThat(loaded.problems())
        .hasSize(6)
        .allSatisfy(p -> assertThat(p.message()).contains("is not in the catalogue"));
  }

  @Test
  void load_mistakesInBoth_allToldAndNothingLoaded() throws IOException {
    Path policy = Files.writeString(folder.resolve("policy.yaml"), "kind: Pod\n");
    Checked<ConfigLoader.Loaded> loaded =
        ConfigLoader.load(Optional.of(config("extender: {port: x}")), policy);
    assertThat(loaded.value()).isEmpty();
    assertThat(loaded.problems())
        .extracting(p -> Path.of(p.file()).getFileName() + ":" + p.line())
        .containsExactly("ballast.yaml:3", "policy.yaml:1");
  }

  @Test
  void load_noSuchFiles_errorsThatNameThem() {
    Path missing = folder.resolve("missing.yaml");
    Checked<ConfigLoader.Loaded> loaded = ConfigLoader.load(Optional.of(missing), missing);
    assertThat(loaded.value()).isEmpty();
    assertThat(loaded.problems())
        .hasSize(2)
        .allSatisfy(
            p ->
                assertThat(p.toString())
                    .startsWith(missing.toString())
                    .contains("there is no such file"));
  }

  @Test
  void loadForAnnotator_noUrl_error() throws IOException {
    Optional<Path> config = Optional.of(config("annotations: {minChange: 0.1}"));
    Checked<ConfigLoader.Loaded> loaded = ConfigLoader.loadForAnnotator(config, POLICY);
    assertThat(loaded.value()).isEmpty();
    assertThat(loaded.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.message()).startsWith("prometheus.url is missing"));
    assertThat(ConfigLoader.load(config, POLICY).value()).isPresent();
  }

  @Test
  void loadForAnnotator_url_loaded() throws IOException {
    Path config = config("prometheus: {url: http://127.0.0.1:9090}");
    assertThat(ConfigLoader.loadForAnnotator(Optional.of(config), POLICY).value()).isPresent();
  }
}
