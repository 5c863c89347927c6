package dev.ballast.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PrintableTest {
  @ParameterizedTest
  @CsvSource({
    "'90 %', '90 %'",
    "'x\"\n2026-11-22T12:00:00Z ERROR Server - all is lost', 'x\"?2026-11-22T12:00:00Z ERROR Server - all is lost'",
    "'\t\r\n\u0000\u001b[2J\u007f\u0085\u2028\u2029\u202e', '?????[2J?????'",
    "'ä 中 🔥', 'ä 中 🔥'"
  })
  void start_anyText_isOneLineWithoutControlCharacters(String text, String shown) {
    assertThat(Printable.start(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({"9, 80, 80", "9, 81, 83", "9, 100000, 83", "🔥, 80, 160", "🔥, 81, 163"})
  void start_longText_isCutBetweenCharacters(String character, int count, int length) {
    assertThat(Printable.start(character.repeat(count)))
        .hasSize(length)
        .startsWith(character.repeat(80))
        .matches(shown -> shown.endsWith("...") == (count > 80), "ends with dots when cut");
  }
}
