package dev.ballast.benchmarks;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Calls an extender as kube-scheduler does: filter, then prioritize with the names that passed, one
 * after the other over one connection, for pods with fresh UIDs. Nothing is bound. Confined to one
 * thread.
 */
final class ExtenderLoader implements AutoCloseable {
  private static final String UID = "7d1c2f3e-0001-4a6b-9c8d-0e1f2a3b0007"; // the payload's
  private static final String POD = "checkout-api-6f9d8c7b5d-b2c4e";
  private static final String NAMES_KEY = "\"NodeNames\":[";
  private static final int INPUT_BYTES = 1 << 16;

  private final String template = Payloads.head();
  private final int nodes;
  private final int names;
  private final Socket socket;
  private final InputStream in;
  private final List<Double> filterMicros = new ArrayList<>();
  private final List<Double> prioritizeMicros = new ArrayList<>();
  private int next;

  /**
   * Connects.
   *
   * @param nodes how many nodes the cluster has
   * @param names how many of them a filter call carries; the next call goes on behind them
   */
  ExtenderLoader(int port, int nodes, int names) throws IOException {
    this.nodes = nodes;
    this.names = names;
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), INPUT_BYTES);
  }

  /**
   * Asks about one pod after the other, at even distances; a pod that is due while the one before is
   * still asked about follows at once. Says every ten seconds how far it is.
   */
  void run(int pods, double perSecond) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < pods; i++) {
      long due = start + (long) (i / perSecond * 1e9);
      pauseUntil(due);
      ask(i);
      if ((i + 1) % Math.max((int) (10 * perSecond), 1) == 0) {
        System.out.printf("%d names: %d of %d pods%n", names, i + 1, pods);
      }
    }
  }

  private static void pauseUntil(long nanos) {
    try {
      long left = nanos - System.nanoTime();
      if (left > 0) {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void ask(int pod) throws IOException {
    String head =
        template
            .replace(UID, new UUID(pod, ~pod).toString())
            .replace(POD, "checkout-api-6f9d8c7b5d-" + pod);
    String passed = call("filter", head + window() + "]}", filterMicros);
    int from = passed.indexOf(NAMES_KEY) + NAMES_KEY.length();
    String left = passed.substring(from, passed.indexOf(']', from));
    call("prioritize", head + left + "]}", prioritizeMicros);
  }

  private String window() {
    var list = new StringBuilder();
    for (int i = 0; i < names; i++) {
      list.append(i == 0 ? "\"" : ",\"").append(Payloads.nodeName((next + i) % nodes)).append('"');
    }
    next = (next + names) % nodes;
    return list.toString();
  }

  private String call(String verb, String body, List<Double> micros) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST /v1/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: Go-http-client/1.1\r\n"
            .formatted(verb, socket.getPort());
    var request = new ByteArrayOutputStream(bytes.length + 256);
    request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(
        "Content-Length: %d\r\nContent-Type: application/json\r\nAccept-Encoding: gzip\r\n\r\n"
            .formatted(bytes.length)
            .getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(bytes);
    long begin = System.nanoTime();
    request.writeTo(socket.getOutputStream());
    byte[] answer = in.readNBytes(contentLength());
    micros.add((System.nanoTime() - begin) / 1e3);
    return new String(answer, StandardCharsets.UTF_8);
  }

  /** Reads the head of an answer. */
  private int contentLength() throws IOException {
    int length = -1;
    String status = line();
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException("the extender answered " + status);
    }
    for (String line = line(); !line.isEmpty(); line = line()) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return length;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the extender closed the connection");
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  /** How long each filter call took its client, microseconds. */
  List<Double> filterMicros() {
    return filterMicros;
  }

  /** How long each prioritize call took its client, microseconds. */
  List<Double> prioritizeMicros() {
    return prioritizeMicros;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
