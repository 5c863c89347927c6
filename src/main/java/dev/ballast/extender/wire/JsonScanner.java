package dev.ballast.extender.wire;

import java.nio.charset.StandardCharsets;

/**
 * A cursor over the bytes of one JSON text (RFC 8259) that checks everything it passes: grammar,
 * escapes, UTF-8 and depth. It makes no tree and no garbage but the texts that are read. Confined
 * to one thread. Anything wrong is a {@link MalformedRequestException} that names the byte.
 *
 * <p>Stricter than Go's decoder, as kube-scheduler never needs the difference: invalid UTF-8 and
 * lone surrogate escapes are refused.
 */
final class JsonScanner {
  /** Deeper nesting is refused; a Pod needs about 20 levels. */
  static final int MAX_DEPTH = 200;

  private final byte[] bytes;
  private final int end;
  private int position;
  private int depth;

  JsonScanner(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
  }

  /** Index of the next byte. */
  int position() {
    return position;
  }

  /** The first byte of the next value, or 0 at the end of the text. */
  byte peek() {
    if (position < end && bytes[position] > ' ') { // nearly always: kube-scheduler sends no space
      return bytes[position];
    }
    skipSpace();
    return position < end ? bytes[position] : 0;
  }

  /** Passes the next token if it is this punctuation. */
  boolean take(char punctuation) {
    if (peek() != punctuation) {
      return false;
    }
    position++;
    return true;
  }

  void expect(char punctuation) throws MalformedRequestException {
    if (!take(punctuation)) {
      throw unexpected("'" + punctuation + "'");
    }
  }

  /** Passes bytes that hold whole values and what is between them. */
  void pass(int count) {
    position += count;
  }

  /** Passes {@code null} if it comes next. */
  boolean takeNull() throws MalformedRequestException {
    if (peek() != 'n') {
      return false;
    }
    literal("null");
    return true;
  }

  void expectEnd() throws MalformedRequestException {
    if (peek() != 0 || position < end) {
      throw unexpected("the end of the text");
    }
  }

  /** Goes one level down. */
  void enter(char open) throws MalformedRequestException {
    expect(open);
    if (++depth > MAX_DEPTH) {
      throw new MalformedRequestException("nested deeper than " + MAX_DEPTH, position);
    }
  }

  /**
   * Steps to the next member or element.
   *
   * @param first whether this is the first call after {@link #enter}
   * @return false when the closing bracket was there; the scanner is then one level up
   */
  boolean next(boolean first, char close) throws MalformedRequestException {
    if (first ? !take(close) : take(',')) {
      return true;
    }
    if (!first) {
      expect(close);
    }
    depth--;
    return false;
  }

  /** Passes the next string and tells whether it holds no escape: then its bytes are its text. */
  boolean skipString() throws MalformedRequestException {
    expect('"');
    boolean plain = true;
    while (true) {
      position = plainEnd(position);
      if (position == end) {
        throw unexpected("'\"'");
      }
      int b = bytes[position++];
      if (b == '"') {
        return plain;
      }
      if (b == '\\') {
        plain = false;
        escape();
      } else if (b < 0) {
        multiByte(b & 0xff);
      } else if (b < 0x20) {
        throw new MalformedRequestException("a control character in a string", position - 1);
      }
    }
  }

  /** The first byte from one on that is not an ASCII character that stands for itself. */
  private int plainEnd(int from) {
    byte[] text = bytes;
    int stop = end;
    int at = from;
    while (at < stop) { // in locals, which the first JIT compiler keeps in registers
      byte b = text[at];
      if (b <= '"' ? b != ' ' && b != '!' : b == '\\') {
        break;
      }
      at++;
    }
    return at;
  }

  /** Reads the next string. */
  String readString() throws MalformedRequestException {
    peek();
    int start = position + 1;
    boolean plain = skipString();
    return stringAt(start, position - 1, plain);
  }

  /**
   * The text between the quotes of a string that has been passed.
   *
   * @param plain what {@link #skipString} told of it
   */
  String stringAt(int start, int stop, boolean plain) {
    return plain
        ? new String(bytes, start, stop - start, StandardCharsets.UTF_8)
        : unescape(start, stop);
  }

  /** Reads the key of the next member and passes the colon behind it. */
  String readKey() throws MalformedRequestException {
    peek();
    int start = position + 1;
    boolean plain = skipString();
    int stop = position - 1;
    expect(':');
    return plain ? KnownTexts.KEYS.text(bytes, start, stop) : unescape(start, stop);
  }

  /** Reads the next string; null is an empty one. */
  String text() throws MalformedRequestException {
    return takeNull() ? "" : readString();
  }

  /** The text of one member of the object that comes next; all others are passed over. */
  String textMember(String wanted, String absent) throws MalformedRequestException {
    String text = absent;
    if (takeNull()) {
      return text;
    }
    enter('{');
    for (boolean first = true; next(first, '}'); first = false) {
      if (readKey().equals(wanted)) {
        text = text();
      } else {
        skipValue();
      }
    }
    return text;
  }

  /** Passes the next value, whatever it is. */
  void skipValue() throws MalformedRequestException {
    switch (peek()) {
      case '"' -> skipString();
      case '{' -> {
        enter('{');
        for (boolean first = true; next(first, '}'); first = false) {
          skipString();
          expect(':');
          skipValue();
        }
      }
      case '[' -> {
        enter('[');
        for (boolean first = true; next(first, ']'); first = false) {
          skipValue();
        }
      }
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> skipNumber();
    }
  }

  private void skipNumber() throws MalformedRequestException {
    if (position < end && bytes[position] == '-') {
      position++;
    }
    if (position < end && bytes[position] == '0') {
      position++;
    } else {
      digits();
    }
    if (position < end && bytes[position] == '.') {
      position++;
      digits();
    }
    if (position < end && (bytes[position] | 0x20) == 'e') {
      position++;
      if (position < end && (bytes[position] == '+' || bytes[position] == '-')) {
        position++;
      }
      digits();
    }
  }

  private void digits() throws MalformedRequestException {
    int start = position;
    while (position < end && bytes[position] >= '0' && bytes[position] <= '9') {
      position++;
    }
    if (position == start) {
      throw unexpected("a value");
    }
  }

  private void literal(String word) throws MalformedRequestException {
    for (int i = 0; i < word.length(); i++) {
      if (position >= end || bytes[position] != word.charAt(i)) {
        throw unexpected(word);
      }
      position++;
    }
  }

  private void skipSpace() {
    while (position < end) {
      byte b = bytes[position];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return;
      }
      position++;
    }
  }

  private void escape() throws MalformedRequestException {
    if (position >= end) {
      throw unexpected("an escape");
    }
    switch (bytes[position++]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {}
      case 'u' -> unicodeEscape();
      default -> throw new MalformedRequestException("an unknown escape", position - 1);
    }
  }

  private void unicodeEscape() throws MalformedRequestException {
    char first = hex4();
    if (Character.isLowSurrogate(first)) {
      throw new MalformedRequestException("a lone surrogate", position);
    }
    if (Character.isHighSurrogate(first)) {
      if (position + 1 >= end || bytes[position] != '\\' || bytes[position + 1] != 'u') {
        throw new MalformedRequestException("a lone surrogate", position);
      }
      position += 2;
      if (!Character.isLowSurrogate(hex4())) {
        throw new MalformedRequestException("a lone surrogate", position);
      }
    }
  }

  private char hex4() throws MalformedRequestException {
    if (position + 4 > end) {
      throw unexpected("four hexadecimal digits");
    }
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int b = bytes[position++];
      int digit = b < 0 ? -1 : Character.digit(b, 16);
      if (digit < 0) {
        throw new MalformedRequestException("not a hexadecimal digit", position - 1);
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  /**
   * Checks the rest of a UTF-8 sequence: no overlong form, no surrogate, nothing above U+10FFFF.
   */
  private void multiByte(int lead) throws MalformedRequestException {
    int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    boolean good = lead >= 0xc2 && lead <= 0xf4 && position + more <= end;
    if (good) {
      int second = bytes[position] & 0xff;
      int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
      int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
      good = second >= low && second <= high;
      for (int i = 1; i < more; i++) {
        good &= (bytes[position + i] & 0xc0) == 0x80;
      }
    }
    if (!good) {
      throw new MalformedRequestException("not UTF-8", position - 1);
    }
    position += more;
  }

  /** The text between two positions of a string that {@link #skipString} has checked. */
  private String unescape(int start, int stop) {
    var text = new StringBuilder(stop - start);
    int i = start;
    while (i < stop) {
      int plainFrom = i;
      while (i < stop && bytes[i] != '\\') {
        i++;
      }
      text.append(new String(bytes, plainFrom, i - plainFrom, StandardCharsets.UTF_8));
      if (i < stop) {
        text.append(escaped(i + 1));
        i += bytes[i + 1] == 'u' ? 6 : 2;
      }
    }
    return text.toString();
  }

  private char escaped(int at) {
    return switch (bytes[at]) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' ->
          (char) Integer.parseInt(new String(bytes, at + 1, 4, StandardCharsets.US_ASCII), 16);
      default -> (char) bytes[at];
    };
  }

  MalformedRequestException unexpected(String wanted) {
    return new MalformedRequestException(
        position >= end ? "ended where " + wanted + " should be" : wanted + " expected", position);
  }
}
