package dev.ballast.kube;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.ballast.kube.KubeEvents.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the client of production against a stand-in for the API server. */
final class KubeEventsTest {
  private static final long NOON = Instant.parse("2026-11-22T12:00:00Z").toEpochMilli();

  private record Seen(String method, String path, String contentType, String body) {}

  private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
  private final CountDownLatch mayAnswer = new CountDownLatch(1);
  private volatile int status = 201;
  private ApiStandIn api;
  private KubeEvents events;

  @BeforeEach
  void start(@TempDir Path folder) throws IOException {
    api = new ApiStandIn(folder, this::handle);
    events =
        new KubeEvents(
            api.client(),
            new Subject("ballast-system", "ballast-annotator", "ballast.dev/extender", "me"));
  }

  @AfterEach
  void stop() {
    mayAnswer.countDown();
    api.close();
  }

  @Test
  void write_anEvent_isOneRequestAndDoesNotWaitForItsAnswer() throws Exception {
    events.write(
        KubeEvents.Type.WARNING, "OpenBreaker", "LoadBreakerOpened", "\"why\" ü", NOON + 7);

    var request = take(); // the answer is still held back
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/apis/events.k8s.io/v1/namespaces/ballast-system/events");
    assertThat(request.contentType()).startsWith("application/json");
    assertThat(new ObjectMapper().readTree(request.body()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"apiVersion": "events.k8s.io/v1", "kind": "Event",
                     "metadata": {
                       "generateName": "ballast-annotator-", "namespace": "ballast-system"},
                     "eventTime": "2026-11-22T12:00:00.007000Z",
                     "reportingController": "ballast.dev/extender", "reportingInstance": "me",
                     "type": "Warning", "action": "OpenBreaker", "reason": "LoadBreakerOpened",
                     "note": "\\"why\\" ü",
                     "regarding": {
                       "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                       "namespace": "ballast-system", "name": "ballast-annotator"}}
                    """));
  }

  @ParameterizedTest
  @CsvSource({"x, 1024", "ü, 512", "節, 341", "🚢, 256"})
  void write_longNote_isCutToTheBytesThatTheApiTakes(String character, int fitting)
      throws Exception {
    String note = character.repeat(5_000);
    events.write(KubeEvents.Type.NORMAL, "CloseBreaker", "LoadBreakerClosed", note, NOON);

    JsonNode body = new ObjectMapper().readTree(take().body());
    assertThat(body.get("note").asText()).isEqualTo(character.repeat(fitting));
    assertThat(body.get("type").asText()).isEqualTo("Normal");
  }

  @Test
  void write_refusedOrNobodyListens_isTriedOnceAndThrowsNothing() throws Exception {
    status = 403;
    mayAnswer.countDown();
    events.write(KubeEvents.Type.NORMAL, "A", "R", "note", NOON);
    take();
    assertThat(seen.poll(300, TimeUnit.MILLISECONDS)).as("not tried again").isNull();

    api.die();
    events.write(KubeEvents.Type.NORMAL, "A", "R", "note", NOON);
    assertThat(seen).isEmpty();
  }

  private Seen take() throws InterruptedException {
    var request = seen.poll(30, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    return java.util.Objects.requireNonNull(request);
  }

  private void handle(HttpExchange exchange) throws IOException {
    seen.add(
        new Seen(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
    try {
      mayAnswer.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }
}
