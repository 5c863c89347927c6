package dev.ballast.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The head of the request that a connection receives, read from its bytes as strictly as RFC 9112
 * allows: what two readers might take for different requests is refused with 400. Used again for
 * the next request. Confined to one thread.
 */
final class RequestHead {
  private static final int MOST_BYTES = 8 * 1024;
  private static final int MOST_LENGTH_DIGITS = 18; // fit into a long
  private static final long NO_LENGTH = -1;

  private static final byte[] HTTP = Ascii.bytes("HTTP/");
  private static final byte[] AUTHORITY = Ascii.bytes("http://");
  private static final byte[] HOST = Ascii.bytes("host");
  private static final byte[] EXPECT = Ascii.bytes("expect");
  private static final byte[] CONNECTION = Ascii.bytes("connection");
  private static final byte[] CONTENT_LENGTH = Ascii.bytes("content-length");
  private static final byte[] TRANSFER_ENCODING = Ascii.bytes("transfer-encoding");
  private static final byte[] CONTINUE = Ascii.bytes("100-continue");
  private static final byte[] CLOSE = Ascii.bytes("close");
  private static final byte[] CHUNKED = Ascii.bytes("chunked");

  private final CallInput input;
  private final byte[] bytes;
  private int methodStart;
  private int methodEnd;
  private int pathStart;
  private int pathEnd;
  private int targetEnd;
  private boolean version10;
  private boolean hosted;
  private boolean chunked;
  private boolean closes;
  private boolean continues;
  private long length;

  RequestHead(CallInput input) {
    this.input = input;
    this.bytes = input.bytes();
  }

  /**
   * Receives a head whole. It begins at index 0 of the input, which then stands behind it.
   *
   * @throws RefusedException when it is too long or no such head
   */
  void receive() throws IOException, RefusedException {
    hosted = false;
    chunked = false;
    closes = false;
    continues = false;
    length = NO_LENGTH;
    int start = 0;
    int end = lineEnd(start);
    if (end == 0) { // RFC 9112, 2.2: some clients send an empty line behind a body
      start = 2;
      end = lineEnd(start);
    }
    requestLine(start, end);
    start = end + 2;
    for (end = lineEnd(start); end > start; end = lineEnd(start)) {
      field(start, end);
      start = end + 2;
    }
    input.passTo(end + 2);
    check(version10 || hosted);
    check(!chunked || (length == NO_LENGTH && !version10));
  }

  /** Whether the method is this one; asked before more is received, as are path and query. */
  boolean hasMethod(byte[] method) {
    return Arrays.equals(method, 0, method.length, bytes, methodStart, methodEnd);
  }

  /** Whether the path is this one, byte for byte. */
  boolean hasPath(byte[] path) {
    return Arrays.equals(path, 0, path.length, bytes, pathStart, pathEnd);
  }

  String method() {
    return text(methodStart, methodEnd);
  }

  String path() {
    return text(pathStart, pathEnd);
  }

  /** The text behind the question mark, empty when there is none. */
  String query() {
    return targetEnd - pathEnd < 2 ? "" : text(pathEnd + 1, targetEnd);
  }

  /** Whether the length of the body is told in it, piece by piece. */
  boolean isChunked() {
    return chunked;
  }

  /** Bytes of the body; negative when they were not announced. */
  long length() {
    return length;
  }

  /** Whether the client wants the connection to end with the answer. */
  boolean closes() {
    return closes;
  }

  /** Whether the client waits to be asked for the body. */
  boolean expectsContinue() {
    return continues && !version10;
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }

  /** The index of the CR LF that ends a line; until then there is no control character. */
  private int lineEnd(int start) throws IOException, RefusedException {
    int at = start;
    while (true) {
      int stop = Math.min(input.limit(), MOST_BYTES);
      while (at < stop) {
        byte b = bytes[at];
        if (b == '\r') {
          if (at + 1 == stop) {
            break;
          }
          check(bytes[at + 1] == '\n');
          return at;
        }
        check(Ascii.isText(b));
        at++;
      }
      if (stop == MOST_BYTES) {
        throw new RefusedException(431);
      }
      input.more();
    }
  }

  private void requestLine(int start, int end) throws RefusedException {
    methodStart = start;
    methodEnd = tokenEnd(start, end);
    check(methodEnd > start && methodEnd < end && bytes[methodEnd] == ' ');
    pathStart = methodEnd + 1;
    targetEnd = pathStart;
    while (targetEnd < end && bytes[targetEnd] > ' ') {
      targetEnd++;
    }
    check(targetEnd > pathStart && targetEnd < end && bytes[targetEnd] == ' ');
    skipAuthority();
    pathEnd = pathStart;
    while (pathEnd < targetEnd && bytes[pathEnd] != '?') {
      pathEnd++;
    }
    version(targetEnd + 1, end);
  }

  /** A proxy's client names the host in the target; what is asked for comes behind it. */
  private void skipAuthority() throws RefusedException {
    byte first = bytes[pathStart];
    if (first == '/' || (first == '*' && targetEnd == pathStart + 1)) {
      return;
    }
    int authority = pathStart + AUTHORITY.length;
    check(authority < targetEnd && is(AUTHORITY, pathStart, authority));
    pathStart = authority;
    while (pathStart < targetEnd && bytes[pathStart] != '/') {
      check(bytes[pathStart] != '?');
      pathStart++;
    }
    check(pathStart > authority);
  }

  private void version(int start, int end) throws RefusedException {
    int major = start + HTTP.length;
    check(end == major + 3 && bytes[major + 1] == '.');
    for (int i = 0; i < HTTP.length; i++) {
      check(bytes[start + i] == HTTP[i]);
    }
    check(Ascii.isDigit(bytes[major]) && Ascii.isDigit(bytes[major + 2]));
    if (bytes[major] != '1') {
      throw new RefusedException(505);
    }
    version10 = bytes[major + 2] == '0';
    closes = version10;
  }

  private void field(int start, int end) throws RefusedException {
    int colon = tokenEnd(start, end);
    check(colon > start && colon < end && bytes[colon] == ':');
    int from = colon + 1;
    int to = end;
    while (from < to && Ascii.isSpace(bytes[from])) {
      from++;
    }
    while (from < to && Ascii.isSpace(bytes[to - 1])) {
      to--;
    }
    switch (colon - start) { // most names are of another length
      case 4 -> {
        if (is(HOST, start, colon)) {
          host(from, to);
        }
      }
      case 6 -> continues |= is(EXPECT, start, colon) && is(CONTINUE, from, to);
      case 10 -> closes |= is(CONNECTION, start, colon) && hasClose(from, to);
      case 14 -> {
        if (is(CONTENT_LENGTH, start, colon)) {
          contentLength(from, to);
        }
      }
      case 17 -> {
        if (is(TRANSFER_ENCODING, start, colon)) {
          check(!chunked && is(CHUNKED, from, to));
          chunked = true;
        }
      }
      default -> {}
    }
  }

  private void host(int from, int to) throws RefusedException {
    check(!hosted);
    for (int i = from; i < to; i++) {
      check(bytes[i] > ' ' && bytes[i] != ',' && bytes[i] != '/' && bytes[i] != '@');
    }
    hosted = true;
  }

  private void contentLength(int from, int to) throws RefusedException {
    check(length == NO_LENGTH && to > from && to - from <= MOST_LENGTH_DIGITS);
    length = 0;
    for (int i = from; i < to; i++) {
      check(Ascii.isDigit(bytes[i]));
      length = 10 * length + bytes[i] - '0';
    }
  }

  private boolean hasClose(int from, int to) {
    for (int start = from; start < to; start++) {
      int end = tokenEnd(start, to);
      if (is(CLOSE, start, end)) {
        return true;
      }
      start = end;
    }
    return false;
  }

  private int tokenEnd(int start, int end) {
    int at = start;
    while (at < end && Ascii.isToken(bytes[at])) {
      at++;
    }
    return at;
  }

  /** Whether a lower-case text stands there, in any case; no control character may. */
  private boolean is(byte[] text, int start, int end) {
    if (end - start != text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if ((bytes[start + i] | 0x20) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** Refuses a malformed request. */
  static void check(boolean good) throws RefusedException {
    if (!good) {
      throw new RefusedException(400);
    }
  }
}
