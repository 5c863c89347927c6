package dev.ballast;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** Files that are shipped in two places, because kustomize reads only below its own folder. */
@NullMarked
final class ShippedFilesTest {
  @Test
  void ship_policyOfTheManifests_isTheDefaultPolicy() throws IOException {
    assertThat(Files.readString(Path.of("deploy/base/config/policy.yaml")))
        .isEqualTo(Files.readString(Path.of("policy/default.yaml")));
  }
}
