package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under which account the API server is called. */
final class KubeConnectionTest {
  @TempDir Path folder;

  private final ConcurrentLinkedQueue<String> accounts = new ConcurrentLinkedQueue<>();
  private volatile String accepted = "first";
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String account = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
          accounts.add(account);
          boolean known = account.equals("Bearer " + accepted);
          byte[] body = new ProtoWriter().message(1, new ProtoWriter().text(2, "7")).toObject();
          exchange.sendResponseHeaders(known ? 200 : 401, known ? body.length : -1);
          if (known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void kubeconfig(Path file, String user) throws IOException {
    kubeconfig(file, url(), user);
  }

  private static void kubeconfig(Path file, String url, String user) throws IOException {
    Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: c, cluster: {server: "%s"}}]
        users: [{name: u, user: {%s}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
            .formatted(url, user));
  }

  private void list(KubeConnection connection) throws Exception {
    assertThat(ResourceStream.core(connection, "nodes").page("")).isNotEmpty();
  }

  @Test
  void list_tokenOfTheServiceAccountIsRenewed_isSentAnew() throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "first");
    var properties =
        Map.of(
            "kubernetes.master", url(),
            "kubernetes.auth.tryKubeConfig", "false",
            "kubernetes.auth.serviceAccount.token", token.toString());
    properties.forEach(System::setProperty);
    try (var connection = KubeConnection.general(Optional.empty())) {
      list(connection);
      Files.writeString(token, "second");
      accepted = "second";
      list(connection);
    } finally {
      properties.keySet().forEach(System::clearProperty);
    }
    assertThat(List.copyOf(accounts)).endsWith("Bearer second").startsWith("Bearer first");
  }

  @Test
  void list_tokenOfTheKubeconfigIsRenewed_isSentAnew() throws Exception {
    Path file = folder.resolve("kubeconfig");
    kubeconfig(file, "token: first");
    try (var connection = KubeConnection.general(Optional.of(file))) {
      list(connection);
      kubeconfig(file, "token: second");
      accepted = "second";
      list(connection);
    }
    assertThat(List.copyOf(accounts)).endsWith("Bearer second").startsWith("Bearer first");
  }

  /** The first JIT compiler, with which the image runs, has no instructions for AES. */
  @Test
  void list_overTls_offersChaChaFirstAndAesToo() throws Exception {
    Path file = folder.resolve("kubeconfig");
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      kubeconfig(file, "https://127.0.0.1:" + server.getLocalPort(), "token: first");
      var hello = new CompletableFuture<List<Integer>>();
      hello.completeAsync(() -> suites(server));
      try (var connection = KubeConnection.forCommand(Optional.of(file), Duration.ofSeconds(5))) {
        assertThatThrownBy(() -> list(connection)).isInstanceOf(Exception.class);
      }
      var suites = hello.get(10, TimeUnit.SECONDS);
      assertThat(suites.get(0)).isEqualTo(0x1303); // RFC 8446, B.4: TLS_CHACHA20_POLY1305_SHA256
      assertThat(suites).contains(0x1301, 0x1302, 0xC02B, 0xC02F); // AES of TLS 1.3 and 1.2
    }
  }

  /** The suites of a ClientHello (RFC 8446, 4.1.2). */
  private static List<Integer> suites(ServerSocket server) {
    try (var socket = server.accept();
        var in = new DataInputStream(socket.getInputStream())) {
      in.skipNBytes(5 + 4 + 2 + 32); // record, handshake, version, random
      in.skipNBytes(in.readUnsignedByte()); // session
      var suites = new ArrayList<Integer>();
      for (int left = in.readUnsignedShort(); left > 0; left -= 2) {
        suites.add(in.readUnsignedShort());
      }
      return suites;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
