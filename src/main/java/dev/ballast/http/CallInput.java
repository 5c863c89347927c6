package dev.ballast.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes that a connection receives, through one buffer: the head of a request stands whole at
 * its front, and what has come of the next request stays for it. Confined to one thread.
 */
final class CallInput {
  /** A call with 500 names in one read; more than the longest head. */
  private static final int CAPACITY = 32 * 1024;

  private final InputStream in;
  private final byte[] bytes = new byte[CAPACITY];
  private int position;
  private int limit;

  CallInput(InputStream in) {
    this.in = in;
  }

  /**
   * Waits for a request, whose first byte is then at index 0.
   *
   * @return false when the client has ended the connection instead
   */
  boolean await() throws IOException {
    int left = limit - position;
    if (left > 0) {
      System.arraycopy(bytes, position, bytes, 0, left);
    }
    position = 0;
    limit = Math.max(0, left > 0 ? left : in.read(bytes, 0, CAPACITY));
    return limit > 0;
  }

  /** The buffer; filled up to {@link #limit}. */
  byte[] bytes() {
    return bytes;
  }

  int limit() {
    return limit;
  }

  /** Receives more behind the limit, at least one byte. */
  void more() throws IOException {
    limit += received(in.read(bytes, limit, CAPACITY - limit));
  }

  /** Passes all bytes before an index. */
  void passTo(int index) {
    position = index;
  }

  /** Whether a byte is there that was not passed. */
  boolean hasNext() {
    return position < limit;
  }

  /** Passes the next byte; overwrites those that were passed when it has to be received. */
  byte next() throws IOException {
    if (position == limit) {
      position = 0;
      limit = 0;
      more();
    }
    return bytes[position++];
  }

  /**
   * Copies the next bytes, or receives them where they are wanted.
   *
   * @param most how many at most; above 0
   * @return how many; at least one
   */
  int read(byte[] target, int from, int most) throws IOException {
    int count = Math.min(most, limit - position);
    if (count == 0) {
      return received(in.read(target, from, most));
    }
    System.arraycopy(bytes, position, target, from, count);
    position += count;
    return count;
  }

  /** Throws away what comes until the client ends the connection. */
  @SuppressWarnings("StatementWithEmptyBody") // reading is all there is to do
  void drain() throws IOException {
    while (in.read(bytes, 0, CAPACITY) >= 0) {}
  }

  private static int received(int count) throws IOException {
    if (count < 0) {
      throw new EOFException("the connection ended within a request");
    }
    return count;
  }
}
