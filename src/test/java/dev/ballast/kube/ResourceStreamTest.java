package dev.ballast.kube;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
      var resource = ResourceStream.core(api.client(), "nodes");
      for (int round = 0; round < ROUNDS; round++) {
        var stream = resource.watch("version-" + round);
        assertThat(stream.next(SOON)).isNotNull();
        stream.cancel();
        assertThat(resource.page("")).isNotEmpty();
      }
    }
  }

  @Test
  void cancel_serverIsSilentForGood_connectionIsClosedAllTheSame() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var connection =
            KubeConnection.general(
                Optional.of(ApiStandIn.kubeconfig(folder, server.getLocalPort())),
                Duration.ofSeconds(1))) {
      var closed = CompletableFuture.supplyAsync(() -> isClosedAfterOneEvent(server));
      var stream = ResourceStream.core(connection, "nodes").watch("1");
      assertThat(stream.next(SOON)).isNotNull();
      assertThatThrownBy(() -> stream.next(Duration.ZERO)).hasMessage("nothing came for 0 s");
      stream.cancel();

      assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static boolean isClosedAfterOneEvent(ServerSocket server) {
    try (var socket = server.accept()) {
      var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      while (!in.readLine().isEmpty()) {} // the request
      byte[] event = new ProtoWriter().toEvent("BOOKMARK");
      var out = socket.getOutputStream();
      String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n";
      out.write(head.formatted(event.length).getBytes(US_ASCII));
      out.write(event);
      out.write("\r\n".getBytes(US_ASCII));
      return in.read() == -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
