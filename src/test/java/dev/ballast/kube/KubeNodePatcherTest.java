package dev.ballast.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.ballast.annotator.NodePatcher.Outcome;
import dev.ballast.annotator.NodePatcher.Patched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the client of production against a stand-in for the API server. */
final class KubeNodePatcherTest {
  private record Seen(
      String method, String path, String contentType, String accept, String token, String body) {}

  private static final int WRITES_UNDER_WAY = 16;

  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
  private volatile int status = 200;
  private volatile String answer = "{}";
  private ApiStandIn api;
  private KubeNodePatcher patcher;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    api = new ApiStandIn(folder, this::handle);
    patcher = new KubeNodePatcher(api.client());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void patch_annotations_isOneMergePatchAndNoRead() throws Exception {
    var patched =
        patch(
            Map.of(
                "cpu_usage_avg_5m",
                Optional.of("0.41283,2026-11-22T12:00:00Z"),
                "odd \"key\"\n",
                Optional.of("ü\\"),
                "ballast.dev/load-stale-since",
                Optional.empty()));

    assertThat(seen).hasSize(1);
    var request = seen.get(0);
    assertThat(request.method()).isEqualTo("PATCH");
    assertThat(request.path()).isEqualTo("/api/v1/nodes/node-1.example");
    assertThat(request.contentType()).startsWith("application/merge-patch+json");
    assertThat(request.accept()).contains("as=PartialObjectMetadata");
    assertThat(request.token()).isEqualTo("Bearer t0ken");
    assertThat(new ObjectMapper().readTree(request.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"metadata": {"annotations": {
                      "cpu_usage_avg_5m": "0.41283,2026-11-22T12:00:00Z",
                      "odd \\"key\\"\\n": "ü\\\\",
                      "ballast.dev/load-stale-since": null}}}
                    """));
    assertThat(patched)
        .isEqualTo(new Patched(Outcome.WRITTEN, request.body().getBytes(UTF_8).length, ""));
  }

  @ParameterizedTest
  @CsvSource({
    "200, WRITTEN",
    "201, WRITTEN",
    "404, GONE",
    "409, CONFLICT",
    "403, FAILED",
    "422, FAILED",
    "429, FAILED",
    "500, FAILED",
    "503, FAILED"
  })
  void patch_anyStatus_isTriedOnceAndTold(int code, Outcome outcome) throws Exception {
    status = code;
    answer = "{\"message\":\"because\"}";

    var patched = patch(Map.of("a", Optional.of("b")));

    assertThat(patched.outcome()).isEqualTo(outcome);
    assertThat(seen).hasSize(1);
    assertThat(patched.detail())
        .isEqualTo(outcome == Outcome.FAILED ? "status " + code + ": " + answer : "");
  }

  @Test
  void patch_batchAfterBatch_usesItsConnectionsAgain() throws Exception {
    for (int batch = 0; batch < 4; batch++) {
      var underWay =
          IntStream.range(0, WRITES_UNDER_WAY)
              .mapToObj(i -> patcher.patch("node-" + i, Map.of("a", Optional.of("b"))))
              .map(CompletionStage::toCompletableFuture)
              .toList();
      for (var each : underWay) {
        assertThat(each.get(30, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.WRITTEN);
      }
    }

    assertThat(seen).hasSize(4 * WRITES_UNDER_WAY);
    assertThat(clientPorts).hasSizeLessThanOrEqualTo(WRITES_UNDER_WAY);
  }

  @Test
  void patch_longAnswer_isCutInTheDetail() throws Exception {
    status = 403;
    answer = "x".repeat(10_000);

    assertThat(patch(Map.of("a", Optional.of("b"))).detail())
        .isEqualTo("status 403: " + "x".repeat(300));
  }

  @Test
  void patch_nobodyListens_isTold() throws Exception {
    api.die();

    var patched = patch(Map.of("a", Optional.of("b")));

    assertThat(patched.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(patched.bytes()).isPositive();
    assertThat(patched.detail()).containsIgnoringCase("connect");
  }

  private Patched patch(Map<String, Optional<String>> annotations) throws Exception {
    return patcher
        .patch("node-1.example", annotations)
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private void handle(HttpExchange exchange) throws IOException {
    var headers = exchange.getRequestHeaders();
    clientPorts.add(exchange.getRemoteAddress().getPort());
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers.getFirst("Content-Type"),
            headers.getFirst("Accept"),
            headers.getFirst("Authorization"),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    byte[] body = answer.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
