package dev.ballast.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.ballast.kube.KubePods.Certainty;
import dev.ballast.topology.ZoneShare;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the client of production against a stand-in for the API server. */
final class KubePodsTest {
  private record Seen(String method, String path, String contentType, String body) {}

  private static final List<ZoneShare> SHARES =
      List.of(new ZoneShare("node1", new TreeMap<>(Map.of("cpu", 2_000L))));

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private volatile int status = 201;
  private volatile String answer = "{\"kind\":\"Status\",\"message\":\"because\"}";
  private ApiStandIn api;
  private KubePods pods;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    api = new ApiStandIn(folder, this::handle);
    pods = new KubePods(api.client(), Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            exchange.getRequestHeaders().getFirst("Content-Type"),
            body));
    byte[] bytes = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void bind_withAResult_isOneBindingThatCarriesIt() throws IOException {
    assertThat(pods.bind("shop", "p", "u", "n", SHARES).certainty()).isEqualTo(Certainty.DONE);

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).method()).isEqualTo("POST");
    assertThat(seen.get(0).path()).isEqualTo("/api/v1/namespaces/shop/pods/p/binding");
    var body = new ObjectMapper().readTree(seen.get(0).body());
    assertThat(body.path("kind").asText()).isEqualTo("Binding");
    assertThat(body.at("/metadata/uid").asText()).isEqualTo("u");
    assertThat(body.at("/target/name").asText()).isEqualTo("n");
    assertThat(body.at("/metadata/annotations").path("topology.crane.io/topology-result").asText())
        .isEqualTo(TopologyResult.write(SHARES));
  }

  @Test
  void bind_withoutAResult_hasNoAnnotations() throws IOException {
    pods.bind("shop", "p", "u", "n", List.of());
    assertThat(new ObjectMapper().readTree(seen.get(0).body()).path("metadata").has("annotations"))
        .isFalse();
  }

  @Test
  void result_ofAPod_isAMergePatchThatNamesItsUid() throws IOException {
    status = 200;
    assertThat(pods.result("shop", "p", "u", SHARES).certainty()).isEqualTo(Certainty.DONE);
    assertThat(seen.get(0).method()).isEqualTo("PATCH");
    assertThat(seen.get(0).contentType()).startsWith("application/merge-patch+json");
    assertThat(seen.get(0).path()).isEqualTo("/api/v1/namespaces/shop/pods/p");
    var body = new ObjectMapper().readTree(seen.get(0).body());
    assertThat(body.at("/metadata/uid").asText()).isEqualTo("u");
    assertThat(body.at("/metadata/annotations")).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "200, DONE",
    "201, DONE",
    "400, REFUSED",
    "403, REFUSED",
    "404, REFUSED",
    "409, REFUSED",
    "422, REFUSED",
    "429, REFUSED",
    "500, UNKNOWN",
    "503, UNKNOWN",
    "504, UNKNOWN"
  })
  void bind_anyStatus_isTriedOnceAndSaysWhatIsCertain(int code, Certainty certainty) {
    status = code;
    var written = pods.bind("shop", "p", "u", "n", SHARES);
    assertThat(seen).hasSize(1);
    assertThat(written.certainty()).isEqualTo(certainty);
    assertThat(written.code()).isEqualTo(code);
    assertThat(written.message())
        .isEqualTo(certainty == Certainty.DONE ? "" : "HTTP " + code + ": because");
  }

  @Test
  void bind_answerIsNoStatus_tellsItsTextInShort() {
    status = 502;
    answer = "<html>" + "x".repeat(5_000);
    var written = pods.bind("shop", "p", "u", "n", SHARES);
    assertThat(written.certainty()).isEqualTo(Certainty.UNKNOWN);
    assertThat(written.message()).startsWith("HTTP 502: <html>").hasSizeLessThan(400);
  }

  @ParameterizedTest
  @CsvSource({"n, UNKNOWN", "n2, REFUSED"})
  void bind_podHasANodeAlready_isRefusedIfItIsAnother(String there, Certainty certainty) {
    status = 409;
    answer =
        "{\"kind\":\"Status\",\"message\":\"Operation cannot be fulfilled on pods/binding \\\"p\\\": pod p is"
            + " already assigned to node \\\"%s\\\"\"}".formatted(there);
    assertThat(pods.bind("shop", "p", "u", "n", SHARES).certainty()).isEqualTo(certainty);
  }

  @Test
  void bind_nobodyAnswers_nothingIsCertain() {
    api.die();
    var written = pods.bind("shop", "p", "u", "n", SHARES);
    assertThat(written.certainty()).isEqualTo(Certainty.UNKNOWN);
    assertThat(written.code()).isZero();
    assertThat(written.message()).isNotEmpty();
  }

  @Test
  void read_thereIsNone_isEmpty() throws IOException {
    status = 404;
    assertThat(pods.read("shop", "p")).isEmpty();
    assertThat(seen.get(0).path()).isEqualTo("/api/v1/namespaces/shop/pods/p");
  }

  @ParameterizedTest
  @CsvSource({"403", "500", "503"})
  void read_apiServerDoesNotSay_fails(int code) {
    status = code;
    assertThatThrownBy(() -> pods.read("shop", "p"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("HTTP " + code);
  }

  @Test
  void read_answerIsNoPod_fails() {
    status = 200;
    assertThatThrownBy(() -> pods.read("shop", "p")).isInstanceOf(IOException.class);
  }
}
