package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What kube-scheduler 1.36's client makes of these answers was tried with the real one. */
final class AnswerDecoderTest {
  private static final List<String> ASKED = List.of("a", "b", "c");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "null",
        "{\"NodeNames\":null}",
        "{\"NodeNames\":[]}",
        "{\"NodeNames\":[],\"Nodes\":{\"items\":[{\"metadata\":{\"name\":\"a\"}}]}}"
      })
  void filter_noNames_nothingPasses(String body) throws Exception {
    assertThat(filter(body)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"NodeNames\":[\"c\",\"a\"]}",
        "{\"nodenames\":[\"c\",\"a\"],\"error\":null}",
        "{\"NodeNames\":[\"b\"],\"NodeNames\":[\"c\",\"a\"]}",
        "{\"X\":{\"y\":[1]},\"NodeNames\":[\"c\",\"a\"]} and more",
        "{\"Nodes\":{\"items\":[{\"metadata\":{\"name\":\"c\"}},{\"metadata\":{\"name\":\"a\"}}]}}",
        "{\"NodeNames\":[\"c\",\"a\"],\"FailedNodes\":{\"q\":\"not asked about\"},\"Error\":\"\"}"
      })
  void filter_names_passInTheOrderGiven(String body) throws Exception {
    assertThat(filter(body)).containsExactly("c", "a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"NodeNames\":[\"a\"]",
        "\uFEFF{\"NodeNames\":[\"a\"]}",
        "{\"NodeNames\":[\"stranger\"]}",
        "{\"NodeNames\":[1]}",
        "{\"NodeNames\":\"a\"}",
        "{\"NodeNames\":[\"a\"],\"FailedNodes\":{\"b\":1}}",
        "{\"NodeNames\":[\"a\"],\"Error\":\"no\"}"
      })
  void filter_unusable_fails(String body) {
    assertThatThrownBy(() -> filter(body)).isInstanceOf(ExtenderCallException.class);
  }

  @Test
  void prioritize_doubles_addUp() throws Exception {
    assertThat(prioritize("[{\"Host\":\"a\",\"Score\":7},{\"host\":\"a\",\"score\":-2},{}]"))
        .isEqualTo(Map.of("a", 5L, "", 0L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]"})
  void prioritize_none_isEmpty(String body) throws Exception {
    assertThat(prioritize(body)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[{\"Host\":\"a\",\"Score\":7.0}]",
        "[{\"Host\":\"a\",\"Score\":1e1}]",
        "[{\"Host\":\"a\",\"Score\":\"7\"}]",
        "[{\"Host\":\"a\",\"Score\":9223372036854775808}]"
      })
  void prioritize_notIntegers_fails(String body) {
    assertThatThrownBy(() -> prioritize(body)).isInstanceOf(ExtenderCallException.class);
  }

  private static List<String> filter(String body) throws ExtenderCallException {
    return AnswerDecoder.filter(body.getBytes(StandardCharsets.UTF_8), ASKED);
  }

  private static Map<String, Long> prioritize(String body) throws ExtenderCallException {
    return AnswerDecoder.prioritize(body.getBytes(StandardCharsets.UTF_8));
  }
}
