package dev.ballast.http;

import java.nio.charset.StandardCharsets;

/** The bytes of which HTTP is made, and their kinds. */
final class Ascii {
  private static final boolean[] TOKEN = new boolean[128];

  static {
    for (byte b :
        bytes(
            "!#$%&'*+-.^_`|~0123456789" + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")) {
      TOKEN[b] = true;
    }
  }

  private Ascii() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether it may stand in a method or the name of a field. */
  static boolean isToken(byte b) {
    return b >= 0 && TOKEN[b];
  }

  /** Whether it may stand in a line: no control character but the tabulator. */
  static boolean isText(byte b) {
    return (b >= ' ' && b != 0x7f) || b == '\t' || b < 0;
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
