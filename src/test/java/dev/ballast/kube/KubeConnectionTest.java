package dev.ballast.kube;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
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
            .formatted(url(), user));
  }

  private void list(KubeConnection connection) throws Exception {
    var page = new ResourceStream(connection, "nodes").page("");
    assertThat(page.next()).isEqualTo(1);
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
}
