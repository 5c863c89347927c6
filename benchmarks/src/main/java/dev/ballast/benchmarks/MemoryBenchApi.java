package dev.ballast.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ballast.kube.ProtoJson;
import dev.ballast.kube.ProtoWriter;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
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
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * An API server that knows the nodes and pods of a {@link MemoryBenchCluster}: lists in pages,
 * encoded as protobuf, and watches that stay open and tell of nothing. Plain HTTP on a loopback
 * port. Pages are made before they are asked for, and kept packed, so that they cost the machine
 * little when they are read.
 *
 * <p>Fields that Ballast does not read are carried as JSON within the encoding: such an object is
 * larger than kube-apiserver's own, and as quick to pass over.
 */
final class MemoryBenchApi implements MemoryBenchServer {
  private static final String HEAD =
      "HTTP/1.1 %s\r\nContent-Type: application/vnd.kubernetes.protobuf\r\n";

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
    pages.put("/api/v1/nodes", pages(cluster.nodes(), i -> ProtoJson.node(text(cluster.node(i)))));
    pages.put("/api/v1/pods", pages(cluster.pods(), i -> ProtoJson.pod(text(cluster.pod(i)))));
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
    return "pages of " + page + " objects, " + (plainBytes >> 20) + " MiB";
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  private byte[][] pages(int count, IntFunction<ProtoWriter> item) {
    var made = new byte[(count + page - 1) / page][];
    for (int p = 0; p < made.length; p++) {
      made[p] = pack(page(p, count, item));
    }
    return made;
  }

  private byte[] page(int p, int count, IntFunction<ProtoWriter> item) {
    int end = Math.min(count, (p + 1) * page);
    var metadata = new ProtoWriter().text(2, "2000000");
    if (end < count) {
      metadata.text(3, Integer.toString(p + 1)).number(4, count - end);
    }
    var list = new ProtoWriter().message(1, metadata);
    for (int i = p * page; i < end; i++) {
      list.message(2, item.apply(i));
    }
    return list.toObject();
  }

  private byte[] pack(byte[] body) {
    plainBytes += body.length;
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a byte array does not fail
    }
    return bytes.toByteArray();
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
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
        answer(request, out);
        request = line(in);
      }
    } catch (IOException | InterruptedException e) {
      // the client is gone, or we are
    }
  }

  private void answer(String request, OutputStream out) throws IOException, InterruptedException {
    var uri = URI.create(request.split(" ", -1)[1]);
    byte[][] list = pages.get(uri.getPath());
    if (list == null) {
      send(out, "404 Not Found", new byte[0]);
    } else if (uri.getQuery().contains("watch=1")) {
      out.write(
          (HEAD.formatted("200 OK") + "Transfer-Encoding: chunked\r\n\r\n").getBytes(US_ASCII));
      out.flush();
      closed.await();
    } else {
      send(out, "200 OK", unpack(list[continued(uri)]));
    }
  }

  private static int continued(URI uri) {
    for (String parameter : uri.getQuery().split("&", -1)) {
      if (parameter.startsWith("continue=")) {
        return Integer.parseInt(parameter.substring("continue=".length()));
      }
    }
    return 0;
  }

  private static void send(OutputStream out, String status, byte[] body) throws IOException {
    String head = HEAD.formatted(status) + "Content-Length: " + body.length + "\r\n\r\n";
    out.write(head.getBytes(US_ASCII));
    out.write(body);
    out.flush();
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
