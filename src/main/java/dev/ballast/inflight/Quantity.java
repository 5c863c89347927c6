package dev.ballast.inflight;

/**
 * Kubernetes quantities as numbers: {@code 500m}, {@code 1.5}, {@code 4Gi}, {@code 12e6}
 * (apimachinery, {@code pkg/api/resource}). All suffixes of that format are known: {@code n u m k M
 * G T P E}, {@code Ki Mi Gi Ti Pi Ei} and decimal exponents. As there, anything above 2^63 - 1
 * counts as 2^63 - 1 and anything between 0 and 1n as 1n. We differ in that a sign of minus is
 * refused: no resource of a pod or a node may have one.
 */
public final class Quantity {
  private static final double MAX = Long.MAX_VALUE;
  private static final double MIN = 1e-9;
  private static final double MILLI = 1_000;
  private static final double ROUNDING = 1e-9;

  /** More digits than these change nothing in a double. */
  private static final long MAX_MANTISSA = 100_000_000_000_000_000L;

  private static final int MAX_EXPONENT = 1_000;

  private final String text;
  private int at;
  private long mantissa;
  private int exponent;

  private Quantity(String text) {
    this.text = text;
  }

  /**
   * Reads a quantity.
   *
   * @return 0 or more, at most 2^63 - 1
   * @throws IllegalArgumentException saying what is wrong with the text and what to write
   */
  public static double parse(String text) {
    return new Quantity(text).value();
  }

  /**
   * Reads a quantity of a resource as a whole number, upwards as apimachinery does.
   *
   * @return thousandths of a CPU for {@code cpu}, bytes or pieces for all else; 0 or more
   * @throws IllegalArgumentException saying what is wrong with the text and what to write
   */
  public static long amount(String resource, String text) {
    double value = parse(text);
    double amount = resource.equals("cpu") ? value * MILLI : value;
    double near = Math.rint(amount);
    boolean whole = Math.abs(amount - near) <= ROUNDING * Math.max(1, near); // 1.1 * 1000 is more
    return (long) (whole ? near : Math.ceil(amount));
  }

  private double value() {
    if (text.startsWith("-")) {
      throw new IllegalArgumentException("negative: write 0 or more, such as 500m or 2Gi");
    }
    at = text.startsWith("+") ? 1 : 0;
    int whole = digits(false);
    int fraction = 0;
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      fraction = digits(true);
    }
    if (whole + fraction == 0) {
      throw wrong();
    }
    double factor = factor();
    return mantissa == 0 ? 0 : Math.max(MIN, Math.min(MAX, scaled() * factor));
  }

  private double scaled() {
    if (Math.abs(exponent) > 40) { // far outside of what is kept, and of what a power may be
      return exponent > 0 ? MAX : MIN;
    }
    double power = Math.pow(10, Math.abs(exponent));
    return exponent < 0 ? mantissa / power : mantissa * power;
  }

  /** Passes digits and tells how many there were. */
  private int digits(boolean fraction) {
    int start = at;
    for (; at < text.length() && isDigit(text.charAt(at)); at++) {
      if (mantissa < MAX_MANTISSA) {
        mantissa = mantissa * 10 + (text.charAt(at) - '0');
        exponent -= fraction ? 1 : 0;
      } else {
        exponent += fraction ? 0 : 1;
      }
    }
    return at - start;
  }

  /**
   * Reads what follows the digits: adds a decimal exponent, or gives the factor of a binary one.
   */
  private double factor() {
    int left = text.length() - at;
    if (left == 0) {
      return 1;
    }
    char first = text.charAt(at);
    if (left == 1) {
      exponent += decimalExponent(first);
      return 1;
    }
    if (left == 2 && text.charAt(at + 1) == 'i') {
      int power = "KMGTPE".indexOf(first) + 1;
      if (power == 0) {
        throw wrong();
      }
      return Math.scalb(1.0, 10 * power);
    }
    if (first != 'e' && first != 'E') {
      throw wrong();
    }
    exponent += writtenExponent();
    return 1;
  }

  private int decimalExponent(char suffix) {
    return switch (suffix) {
      case 'n' -> -9;
      case 'u' -> -6;
      case 'm' -> -3;
      case 'k' -> 3;
      case 'M' -> 6;
      case 'G' -> 9;
      case 'T' -> 12;
      case 'P' -> 15;
      case 'E' -> 18;
      default -> throw wrong();
    };
  }

  private int writtenExponent() {
    at++;
    boolean minus = text.charAt(at) == '-';
    if (minus || text.charAt(at) == '+') {
      at++;
    }
    int start = at;
    int value = 0;
    for (; at < text.length() && isDigit(text.charAt(at)); at++) {
      value = Math.min(MAX_EXPONENT, value * 10 + (text.charAt(at) - '0'));
    }
    if (at == start || at < text.length()) {
      throw wrong();
    }
    return minus ? -value : value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException("not a quantity: write one such as 500m, 1.5 or 2Gi");
  }
}
