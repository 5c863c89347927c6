package dev.ballast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
final class LoopbackClientTest {
  @Test
  void call_severalOnOneConnection_eachIsAnswered() throws IOException {
    var bodies = new ArrayList<String>();
    var settings =
        new ServerSettings("test", "127.0.0.1", 0, 1_000, "", path -> {}, System::nanoTime);
    Handler echo =
        request -> {
          bodies.add(new String(request.body(), 0, request.length(), StandardCharsets.UTF_8));
          return new Response(200, "text/plain", request.body(), request.length());
        };
    try (var server = new CallServer(settings, Map.of("/echo", Map.of("POST", echo)))) {
      server.start();
      try (var client = new LoopbackClient(server.port())) {
        assertThat(client.call("POST", "/echo", "one".getBytes(StandardCharsets.UTF_8)))
            .isEqualTo(200);
        assertThat(client.call("POST", "/none", new byte[0])).isEqualTo(404);
        assertThat(client.call("POST", "/echo", "two".getBytes(StandardCharsets.UTF_8)))
            .isEqualTo(200);
      }
    }
    assertThat(bodies).containsExactly("one", "two");
  }

  @Test
  void connect_nobodyListens_fails() throws IOException {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    assertThatThrownBy(() -> new LoopbackClient(port)).isInstanceOf(IOException.class);
  }
}
