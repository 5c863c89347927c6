package dev.ballast.e2e;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A proxy on loopback that passes requests on and moves the Date of the answers, as if the server's
 * clock were wrong.
 */
final class ShiftedClock implements AutoCloseable {
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client;
  private final String target;
  private final Duration shift;

  /** Starts a proxy before a server. */
  ShiftedClock(String target, Path authority, Duration shift) {
    this.target = target;
    this.shift = shift;
    try {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .sslContext(ApiClient.trusting(authority))
              .build();
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError("proxy", e);
    }
    threads.execute(this::accept);
  }

  /** Its own address, plain HTTP. */
  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        threads.execute(() -> serve(socket));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      String[] lines = head(in).split("\r\n", -1);
      String[] first = lines[0].split(" ", -1);
      var request = HttpRequest.newBuilder(URI.create(target + first[1]));
      int length = 0;
      for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
        int colon = lines[i].indexOf(':');
        String name = lines[i].substring(0, colon).toLowerCase(Locale.ROOT);
        String value = lines[i].substring(colon + 1).strip();
        if (name.equals("content-length")) {
          length = Integer.parseInt(value);
        } else if (name.equals("authorization")
            || name.equals("content-type")
            || name.equals("accept")) {
          request.header(name, value);
        }
      }
      var body = HttpRequest.BodyPublishers.ofByteArray(in.readNBytes(length));
      answer(
          client.send(
              request.method(first[0], body).build(), HttpResponse.BodyHandlers.ofByteArray()),
          socket.getOutputStream());
    } catch (IOException e) {
      // the client went away, or the server is gone: the client sees a closed connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private void answer(HttpResponse<byte[]> response, OutputStream out) throws IOException {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC).plus(shift));
    String head =
        "HTTP/1.1 %d Text\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(
                response.statusCode(),
                date,
                response.headers().firstValue("Content-Type").orElse("text/plain"),
                response.body().length);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(response.body());
    out.flush();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError("proxy", e);
    }
    threads.shutdownNow();
  }
}
