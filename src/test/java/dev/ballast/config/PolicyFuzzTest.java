package dev.ballast.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.policy.DynamicSchedulerPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading ends with a value or with an error that has a place. */
final class PolicyFuzzTest {
  private static final long SEED = 20261122;
  private static final String[] SCRAPS = {
    "\n",
    "  ",
    "- ",
    ": ",
    "#",
    "&a ",
    "*a",
    "!x ",
    "!!str ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|",
    ">",
    "? ",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "\t",
    "\0",
    "\uFEFF",
    "\ud83d\ude80",
    ".nan",
    "-.inf",
    "1e999",
    "0x10",
    "0o7",
    "~",
    "true",
    "-1",
    "65%",
    "1h",
    "<<: "
  };

  @Test
  void read_randomBytes_valueOrError() {
    Random random = new Random(SEED);
    for (int i = 0; i < 3_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      check(YamlSource.of("f", bytes));
    }
  }

  @Test
  void read_randomScraps_valueOrError() {
    Random random = new Random(SEED);
    for (int i = 0; i < 3_000; i++) {
      StringBuilder text = new StringBuilder("kind: DynamicSchedulerPolicy\n");
      for (int j = random.nextInt(40); j > 0; j--) {
        text.append(SCRAPS[random.nextInt(SCRAPS.length)]);
      }
      check(YamlSource.of("f", text.toString()));
    }
  }

  @Test
  void read_mutatedPolicies_valueOrError() throws Exception {
    Random random = new Random(SEED);
    List<String> policies = new ArrayList<>();
    try (var files = Files.newDirectoryStream(Path.of("policy"), "*.yaml")) {
      for (Path file : files) {
        policies.add(Files.readString(file).replaceAll("(?m)^ *#.*\n", ""));
      }
    }
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      String text = policies.get(random.nextInt(policies.size()));
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        text = mutate(text, random);
      }
      refused += check(YamlSource.of("f", text)) ? 1 : 0;
    }
    assertThat(refused).isBetween(500, 1_990);
  }

  private static String mutate(String text, Random random) {
    int at = random.nextInt(text.length());
    int end = Math.min(text.length(), at + random.nextInt(12));
    String scrap = SCRAPS[random.nextInt(SCRAPS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> text.substring(0, at) + text.substring(end);
      case 1 -> text.substring(0, at) + scrap + text.substring(at);
      default -> text.substring(0, at) + scrap + text.substring(end);
    };
  }

  /** True when the file was refused. */
  private static boolean check(YamlSource source) {
    Checked<DynamicSchedulerPolicy> policy =
        PolicyReader.read(source, Optional.of(BallastConfiguration.DEFAULTS.metrics()));
    Checked<BallastConfiguration> configuration = ConfigurationReader.read(source);
    boolean refused = policy.problems().stream().anyMatch(Problem::isError);
    assertThat(policy.value().isPresent()).isEqualTo(!refused);
    assertThat(configuration.value().isPresent())
        .isEqualTo(configuration.problems().stream().noneMatch(Problem::isError));
    assertThat(policy.problems())
        .allSatisfy(
            problem -> {
              assertThat(problem.line()).isPositive();
              assertThat(problem.column()).isPositive();
              assertThat(problem.message()).isNotBlank().doesNotContain("\n");
            });
    return refused;
  }
}
