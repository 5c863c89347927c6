package dev.ballast.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Sends answers: head and body through one buffer, so that they leave in one write, but for the
 * rest of a long one. Confined to one thread.
 */
final class AnswerWriter {
  private static final int FIRST_BYTES = 4 * 1024;
  private static final int MOST_BYTES = 128 * 1024; // what a socket takes in one write
  private static final byte[] CONTINUE = Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");
  private static final byte[] CLOSE = Ascii.bytes("\r\nConnection: close");
  private static final byte[] END = Ascii.bytes("\r\n\r\n");
  private static final int MOST_BEHIND_START = 10 + CLOSE.length + END.length; // digits of an int

  private final OutputStream out;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  // What an answer of this status and type begins with: nearly all begin as the one before.
  private byte[] start = {};
  private int status;
  private String type = "";

  AnswerWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Sends an answer to its end.
   *
   * @param closes whether the connection ends with it, which it says then
   */
  void send(Response answer, boolean closes) throws IOException {
    begin(answer);
    length = 0;
    long wanted = (long) start.length + MOST_BEHIND_START + answer.length();
    int capacity = (int) Math.min(wanted, MOST_BYTES);
    if (capacity > bytes.length) {
      bytes = new byte[Math.min(Math.max(capacity, 2 * bytes.length), MOST_BYTES)];
    }
    add(start, start.length);
    digits(answer.length());
    if (closes) {
      add(CLOSE, CLOSE.length);
    }
    add(END, END.length);
    int first = Math.min(answer.length(), bytes.length - length);
    add(answer.body(), first);
    out.write(bytes, 0, length);
    if (first < answer.length()) {
      out.write(answer.body(), first, answer.length() - first);
    }
  }

  /** Asks for a body that the client holds back. */
  void askForBody() throws IOException {
    out.write(CONTINUE);
  }

  private void begin(Response answer) {
    String wantedType = answer.length() == 0 ? "" : answer.contentType();
    if (answer.status() == status && wantedType.equals(type)) {
      return;
    }
    status = answer.status();
    type = wantedType;
    start =
        Ascii.bytes(
            "HTTP/1.1 "
                + status
                + " "
                + reason(status)
                + (type.isEmpty() ? "" : "\r\nContent-Type: " + type)
                + "\r\nContent-Length: ");
  }

  private void add(byte[] from, int count) {
    System.arraycopy(from, 0, bytes, length, count);
    length += count;
  }

  private void digits(int number) {
    int end = length + 1;
    for (int rest = number; rest > 9; rest /= 10) {
      end++;
    }
    length = end;
    int rest = number;
    do {
      bytes[--end] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 413 -> "Content Too Large";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      case 505 -> "HTTP Version Not Supported";
      default -> ""; // need not be there
    };
  }
}
