package dev.ballast.extender.wire;

import dev.ballast.load.NodeList;
import dev.ballast.load.NodeNames;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of a request: who they are, and the byte ranges that an answer repeats word for word.
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
  private static final String[] NO_NAMES = {};

  private final byte[] bytes;
  private final Form form;
  private final NodeNames known;
  private int[] numbers = new int[FIRST_CAPACITY];
  private int[] ranges = new int[2 * FIRST_CAPACITY]; // start and end of each
  private int count;
  private @Nullable String[] unknown = NO_NAMES; // by candidate, where the number does not tell
  private int listStart;
  private int listEnd;

  Candidates(byte[] bytes, Form form, NodeNames known) {
    this.bytes = bytes;
    this.form = form;
    this.known = known;
  }

  /** The form they came in. */
  public Form form() {
    return form;
  }

  /** Their number. */
  public int count() {
    return count;
  }

  /** The candidates without the request's bytes. Not to be asked for before all are added. */
  public NodeList nodes() {
    return new NodeList(known, numbers, count, unknown);
  }

  /** The name of candidate {@code i}, in the order of the request. */
  public String name(int i) {
    return nodes().name(i);
  }

  /** Adds a node that is known. */
  void add(int number, int start, int end) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
      ranges = Arrays.copyOf(ranges, 4 * count);
    }
    numbers[count] = number;
    ranges[2 * count] = start;
    ranges[2 * count + 1] = end;
    count++;
  }

  /**
   * Adds the nodes of a text that begins like the list of the known ones from a number on.
   *
   * @param from where it begins, with the comma before the first name
   * @param same how many bytes are the same
   * @return the number behind the last one whose name is there whole
   */
  int addAsListed(int number, int from, int same) {
    int before = from - known.listedAt(number);
    int next = number;
    int start = known.listedAt(next);
    int most = start + same;
    while (next < known.size()) {
      int end = known.listedAt(next + 1);
      if (end > most) {
        break;
      }
      if (end > start) { // else its number is free
        add(next, before + start + 1, before + end);
      }
      start = end;
      next++;
    }
    return next;
  }

  /** Adds a node whose name has been read; gives its number. */
  int add(String name, int start, int end) {
    int number = known.find(name);
    if (number == NodeNames.NONE) {
      addUnknown(name, start, end);
    } else {
      add(number, start, end);
    }
    return number;
  }

  /** Adds a node that is not known. */
  void addUnknown(String name, int start, int end) {
    if (count >= unknown.length) {
      unknown = Arrays.copyOf(unknown, Math.max(FIRST_CAPACITY, 2 * count));
    }
    unknown[count] = name;
    add(NodeNames.NONE, start, end);
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

  /**
   * Appends the candidates from one to before another as they came, with what stands between them.
   */
  void echo(int from, int to, AnswerBuffer out) {
    out.copy(bytes, ranges[2 * from], ranges[2 * to - 1]);
  }

  /** Appends a text, the name of candidate {@code i} as a JSON string, a text, and a number. */
  void entry(byte[] before, int i, byte[] behind, int value, AnswerBuffer out) {
    if (form == Form.NAMES) {
      out.entry(before, bytes, ranges[2 * i], ranges[2 * i + 1], behind, value);
    } else {
      out.copy(before);
      out.string(name(i));
      out.copy(behind);
      out.integer(value);
    }
  }

  /** Appends the name of candidate {@code i} as a JSON string. */
  void name(int i, AnswerBuffer out) {
    if (form == Form.NAMES) {
      out.copy(bytes, ranges[2 * i], ranges[2 * i + 1]);
    } else {
      out.string(name(i));
    }
  }
}
