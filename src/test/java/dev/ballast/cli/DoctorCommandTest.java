package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no cluster: files, forms of output, exit codes. */
final class DoctorCommandTest {
  private static final String POLICY = "policy/default.yaml";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int doctor(String... args) {
    var all = new ArrayList<>(List.of("doctor"));
    all.addAll(List.of(args));
    return Main.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all.toArray(String[]::new));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** A kubeconfig of a server that is not there. */
  private String nowhere() throws IOException {
    return file(
        "kubeconfig",
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]
        users: [{name: u, user: {token: t}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """);
  }

  @Test
  void execute_policyInError_exitsOneAndLooksNoFurther() throws IOException {
    String policy =
        file("policy.yaml", Files.readString(Path.of(POLICY)).replace("period: 3h", "period: 180"));
    assertThat(doctor("--policy", policy)).isEqualTo(1);
    assertThat(out.toString().lines())
        .hasSize(4)
        .satisfies(
            lines -> {
              assertThat(lines.get(0))
                  .startsWith("broken   policy      2 errors, 0 warnings, the first: ")
                  .contains("period is 180, without a unit");
              assertThat(lines.get(1)).startsWith("                     -> ballast lint FILE");
              assertThat(lines.get(2)).startsWith("skipped  all others  policy and configuration");
              assertThat(lines.get(3)).isEqualTo("2 checks: 0 ok, 0 warnings, 1 broken, 1 skipped");
            });
  }

  @Test
  void execute_noApiServer_exitsOneAndSkipsWhatNeedsIt() throws IOException {
    assertThat(doctor("--policy", POLICY, "--kubeconfig", nowhere(), "-o", "json")).isEqualTo(1);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("broken").asInt()).isEqualTo(1);
    for (JsonNode finding : report.path("findings")) {
      assertThat(finding.fieldNames())
          .toIterable()
          .containsExactly("check", "subject", "status", "seen", "advice");
      String expected =
          switch (finding.path("check").asText()) {
            case "policy" -> "ok";
            case "api-server" -> "broken";
            default -> "skipped";
          };
      assertThat(finding.path("status").asText()).as(finding.toString()).isEqualTo(expected);
    }
  }

  @Test
  void execute_schedulerConfigurationOfAnotherKind_isBroken() throws IOException {
    assertThat(doctor("--policy", POLICY, "--kubeconfig", nowhere(), "--scheduler-config", POLICY))
        .isEqualTo(1);
    assertThat(out.toString())
        .containsPattern("broken +scheduler-config +.*use KubeSchedulerConfiguration");
  }

  @Test
  void execute_missingFile_exitsTwoAndNamesIt() {
    String missing = folder.resolve("missing.yaml").toString();
    assertThat(doctor("--policy", POLICY, "--config", missing)).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo("ballast doctor: cannot read " + missing + ": there is no such file\n");
  }

  @Test
  void execute_noKubeconfig_exitsTwoAndNamesIt() throws IOException {
    String broken = file("broken", "clusters: 7");
    assertThat(doctor("--policy", POLICY, "--kubeconfig", broken)).isEqualTo(2);
    assertThat(err.toString()).contains("kubeconfig " + broken + " is no kubeconfig");
  }

  @Test
  void execute_noPolicy_exitsTwo() {
    assertThat(doctor()).isEqualTo(2);
    assertThat(err.toString()).contains("--policy");
  }

  @Test
  void execute_help_namesOptionsAndExitCodes() {
    assertThat(doctor("--help")).isZero();
    assertThat(out.toString()).contains("--scheduler-config", "--extender", "Exit codes");
  }
}
