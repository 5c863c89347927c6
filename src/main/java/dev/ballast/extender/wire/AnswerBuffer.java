package dev.ballast.extender.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing buffer of JSON text. Confined to one thread. */
final class AnswerBuffer {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;

  AnswerBuffer(int capacity) {
    bytes = new byte[capacity];
  }

  /** The buffer itself; the text ends at {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void copy(byte[] from, int start, int end) {
    int size = end - start;
    reserve(size);
    System.arraycopy(from, start, bytes, length, size);
    length += size;
  }

  void copy(byte[] from) {
    copy(from, 0, from.length);
  }

  @SuppressWarnings("deprecation") // the quick copy of a Latin-1 text; the callers pass ASCII only
  void ascii(String text) {
    reserve(text.length());
    text.getBytes(0, text.length(), bytes, length);
    length += text.length();
  }

  void integer(int value) {
    if (value >= 0 && value < 10) { // nearly all
      reserve(1);
      bytes[length++] = (byte) ('0' + value);
    } else {
      ascii(Integer.toString(value));
    }
  }

  /** Appends a text, a part of another, a third, and a number. */
  void entry(byte[] before, byte[] from, int start, int end, byte[] behind, int value) {
    int size = end - start;
    reserve(before.length + size + behind.length);
    byte[] to = bytes;
    int at = length;
    System.arraycopy(before, 0, to, at, before.length);
    at += before.length;
    System.arraycopy(from, start, to, at, size);
    at += size;
    System.arraycopy(behind, 0, to, at, behind.length);
    length = at + behind.length;
    integer(value);
  }

  /** Appends a text as a JSON string. */
  void string(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    reserve(6 * utf8.length + 2);
    bytes[length++] = '"';
    for (byte b : utf8) {
      if (b >= 0 && b < 0x20) {
        ascii("\\u00");
        bytes[length++] = HEX[b >> 4];
        bytes[length++] = HEX[b & 15];
      } else {
        if (b == '"' || b == '\\') {
          bytes[length++] = '\\';
        }
        bytes[length++] = b;
      }
    }
    bytes[length++] = '"';
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
