package dev.ballast.prometheus;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A loopback HTTP server whose answers are raw bytes, so that they can be wrong in every way. */
final class RawServer implements AutoCloseable {
  /** Writes an answer, or does what a broken server does; the socket is closed after it. */
  interface Behaviour {
    void answer(Socket socket, OutputStream out) throws IOException, InterruptedException;
  }

  /** A request as it came. */
  record Request(String head, String body) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket server;
  private final Behaviour behaviour;
  private final Thread acceptor;

  RawServer(Behaviour behaviour) throws IOException {
    this.behaviour = behaviour;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.acceptor = new Thread(this::serve, "raw-server");
    acceptor.setDaemon(true);
    acceptor.start();
  }

  static RawServer json(String body) throws IOException {
    return of(200, "application/json", body);
  }

  static RawServer of(int status, String type, String body, String... headers) throws IOException {
    return new RawServer(
        (socket, out) -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          out.write(head(status, type, bytes.length, headers));
          out.write(bytes);
        });
  }

  static byte[] head(int status, String type, long length, String... headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " Text\r\n");
    head.append("Content-Type: ").append(type).append("\r\n");
    head.append("Content-Length: ").append(length).append("\r\nConnection: close\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    return head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        requests.add(read(new BufferedInputStream(socket.getInputStream())));
        behaviour.answer(socket, socket.getOutputStream());
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // the client went away, or the server is closed
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static Request read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("no request");
      }
      head.append((char) b);
    }
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.startsWith("Content-Length:")) {
        length = Integer.parseInt(line.substring("Content-Length:".length()).strip());
      }
    }
    return new Request(head.toString(), new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    server.close();
    acceptor.interrupt();
  }
}
