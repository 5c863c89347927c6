package dev.ballast.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class YamlReaderTest {
  static Stream<Arguments> unreadable() {
    return Stream.of(
        arguments("", "1:1: error: the file is empty"),
        arguments("# only a comment\n", "1:1: error: the file is empty"),
        arguments("---\n", "1:1: error: the file is empty"),
        arguments("- a\n- b\n", "1:1: error: the file is a list: give a mapping"),
        arguments("a: b\n---\nc: d\n", "3:1: error: a second document in the file"),
        arguments("a: b: c\n", "1:5: error: not valid YAML"),
        arguments("a:\n  - b\n c: d\n", "3:2: error: not valid YAML"),
        arguments("a: \"b\n", "2:1: error: not valid YAML"),
        arguments("a: *b\n", "1:4: error: not valid YAML"),
        arguments("a:\n\t- b\n", "2:1: error: not valid YAML"),
        arguments("a: b\nc: \u0007\n", "2:4: error: the character U+0007 may not be in YAML"),
        arguments(
            "a: " + "[".repeat(100_000), "1:53: error: not valid YAML: nested deeper than 50"),
        arguments("a: [" + "\n".repeat(1 << 20), "1:1: error: the file is larger than 1 MiB"),
        arguments("a: &a []\nb: [" + "*a,".repeat(51) + "]", "error: not valid YAML"));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void read_noDocument_errorWithPlace(String text, String told) {
    Problems problems = new Problems("f");
    assertThat(YamlReader.read(YamlSource.of("f", text), problems)).isEmpty();
    assertThat(problems.sorted())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.toString()).startsWith("f:").contains(told);
              assertThat(problem.toString()).doesNotContain("\n");
            });
  }

  @Test
  void read_notUtf8_placeOfByte() {
    Problems problems = new Problems("f");
    byte[] bytes = "a: b\nname: Z\u00fcrich\n".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(YamlReader.read(YamlSource.of("f", bytes), problems)).isEmpty();
    assertThat(problems.sorted())
        .extracting(Problem::toString)
        .containsExactly("f:2:8: error: a byte that is not UTF-8: save the file as UTF-8");
  }

  @Test
  void read_byteOrderMark_ignored() {
    Problems problems = new Problems("f");
    Optional<YamlMap> root =
        YamlReader.read(YamlSource.of("f", "\uFEFFa: b".getBytes(UTF_8)), problems);
    assertThat(root.flatMap(r -> r.get("a")).flatMap(YamlValue::text)).contains("b");
    assertThat(problems.sorted()).isEmpty();
  }

  @Test
  void read_someAliases_readAsWritten() {
    Problems problems = new Problems("f");
    Optional<YamlMap> root = YamlReader.read(YamlSource.of("f", "a: &d 3m\nb: *d\n"), problems);
    assertThat(root.flatMap(r -> r.get("b")).flatMap(YamlValue::text)).contains("3m");
  }

  @Test
  void finish_mistakeOverAndOver_toldSomeTimes() {
    Problems problems = new Problems("f");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      text.append("key").append(i).append(": x\n");
    }
    YamlReader.read(YamlSource.of("f", text.toString()), problems).ifPresent(YamlMap::finish);
    List<Problem> told = problems.sorted();
    assertThat(told).hasSize(Problems.MOST + 1);
    assertThat(told.get(Problems.MOST).message()).startsWith("more than 100 problems");
  }
}
