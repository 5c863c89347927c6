package dev.ballast.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A client of a {@link CallServer} in the same process, on one kept connection to 127.0.0.1: what
 * warms a server up needs no more, and a real client is hundreds of classes. Understands answers
 * with a Content-Length only. Confined to one thread.
 */
public final class LoopbackClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final String LENGTH = "content-length:";

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  /**
   * A client that is connected.
   *
   * @throws IOException when nobody listens on the port
   */
  public LoopbackClient(int port) throws IOException {
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      var address = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a request and reads the answer to its end.
   *
   * @return the status
   * @throws IOException when the answer is not HTTP or does not arrive
   */
  public int call(String method, String path, byte[] body) throws IOException {
    String head =
        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(method, path, body.length);
    var request = new ByteArrayOutputStream(head.length() + body.length);
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    request.writeTo(out);
    String[] status = line().split(" ", 3);
    if (status.length < 2) {
      throw new IOException(path + " was not answered by HTTP");
    }
    long length = 0;
    for (String line = line(); !line.isEmpty(); line = line()) {
      String header = line.toLowerCase(Locale.ROOT);
      if (header.startsWith(LENGTH)) {
        length = Long.parseLong(header.substring(LENGTH.length()).strip());
      }
    }
    in.skipNBytes(length);
    return Integer.parseInt(status[1]);
  }

  private String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the connection ended within an answer");
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
