package dev.ballast.extender.wire;

import java.util.Arrays;

/**
 * The nodes of a request: their names, and the byte ranges that an answer repeats word for word.
 * The buffer is the request's and is not copied. Confined to one request.
 */
public final class Candidates {
  /** Whether a request names its nodes or carries whole Node objects. */
  public enum Form {
    NAMES,
    /** {@code nodeCacheCapable} is not set in the scheduler's configuration. */
    WHOLE_NODES
  }

  private static final int FIRST_CAPACITY = 512;

  private final byte[] bytes;
  private final Form form;
  private String[] names = new String[FIRST_CAPACITY];
  private int[] starts = new int[FIRST_CAPACITY];
  private int[] ends = new int[FIRST_CAPACITY];
  private int count;
  private int listStart;
  private int listEnd;

  Candidates(byte[] bytes, Form form) {
    this.bytes = bytes;
    this.form = form;
  }

  /** The form they came in. */
  public Form form() {
    return form;
  }

  /** Their number. */
  public int count() {
    return count;
  }

  /** The name of candidate {@code i}, in the order of the request. */
  public String name(int i) {
    return names[i];
  }

  void add(String name, int start, int end) {
    if (count == names.length) {
      names = Arrays.copyOf(names, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    names[count] = name;
    starts[count] = start;
    ends[count] = end;
    count++;
  }

  /** Sets the byte range of the whole list. */
  void list(int start, int end) {
    listStart = start;
    listEnd = end;
  }

  /** Bytes of the list as it came. */
  int listBytes() {
    return listEnd - listStart;
  }

  /** Appends the list as it came. */
  void echo(AnswerBuffer out) {
    if (listEnd == 0) {
      out.ascii("[]"); // neither list was in the request
    } else {
      out.copy(bytes, listStart, listEnd);
    }
  }

  /** Appends candidate {@code i} as it came: a JSON string, or a Node object. */
  void echo(int i, AnswerBuffer out) {
    out.copy(bytes, starts[i], ends[i]);
  }

  /** Appends the name of candidate {@code i} as a JSON string. */
  void name(int i, AnswerBuffer out) {
    if (form == Form.NAMES) {
      echo(i, out);
    } else {
      out.string(names[i]);
    }
  }
}
