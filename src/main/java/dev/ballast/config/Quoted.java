package dev.ballast.config;

/** Text of a file as it stands in a message: quoted, on one line, and not too long. */
final class Quoted {
  private static final int MAX_CHARS = 80;

  private Quoted() {}

  /** The text in quotes. */
  static String text(String text) {
    return '"' + line(text) + '"';
  }

  /** The text without line breaks and other control characters. */
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(MAX_CHARS)
        .forEach(c -> line.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
    return text.codePointCount(0, text.length()) > MAX_CHARS ? line + "..." : line.toString();
  }
}
