package dev.ballast.kube;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A stand-in for the API server, and a connection of production to it. */
final class ApiStandIn implements AutoCloseable {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final KubeConnection client;

  ApiStandIn(Path folder, HttpHandler handler) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    Path kubeconfig = kubeconfig(folder, server.getAddress().getPort());
    client = KubeConnection.general(Optional.of(kubeconfig));
  }

  /** A kubeconfig for an API server on a port of this machine. */
  static Path kubeconfig(Path folder, int port) throws IOException {
    Path kubeconfig = folder.resolve("kubeconfig");
    Files.writeString(
        kubeconfig,
        """
        {"apiVersion": "v1", "kind": "Config", "current-context": "c",
         "clusters": [{"name": "c", "cluster": {"server": "http://127.0.0.1:%d"}}],
         "users": [{"name": "u", "user": {"token": "t0ken"}}],
         "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}]}
        """
            .formatted(port));
    return kubeconfig;
  }

  KubeConnection client() {
    return client;
  }

  /** Ends the server alone. */
  void die() {
    server.stop(0);
  }

  @Override
  public void close() {
    client.close();
    server.stop(0);
    threads.shutdownNow();
  }
}
