package dev.ballast.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ballast.http.OperationsEndpoints.Check;
import dev.ballast.metrics.Metrics;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OperationsEndpointsTest {
  private final Metrics metrics = new Metrics();
  private boolean listed = true;
  private boolean watching = true;
  private final List<Check> checks =
      List.of(
          new Check("nodes-listed", () -> listed, true, () -> "5000 nodes"),
          new Check("watching", () -> watching, false, () -> "since 3 s"));

  @Test
  void livez_always_isOk() {
    listed = false;

    assertThat(text(get("/livez", ""), 200)).isEqualTo("ok\n");
  }

  @Test
  void readyz_allPass_isOk() {
    assertThat(text(get("/readyz", ""), 200)).isEqualTo("ok\n");
    assertThat(text(get("/readyz", "verbose"), 200))
        .isEqualTo("[+]nodes-listed 5000 nodes\n[+]watching since 3 s\nok\n");
  }

  @Test
  void readyz_checkThatDoesNotBlockFails_isShownOnly() {
    watching = false;

    assertThat(text(get("/readyz", "verbose"), 200))
        .isEqualTo("[+]nodes-listed 5000 nodes\n[ ]watching since 3 s\nok\n");
  }

  @Test
  void readyz_blockingCheckFails_isNotReadyAndSaysWhy() {
    listed = false;

    assertThat(text(get("/readyz", ""), 503))
        .isEqualTo("[-]nodes-listed 5000 nodes\n[+]watching since 3 s\nnot ready\n");
  }

  @Test
  void metrics_asked_areUpToDateAndInTextFormat() {
    var response = get("/metrics", "");

    assertThat(response.contentType()).startsWith("text/plain; version=0.0.4");
    assertThat(text(response, 200)).contains("# TYPE ballast_nodes gauge\nballast_nodes 7.0\n");
  }

  private Response get(String path, String query) {
    var routes = OperationsEndpoints.routes(checks, metrics, () -> metrics.nodes.set(7));
    var handler = requireNonNull(requireNonNull(routes.get(path)).get("GET"));
    return handler.handle(new Request(query, new byte[0], 0, 0));
  }

  private static String text(Response response, int status) {
    assertThat(response.status()).isEqualTo(status);
    return new String(response.body(), 0, response.length(), UTF_8);
  }
}
