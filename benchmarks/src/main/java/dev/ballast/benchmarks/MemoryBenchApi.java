package dev.ballast.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * An API server that knows the nodes and pods of a {@link MemoryBenchCluster}: lists in pages, as
 * gzip like kube-apiserver's, and watches by WebSocket that stay open and tell of nothing. Plain
 * HTTP on a loopback port. Pages are made before they are asked for, so that they cost the machine
 * next to nothing when they are read.
 */
final class MemoryBenchApi implements MemoryBenchServer {
  private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

  private final int page;
  private final Map<String, byte[][]> pages = new HashMap<>();
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private long plainBytes;

  /**
   * Starts to listen.
   *
   * @param page objects in an answer
   */
  MemoryBenchApi(MemoryBenchCluster cluster, int page) throws IOException {
    this.page = page;
    pages.put("/api/v1/nodes", pages("NodeList", cluster.nodes(), cluster::node));
    pages.put("/api/v1/pods", pages("PodList", cluster.pods(), cluster::pod));
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  @Override
  public String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: fake, user: {}}]
        contexts: [{name: fake, context: {cluster: fake, user: fake}}]
        current-context: fake
        """
        .formatted(server.getLocalPort());
  }

  /** What is in the lists. */
  @Override
  public String toString() {
    return "pages of " + page + " objects, " + (plainBytes >> 20) + " MiB of JSON";
  }

  private byte[][] pages(String kind, int count, IntFunction<byte[]> item) {
    var made = new byte[(count + page - 1) / page][];
    for (int p = 0; p < made.length; p++) {
      made[p] = page(kind, p, count, item);
    }
    return made;
  }

  private byte[] page(String kind, int p, int count, IntFunction<byte[]> item) {
    var bytes = new ByteArrayOutputStream();
    int end = Math.min(count, (p + 1) * page);
    String more =
        end < count
            ? ",\"continue\":\"%d\",\"remainingItemCount\":%d".formatted(p + 1, count - end)
            : "";
    try (var out =
        new GZIPOutputStream(bytes) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        }) {
      String head =
          "{\"kind\":\"%s\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"2000000\"%s},\"items\":["
              .formatted(kind, more);
      out.write(head.getBytes(StandardCharsets.UTF_8));
      for (int i = p * page; i < end; i++) {
        if (i > p * page) {
          out.write(',');
        }
        byte[] json = item.apply(i);
        plainBytes += json.length;
        out.write(json);
      }
      out.write("]}\n".getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return bytes.toByteArray();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        socket.setTcpNoDelay(true);
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      var out = socket.getOutputStream();
      String request = line(in);
      while (!request.isEmpty() && closed.getCount() > 0) {
        var headers = headers(in);
        in.skipNBytes(Long.parseLong(headers.getOrDefault("content-length", "0")));
        answer(request, headers, out);
        request = line(in);
      }
    } catch (IOException | InterruptedException e) {
      // the client is gone, or we are
    }
  }

  private void answer(String request, Map<String, String> headers, OutputStream out)
      throws IOException, InterruptedException {
    var uri = URI.create(request.split(" ", -1)[1]);
    byte[][] list = pages.get(uri.getPath());
    if (list == null) {
      send(
          out,
          "404 Not Found",
          "",
          "{\"kind\":\"Status\",\"code\":404}".getBytes(StandardCharsets.UTF_8));
    } else if (headers.containsKey("upgrade")) {
      out.write(
          ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Accept: "
                  + accept(headers.getOrDefault("sec-websocket-key", ""))
                  + "\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      closed.await();
    } else {
      send(out, "200 OK", "Content-Encoding: gzip\r\n", list[continued(uri)]);
    }
  }

  private static int continued(URI uri) {
    for (String parameter :
        uri.getQuery() == null ? new String[0] : uri.getQuery().split("&", -1)) {
      if (parameter.startsWith("continue=")) {
        return Integer.parseInt(parameter.substring("continue=".length()));
      }
    }
    return 0;
  }

  private void send(OutputStream out, String status, String header, byte[] body)
      throws IOException {
    String head =
        "HTTP/1.1 %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(status, header, body.length);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  private static String accept(String key) {
    try {
      var sha1 = MessageDigest.getInstance("SHA-1"); // RFC 6455, section 4.2.2
      byte[] digest = sha1.digest((key + WEB_SOCKET).getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        text.append((char) c);
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    server.close();
    threads.shutdownNow();
  }
}
