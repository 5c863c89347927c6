package dev.ballast.cli.doctor;

import java.util.regex.Pattern;

/**
 * Text that others wrote, made safe to show: whoever may annotate a node or answer a call must not
 * be able to write lines of a log or to steer the terminal that shows it.
 */
public final class Printable {
  private static final int MAX_CHARS = 80;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{C}\\u2028\\u2029]");

  private Printable() {}

  /** The start of a text, on one line. */
  public static String start(String text) {
    boolean all = text.codePointCount(0, text.length()) <= MAX_CHARS;
    return line(all ? text : text.substring(0, text.offsetByCodePoints(0, MAX_CHARS)) + "...");
  }

  /** A whole text, on one line. */
  static String line(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }
}
