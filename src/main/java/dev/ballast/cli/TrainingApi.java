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
import java.util.Base64;
import java.util.Locale;
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
        if (request.isWatch()) {
          in.transferTo(OutputStream.nullOutputStream()); // nothing more is asked here
        }
      }
    } catch (IOException e) { // the client has gone
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(Asked request, OutputStream out) throws IOException {
    boolean nodes = request.target().startsWith("/api/v1/nodes");
    boolean pods = request.target().startsWith("/api/v1/pods");
    if (request.isWatch()) {
      byte[] event = (nodes ? TrainingObjects.node(0) : TrainingObjects.pod(0)).toEvent("MODIFIED");
      header(out, "application/vnd.kubernetes.protobuf;stream=watch", "Transfer-Encoding: chunked");
      out.write("%x\r\n".formatted(event.length).getBytes(StandardCharsets.US_ASCII));
      out.write(event);
      out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    } else if (nodes || pods) {
      body(out, "application/vnd.kubernetes.protobuf", TrainingObjects.list(nodes));
    } else {
      body(out, "application/json", "{}".getBytes(StandardCharsets.US_ASCII));
    }
    out.flush();
  }

  private static void body(OutputStream out, String type, byte[] body) throws IOException {
    header(out, type, "Content-Length: " + body.length);
    out.write(body);
  }

  private static void header(OutputStream out, String type, String length) throws IOException {
    out.write(
        "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n%s\r\n\r\n"
            .formatted(type, length)
            .getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
  }

  /**
   * A request.
   *
   * @param target path and query
   */
  private record Asked(String target) {
    private static final String LENGTH = "content-length:";

    /** Reads the next one to its end; null when the client has gone. */
    static @Nullable Asked read(InputStream in) throws IOException {
      String first = line(in);
      if (first.isEmpty()) {
        return null;
      }
      int length = 0;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
          length = Integer.parseInt(line.substring(LENGTH.length()).strip());
        }
      }
      in.skipNBytes(length);
      return new Asked(first.split(" ", -1)[1]);
    }

    boolean isWatch() {
      return target.contains("watch=1");
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
