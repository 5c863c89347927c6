package dev.ballast.extender.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BindRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static BindRequest decode(String text) throws MalformedRequestException {
    byte[] bytes = text.getBytes(UTF_8);
    return BindRequest.decode(bytes, bytes.length);
  }

  @Test
  void decode_ofKubeScheduler_isAllThatItSays() throws Exception {
    byte[] bytes = Payloads.read("bind.json");
    assertThat(BindRequest.decode(bytes, bytes.length))
        .isEqualTo(
            new BindRequest(
                "checkout-api-6f9d8c7b5d-b2c4e",
                "shop",
                "7d1c2f3e-0001-4a6b-9c8d-0e1f2a3b0007",
                "ip-10-0-0-8.eu-central-1.compute.internal"));
  }

  @Test
  void decode_bufferIsLonger_readsTheBodyAlone() throws Exception {
    byte[] body = Payloads.read("bind.json");
    byte[] buffer = java.util.Arrays.copyOf(body, body.length + 100);
    buffer[body.length] = '}';
    assertThat(BindRequest.decode(buffer, body.length))
        .isEqualTo(BindRequest.decode(body, body.length));
  }

  @Test
  void decode_otherKeysAndOrder_arePassedOver() throws Exception {
    var read =
        decode(
            """
            {"More": [{"PodName": "x"}], "Node": "n", "PodUID": "a \\"uid\\"", "PodNamespace": "ns",
             "podname": "y", "PodName": "p"}
            """);
    assertThat(read).isEqualTo(new BindRequest("p", "ns", "a \"uid\"", "n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "null",
        "\"PodName\"",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":\"u\"}",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"Node\":\"n\"}",
        "{\"PodName\":\"p\",\"PodUID\":\"u\",\"Node\":\"n\"}",
        "{\"PodNamespace\":\"ns\",\"PodUID\":\"u\",\"Node\":\"n\"}",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":\"\",\"Node\":\"n\"}",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":\"u\",\"Node\":\"n\"",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":\"u\",\"Node\":\"n\"} {}",
        "{\"PodName\":7,\"PodNamespace\":\"ns\",\"PodUID\":\"u\",\"Node\":\"n\"}",
        "{\"PodName\":\"p\",\"PodNamespace\":\"ns\",\"PodUID\":[\"u\"],\"Node\":\"n\"}",
      })
  void decode_notAllKeys_isMalformed(String text) {
    assertThatThrownBy(() -> decode(text)).isInstanceOf(MalformedRequestException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "a/b",
        "../../nodes/n",
        "a?x=y",
        "a#b",
        "a b",
        "a%2e",
        "A",
        "a_b",
        "ä",
        "-a",
        "a-",
        "a\\u0000",
        ""
      })
  void decode_nameThatWouldChangeAPath_isMalformed(String name) {
    String ok = "{\"PodName\":\"%s\",\"PodNamespace\":\"%s\",\"PodUID\":\"u\",\"Node\":\"%s\"}";
    assertThatThrownBy(() -> decode(ok.formatted(name, "ns", "n")))
        .isInstanceOf(MalformedRequestException.class);
    assertThatThrownBy(() -> decode(ok.formatted("p", name, "n")))
        .isInstanceOf(MalformedRequestException.class);
    assertThatThrownBy(() -> decode(ok.formatted("p", "ns", name)))
        .isInstanceOf(MalformedRequestException.class);
  }

  @Property(tries = 2_000)
  void decode_spoiltRequest_isReadOrMalformed(@ForAll long seed) {
    byte[] spoilt = Payloads.mutate(Payloads.read("bind.json"), new Random(seed));
    try {
      var read = BindRequest.decode(spoilt, spoilt.length);
      assertThat(read.name()).matches("[a-z0-9][-a-z0-9.]*");
      assertThat(read.uid()).isNotEmpty();
    } catch (MalformedRequestException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Test
  void answer_bound_isAsTheClientReadsIt() {
    assertThat(BindRequest.answer("")).isEqualTo(Payloads.read("response-bind.json"));
    assertThat(BindRequest.answer("pod is bound to another node"))
        .isEqualTo(Payloads.read("response-bind-error.json"));
  }

  @Property(tries = 2_000)
  void answer_anyText_isOneStringOfJson(@ForAll String error) throws IOException {
    var read = JSON.readTree(BindRequest.answer(error));
    assertThat(read.size()).isEqualTo(1);
    assertThat(read.path("Error").isTextual()).isTrue();
    assertThat(read.path("Error").asText())
        .as("only what JSON cannot carry is another character")
        .hasSize(error.length());
    assertThat(read.path("Error").asText().isEmpty()).isEqualTo(error.isEmpty());
  }

  @Test
  void answer_quotesAndLines_keepsTheQuotes() throws IOException {
    var read = JSON.readTree(BindRequest.answer("pods \"p\" is\nC:\\bound ä"));
    assertThat(read.path("Error").asText()).isEqualTo("pods \"p\" is C:\\bound ä");
  }
}
