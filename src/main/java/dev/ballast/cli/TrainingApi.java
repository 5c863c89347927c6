package dev.ballast.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for a Kubernetes API server on a loopback port, for a {@link TrainingRun}: it lists a
 * few nodes and pods over TLS, opens their watches, tells one change in each, and answers whatever
 * else is asked with an empty object. Safe for use by many threads.
 */
final class TrainingApi implements AutoCloseable {
  /** The file with the key pair in the folder of the training. */
  static final String KEYS = "keys.p12";

  /** Of a key that lives for seconds, in a folder that only its maker can read. */
  static final String PASSWORD = "training";

  private static final int OBJECTS = 20;
  private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455

  private final KeyStore keys;
  private final SSLServerSocket server;

  private TrainingApi(KeyStore keys, SSLServerSocket server) {
    this.keys = keys;
    this.server = server;
  }

  /**
   * Starts one with the key pair in a folder.
   *
   * @throws IOException when there is no key pair
   */
  static TrainingApi start(Path folder) throws IOException, GeneralSecurityException {
    var keys = KeyStore.getInstance(folder.resolve(KEYS).toFile(), PASSWORD.toCharArray());
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    var factory = context.getServerSocketFactory();
    var server =
        (SSLServerSocket)
            factory.createServerSocket(0, 0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    var api = new TrainingApi(keys, server);
    thread(api::accept);
    return api;
  }

  /** A kubeconfig for it. */
  String kubeconfig() throws GeneralSecurityException {
    var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
    var pem =
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(encoder.encodeToString(keys.getCertificate("api").getEncoded()));
    var authority = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: c, cluster: {server: "https://127.0.0.1:%d", certificate-authority-data: "%s"}}
        users: [{name: u, user: {token: training}}]
        contexts: [{name: x, context: {cluster: c, user: u}}]
        current-context: x
        """
        .formatted(server.getLocalPort(), authority);
  }

  /** The arguments of an extender's call about its nodes. */
  static byte[] extenderArguments() {
    var names = IntStream.range(0, OBJECTS).mapToObj(i -> "\"node-" + i + "\"").collect(joined());
    var call = "{\"Pod\":" + pod(OBJECTS) + ",\"Nodes\":null,\"NodeNames\":[" + names + "]}";
    return call.getBytes(StandardCharsets.UTF_8);
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        thread(() -> serve(socket));
      }
    } catch (IOException e) { // closed: the training is over
      Thread.currentThread().interrupt();
    }
  }

  private static void thread(Runnable task) {
    var thread = new Thread(task, "api");
    thread.setDaemon(true);
    thread.start();
  }

  private static void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      for (var request = Asked.read(in); request != null; request = Asked.read(in)) {
        answer(request, socket.getOutputStream());
        if (!request.webSocketKey().isEmpty()) {
          in.transferTo(OutputStream.nullOutputStream()); // a watch: nothing more is asked here
        }
      }
    } catch (IOException e) { // the client has gone
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(Asked request, OutputStream out) throws IOException {
    boolean nodes = request.target().startsWith("/api/v1/nodes");
    boolean pods = request.target().startsWith("/api/v1/pods");
    if (!request.webSocketKey().isEmpty()) {
      out.write(
          ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + accept(request.webSocketKey())
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      byte[] event =
          ("{\"type\":\"MODIFIED\",\"object\":" + (nodes ? node(0) : pod(0)) + "}")
              .getBytes(StandardCharsets.UTF_8);
      out.write(new byte[] {(byte) 0x81, 126, (byte) (event.length >> 8), (byte) event.length});
      out.write(event);
    } else {
      byte[] body =
          (nodes ? list("Node") : pods ? list("Pod") : "{}").getBytes(StandardCharsets.UTF_8);
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
              .formatted(body.length)
              .getBytes(StandardCharsets.US_ASCII));
      out.write(body);
    }
    out.flush();
  }

  private static String accept(String key) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      byte[] hash = digest.digest((key + WEB_SOCKET).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  private static String list(String kind) {
    var items =
        IntStream.range(0, OBJECTS)
            .mapToObj(kind.equals("Node") ? TrainingApi::node : TrainingApi::pod)
            .collect(joined());
    return "{\"kind\":\"%sList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[%s]}"
        .formatted(kind, items);
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining(",");
  }

  private static String node(int i) {
    return """
        {"kind":"Node","apiVersion":"v1",
         "metadata":{"name":"node-%1$d","uid":"n%1$d","resourceVersion":"1",
          "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"kubernetes.io/hostname":"node-%1$d"},
          "annotations":{"cpu_usage_avg_5m":"0.%1$d,2026-01-01T00:00:00Z","other":"text"}},
         "spec":{"taints":[{"key":"k","effect":"NoSchedule"}]},
         "status":{"capacity":{"cpu":"16","memory":"64Gi"},"allocatable":{"cpu":"16","memory":"64Gi"},
          "conditions":[{"type":"Ready","status":"True"}],
          "addresses":[{"type":"InternalIP","address":"10.0.0.%1$d"}]}}"""
        .formatted(i);
  }

  private static String pod(int i) {
    return """
        {"kind":"Pod","apiVersion":"v1",
         "metadata":{"name":"pod-%1$d","namespace":"default","uid":"p%1$d","resourceVersion":"1",
          "creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"a"},
          "ownerReferences":[{"kind":"ReplicaSet","name":"r","controller":true}]},
         "spec":{"nodeName":"node-%1$d","schedulerName":"load-aware-scheduler","priority":0,
          "containers":[{"name":"c","image":"i",
           "resources":{"requests":{"cpu":"500m","memory":"1Gi"},"limits":{"cpu":"1"}}}]},
         "status":{"phase":"Running","startTime":"2026-01-01T00:00:01Z",
          "conditions":[{"type":"PodScheduled","status":"True",
           "lastTransitionTime":"2026-01-01T00:00:00Z"}],
          "containerStatuses":[{"restartCount":0,
           "state":{"running":{"startedAt":"2026-01-01T00:00:02Z"}}}]}}"""
        .formatted(i);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /**
   * A request.
   *
   * @param target path and query
   * @param webSocketKey the Sec-WebSocket-Key header; empty without one
   */
  private record Asked(String target, String webSocketKey) {
    private static final String LENGTH = "content-length:";
    private static final String KEY = "sec-websocket-key:";

    /** Reads the next one to its end; null when the client has gone. */
    static @Nullable Asked read(InputStream in) throws IOException {
      String first = line(in);
      if (first.isEmpty()) {
        return null;
      }
      String key = "";
      int length = 0;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        String lower = line.toLowerCase(Locale.ROOT);
        if (lower.startsWith(LENGTH)) {
          length = Integer.parseInt(line.substring(LENGTH.length()).strip());
        } else if (lower.startsWith(KEY)) {
          key = line.substring(KEY.length()).strip();
        }
      }
      in.skipNBytes(length);
      return new Asked(first.split(" ", -1)[1], key);
    }

    /** A line without its end; empty at the end of the stream. */
    private static String line(InputStream in) throws IOException {
      var line = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
        line.write(b);
      }
      return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }
  }
}
