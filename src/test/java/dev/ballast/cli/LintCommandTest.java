package dev.ballast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class LintCommandTest {
  private static final String CLEAN = "policy/default.yaml";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int lint(String... args) {
    return new CommandLine(new LintCommand())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(args);
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String policyWith(String from, String to) throws IOException {
    return file("policy.yaml", Files.readString(Path.of(CLEAN)).replace(from, to));
  }

  private String configuration(String text) throws IOException {
    String head = "apiVersion: scheduling.ballast.dev/v1alpha1\nkind: BallastConfiguration\n";
    return file("ballast.yaml", head + text);
  }

  @Test
  void execute_cleanFiles_exitsZero() throws IOException {
    assertThat(lint("--strict", CLEAN, configuration(""))).isZero();
    assertThat(out).hasToString("2 files checked: 0 errors, 0 warnings\n");
  }

  @Test
  void execute_error_exitsOneWithPlace() throws IOException {
    String policy = policyWith("period: 3h", "period: 180");
    assertThat(lint(policy)).isEqualTo(1);
    assertThat(out.toString().lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith(policy + ":")
        .contains(": error: period is 180, without a unit: write 180ms, 180s or 180m");
    assertThat(out.toString()).endsWith("1 file checked: 2 errors, 0 warnings\n");
  }

  @Test
  void execute_warning_exitsOneOnlyWhenStrict() throws IOException {
    String policy = policyWith("maxLimitPercent: 0.75", "maxLimitPercent: 0");
    assertThat(lint(policy)).isZero();
    assertThat(out.toString()).contains(": warning: a limit of 0 switches the limit off");
    assertThat(lint("--strict", policy)).isEqualTo(1);
  }

  @Test
  void execute_unreadableFile_exitsTwoAndNamesIt() {
    String missing = folder.resolve("missing.yaml").toString();
    assertThat(lint(missing, CLEAN)).isEqualTo(2);
    assertThat(err.toString()).contains(missing + ": there is no such file");
    assertThat(out.toString()).contains("1 file checked");
  }

  @Test
  void execute_noFile_exitsTwo() {
    assertThat(lint()).isEqualTo(2);
    assertThat(err.toString()).contains("FILE");
  }

  @Test
  void execute_unknownFormat_exitsTwo() {
    assertThat(lint("-o", "xml", CLEAN)).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void execute_otherKind_exitsOneAndNamesTheKinds() throws IOException {
    assertThat(lint(file("pod.yaml", "apiVersion: v1\nkind: Pod\n"))).isEqualTo(1);
    assertThat(out.toString())
        .contains(
            "2:7: error: kind is \"Pod\": use DynamicSchedulerPolicy or BallastConfiguration");
  }

  @Test
  void execute_config_itsMetricsAreCompared() throws IOException {
    assertThat(lint("--strict", "--config", configuration("metrics: {preset: none}"), CLEAN))
        .isEqualTo(1);
    assertThat(out.toString())
        .contains("is not in the catalogue")
        .endsWith("2 files checked: 0 errors, 6 warnings\n");
  }

  @Test
  void execute_configOfAnotherKind_exitsOne() {
    assertThat(lint("--config", CLEAN, CLEAN)).isEqualTo(1);
    assertThat(out.toString())
        .contains("kind is \"DynamicSchedulerPolicy\": use BallastConfiguration");
  }

  @Test
  void execute_json_filesProblemsAndCounts() throws IOException {
    String policy = policyWith("maxLimitPercent: 0.75", "maxLimitPercent: 2");
    assertThat(lint("-o", "json", CLEAN, policy, file("x.yaml", "a: b\n"))).isEqualTo(1);
    JsonNode report = new ObjectMapper().readTree(out.toString());
    assertThat(report.path("errors").asInt()).isEqualTo(3);
    assertThat(report.path("warnings").asInt()).isZero();
    assertThat(report.path("files").size()).isEqualTo(3);
    assertThat(report.at("/files/0/kind").asText()).isEqualTo("DynamicSchedulerPolicy");
    assertThat(report.at("/files/0/problems").size()).isZero();
    assertThat(report.at("/files/2/kind").isNull()).isTrue();
    JsonNode problem = report.at("/files/1/problems/0");
    assertThat(problem.fieldNames())
        .toIterable()
        .containsExactly("severity", "line", "column", "path", "message");
    assertThat(problem.path("severity").asText()).isEqualTo("error");
    assertThat(problem.path("line").asInt()).isPositive();
    assertThat(problem.path("path").asText()).isEqualTo("spec.predicate[1].maxLimitPercent");
  }

  @Test
  void execute_help_exitsZero() {
    assertThat(lint("--help")).isZero();
    assertThat(out.toString()).contains("--strict", "Exit codes");
  }
}
