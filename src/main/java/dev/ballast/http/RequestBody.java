package dev.ballast.http;

import static dev.ballast.http.RequestHead.check;

import java.io.IOException;
import java.util.Arrays;

/**
 * The body of the request that a connection receives, in a buffer that the next one uses again. It
 * grows as bytes arrive, not as they are announced, and a huge one is given back. Confined to one
 * thread.
 */
final class RequestBody {
  /** A buffer over this is not kept: as much as a call with 10,000 names. */
  static final int KEPT_BYTES = 512 * 1024;

  private static final int FIRST_BYTES = 16 * 1024;
  private static final int MOST_FRAME_BYTES = 8 * 1024; // of a chunk's extension; of the trailers
  private static final int MOST_SIZE_DIGITS = 15; // fit into a long
  private static final byte[] NOTHING = {};

  private final CallInput input;
  private final int maxBytes;
  private byte[] bytes = NOTHING;
  private int length;

  RequestBody(CallInput input, int maxBytes) {
    this.input = input;
    this.maxBytes = maxBytes;
  }

  /** A buffer that starts with the body. */
  byte[] bytes() {
    return bytes;
  }

  /** Bytes of the body. */
  int length() {
    return length;
  }

  /**
   * Receives a body to its end; the input then stands behind it.
   *
   * @throws RefusedException when it is over the limit or malformed
   */
  void receive(RequestHead head) throws IOException, RefusedException {
    length = 0;
    if (head.isChunked()) {
      chunks();
    } else if (head.length() > 0) {
      take(head.length());
    }
  }

  /** Lets go of what the next request hardly needs. */
  void release() {
    if (bytes.length > KEPT_BYTES) {
      bytes = NOTHING;
    }
  }

  private void take(long more) throws IOException, RefusedException {
    if (more > maxBytes - length) {
      throw new RefusedException(413);
    }
    int end = length + (int) more;
    while (length < end) {
      if (length == bytes.length) {
        long wanted = Math.max(FIRST_BYTES, 2L * length);
        bytes = Arrays.copyOf(bytes, (int) Math.min(wanted, maxBytes));
      }
      length += input.read(bytes, length, Math.min(end, bytes.length) - length);
    }
  }

  private void chunks() throws IOException, RefusedException {
    for (long size = chunkSize(); size > 0; size = chunkSize()) {
      take(size);
      check(input.next() == '\r');
      check(input.next() == '\n');
    }
    trailers();
  }

  /** Reads the line before a chunk. */
  private long chunkSize() throws IOException, RefusedException {
    long size = 0;
    int digits = 0;
    byte b = input.next();
    for (int digit = hex(b); digit >= 0; digit = hex(b)) {
      check(++digits <= MOST_SIZE_DIGITS);
      size = size << 4 | digit;
      b = input.next();
    }
    check(digits > 0 && (b == ';' || b == '\r'));
    if (b == ';') {
      restOfLine(MOST_FRAME_BYTES);
    } else {
      check(input.next() == '\n');
    }
    return size;
  }

  private static int hex(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }

  /** Passes the fields behind the last chunk and the empty line that ends them. */
  private void trailers() throws IOException, RefusedException {
    int left = MOST_FRAME_BYTES;
    for (byte b = input.next(); b != '\r'; b = input.next()) {
      check(Ascii.isToken(b));
      while (Ascii.isToken(b)) {
        left = oneLess(left);
        b = input.next();
      }
      check(b == ':');
      left = restOfLine(left);
    }
    check(input.next() == '\n');
  }

  /** Passes what is left of a line. */
  private int restOfLine(int most) throws IOException, RefusedException {
    int left = most;
    for (byte b = input.next(); b != '\r'; b = input.next()) {
      check(Ascii.isText(b));
      left = oneLess(left);
    }
    check(input.next() == '\n');
    return left;
  }

  private static int oneLess(int left) throws RefusedException {
    if (left == 0) {
      throw new RefusedException(431);
    }
    return left - 1;
  }
}
