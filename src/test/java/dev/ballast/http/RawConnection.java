package dev.ballast.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** One TCP connection that speaks HTTP/1.1 by hand and reads answers strictly. */
final class RawConnection implements AutoCloseable {
  private final Socket socket;
  private final BufferedInputStream in;

  /** An answer; {@code headers} by lower-case name. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(int status, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.getOrDefault(name, "");
    }

    String text() {
      return new String(body, UTF_8);
    }
  }

  RawConnection(String host, int port) throws IOException {
    socket = new Socket(host, port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String text) throws IOException {
    send(text.getBytes(ISO_8859_1));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  void post(String path, byte[] body) throws IOException {
    var head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length;
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes((head + "\r\n\r\n").getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    send(bytes.toByteArray());
  }

  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** What one read of the socket gives. */
  byte[] readOnce() throws IOException {
    byte[] buffer = new byte[65_536];
    int length = socket.getInputStream().read(buffer);
    return java.util.Arrays.copyOf(buffer, Math.max(0, length));
  }

  /** Reads an answer and its body, as long as Content-Length says. */
  Answer read() throws IOException {
    var head = readHead();
    int length = Integer.parseInt(head.headers().getOrDefault("content-length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("answer ended after " + body.length + " of " + length + " bytes");
    }
    return new Answer(head.status(), head.headers(), body);
  }

  /** Reads so many bytes of a body, and forgets them. */
  void skip(int bytes) throws IOException {
    in.skipNBytes(bytes);
  }

  /** Reads status and headers only. */
  Answer readHead() throws IOException {
    String status = line();
    var headers = new HashMap<String, String>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
    }
    return new Answer(Integer.parseInt(status.split(" ", -1)[1]), headers, new byte[0]);
  }

  /** Whether the server has closed the connection, and sent nothing more. */
  boolean isClosedByServer() {
    try {
      return in.read() < 0;
    } catch (IOException e) {
      return true; // reset
    }
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("connection ended in an answer's head: " + line);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
