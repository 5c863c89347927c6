package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Lists and watches by the real client, one after the other over the same connections. */
@Timeout(60)
final class ResourceStreamTest {
  private static final int ROUNDS = 1_000;
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;

  /** A watch is one event and its end; anything else an empty list. */
  private static void answer(HttpExchange exchange) throws IOException {
    boolean watch = exchange.getRequestURI().getRawQuery().startsWith("watch=1");
    byte[] answer =
        watch
            ? new ProtoWriter()
                .text(3, "too old")
                .text(4, "Expired")
                .number(6, 410)
                .toEvent("ERROR")
            : new ProtoWriter().message(1, new ProtoWriter().text(2, "10")).toObject();
    try (exchange) {
      exchange.sendResponseHeaders(200, watch ? 0 : answer.length); // 0: in chunks
      exchange.getResponseBody().write(answer);
    }
  }

  @Test
  void cancel_serverEndsTheWatchAtTheSameTime_connectionIsFitForTheNextRequest() throws Exception {
    try (var api = new ApiStandIn(folder, ResourceStreamTest::answer)) {
      var resource = new ResourceStream(api.client(), "nodes");
      for (int round = 0; round < ROUNDS; round++) {
        var stream = resource.watch("version-" + round);
        assertThat(stream.next(SOON)).isNotNull();
        stream.cancel();
        assertThat(resource.page("").next()).isEqualTo(1);
      }
    }
  }
}
