package dev.ballast.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ballast.http.CallServer;
import dev.ballast.http.Handler;
import dev.ballast.http.Request;
import dev.ballast.http.Response;
import dev.ballast.http.ServerSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpExtenderTest {
  private static final SimulatedPod POD =
      new SimulatedPod("cart-1", "uid-1", 1_767_340_800_000L, 500, 1_024, 700, 900, 60_000);
  private static final List<String> NODES = List.of("node-01", "node-02");

  private final List<JsonNode> bodies = new ArrayList<>();
  private final AtomicLong nanos = new AtomicLong();
  private final CallServer server =
      new CallServer(
          new ServerSettings("test", "127.0.0.1", 0, 65_536, "", path -> {}, nanos::get),
          Map.of(
              "/filter", Map.<String, Handler>of("POST", this::filter),
              "/prioritize", Map.<String, Handler>of("POST", r -> Response.empty(500))));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void filter_answered_asksAsKubeSchedulerDoes() throws Exception {
    try (var extender = started()) {
      assertThat(extender.filter(POD, NODES)).containsExactly("node-02");
      assertThat(extender.medianCall()).isEqualTo(Duration.ofNanos(40));
    }
    var body = bodies.get(0);
    assertThat(body.fieldNames()).toIterable().containsExactly("Pod", "Nodes", "NodeNames");
    assertThat(body.get("Nodes").isNull()).isTrue();
    assertThat(body.get("NodeNames"))
        .extracting(JsonNode::textValue)
        .containsExactlyElementsOf(NODES);
    assertThat(body.at("/Pod/metadata/uid").textValue()).isEqualTo("uid-1");
    assertThat(body.at("/Pod/spec/schedulerName").textValue()).isEqualTo("ours");
    assertThat(body.at("/Pod/spec/containers/0/resources/requests/cpu").textValue())
        .isEqualTo("500m");
  }

  @Test
  void prioritize_status500_fails() {
    try (var extender = started()) {
      assertThatThrownBy(() -> extender.prioritize(POD, NODES))
          .isInstanceOf(ExtenderCallException.class)
          .hasMessageContaining("status 500");
    }
  }

  @Test
  void filter_nobodyListens_fails() {
    try (var extender = started()) {
      server.close();
      assertThatThrownBy(() -> extender.filter(POD, NODES))
          .isInstanceOf(ExtenderCallException.class)
          .hasMessageContaining("/filter was not answered");
    }
  }

  private HttpExtender started() {
    server.start();
    return new HttpExtender(
        "http://127.0.0.1:" + server.port(), "ours", Duration.ofSeconds(10), nanos::get);
  }

  private Response filter(Request request) {
    nanos.addAndGet(40);
    try {
      bodies.add(new ObjectMapper().readTree(request.body(), 0, request.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Response.ok(
        "application/json", "{\"NodeNames\":[\"node-02\"]}".getBytes(StandardCharsets.UTF_8));
  }
}
