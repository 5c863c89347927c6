package dev.ballast.topology;

import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.stream.IntStream;

/**
 * A set of CPUs by their ids, 0 to {@value #MAX_ID}. Immutable.
 *
 * <p>Read and written in the kernel's list format: ids and ranges in ascending order, such as
 * {@code 0-3,8} (admin-guide/cputopology of the kernel's documentation). We differ in that the
 * kernel's groups within a range ({@code 0-31:1/2}) are refused: no file of /sys has any.
 */
public final class CpuSet {
  /** The highest id. */
  public static final int MAX_ID = 65_535;

  private static final int MAX_SHOWN = 40;

  /** Of no CPUs; written as an empty text. */
  public static final CpuSet EMPTY = new CpuSet(new long[0]);

  /** Bit {@code i} of word {@code w} is id {@code 64 * w + i}; the last word is not 0. */
  private final long[] words;

  private CpuSet(long[] words) {
    this.words = words;
  }

  /**
   * The set of these bits.
   *
   * @param words bit {@code i} of word {@code w} is id {@code 64 * w + i}
   */
  static CpuSet ofWords(long[] words) {
    int length = words.length;
    while (length > 0 && words[length - 1] == 0) {
      length--;
    }
    return length == 0 ? EMPTY : new CpuSet(Arrays.copyOf(words, length));
  }

  /**
   * The set of these ids, in any order.
   *
   * @throws IllegalArgumentException when one is not from 0 to {@value #MAX_ID}
   */
  public static CpuSet of(int... ids) {
    int highest = -1;
    for (int id : ids) {
      if (id < 0 || id > MAX_ID) {
        throw new IllegalArgumentException(
            "cpu is " + id + ", not from 0 to " + MAX_ID + ": give the number of a CPU");
      }
      highest = Math.max(highest, id);
    }
    long[] words = new long[(highest >> 6) + 1];
    for (int id : ids) {
      words[id >> 6] |= 1L << id;
    }
    return ofWords(words);
  }

  /**
   * Reads the kernel's list format; white space around the list is left out, an empty list is an
   * empty set.
   *
   * @throws IllegalArgumentException naming the part that is wrong, and what to write
   */
  public static CpuSet parse(String text) {
    String list = text.strip();
    if (list.isEmpty()) {
      return EMPTY;
    }
    long[] words = new long[(MAX_ID >> 6) + 1];
    for (String part : list.split(",", -1)) {
      int dash = part.indexOf('-');
      int from = id(dash < 0 ? part : part.substring(0, dash), part);
      int to = dash < 0 ? from : id(part.substring(dash + 1), part);
      if (from > to) {
        throw new IllegalArgumentException(
            "the range \"" + part + "\" goes down: write " + to + "-" + from);
      }
      for (int id = from; id <= to; id++) {
        words[id >> 6] |= 1L << id;
      }
    }
    return ofWords(words);
  }

  private static int id(String digits, String part) {
    int id = 0;
    for (int i = 0; i < digits.length() && id <= MAX_ID; i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        throw wrong(part);
      }
      id = id * 10 + (c - '0');
    }
    if (digits.isEmpty() || id > MAX_ID) {
      throw wrong(part);
    }
    return id;
  }

  private static IllegalArgumentException wrong(String part) {
    String shown = part.length() > MAX_SHOWN ? part.substring(0, MAX_SHOWN) + "..." : part;
    return new IllegalArgumentException(
        "\"" + shown + "\" is no CPU and no range: write ids from 0 to " + MAX_ID + " as in 0-3,8");
  }

  /** How many CPUs there are. */
  public int size() {
    int size = 0;
    for (long word : words) {
      size += Long.bitCount(word);
    }
    return size;
  }

  /** Whether there is no CPU. */
  public boolean isEmpty() {
    return words.length == 0;
  }

  /** Whether a CPU is in the set; false for an id that no CPU can have. */
  public boolean contains(int id) {
    return id >= 0 && id >> 6 < words.length && (words[id >> 6] & (1L << id)) != 0;
  }

  /** Whether all CPUs of the other set are in this one. */
  public boolean containsAll(CpuSet other) {
    return other.minus(this).isEmpty();
  }

  /** Whether some CPU is in both. */
  public boolean intersects(CpuSet other) {
    for (int w = Math.min(words.length, other.words.length) - 1; w >= 0; w--) {
      if ((words[w] & other.words[w]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The CPUs of this set and those of the other. */
  public CpuSet union(CpuSet other) {
    boolean longer = words.length >= other.words.length;
    long[] both = (longer ? words : other.words).clone();
    long[] shorter = longer ? other.words : words;
    for (int w = 0; w < shorter.length; w++) {
      both[w] |= shorter[w];
    }
    return ofWords(both);
  }

  /** The CPUs that are in both. */
  public CpuSet intersect(CpuSet other) {
    long[] both = Arrays.copyOf(words, Math.min(words.length, other.words.length));
    for (int w = 0; w < both.length; w++) {
      both[w] &= other.words[w];
    }
    return ofWords(both);
  }

  /** The CPUs of this set that are not in the other. */
  public CpuSet minus(CpuSet other) {
    long[] left = words.clone();
    for (int w = Math.min(words.length, other.words.length) - 1; w >= 0; w--) {
      left[w] &= ~other.words[w];
    }
    return ofWords(left);
  }

  /** The ids in ascending order. */
  public IntStream stream() {
    return IntStream.range(0, words.length << 6).filter(this::contains);
  }

  /** Copies the bits, as far as there is room: bit {@code i} of word {@code w} is id 64 w + i. */
  void copyTo(long[] to) {
    System.arraycopy(words, 0, to, 0, Math.min(words.length, to.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CpuSet set && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  /** The set in the kernel's list format. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    PrimitiveIterator.OfInt ids = stream().iterator();
    int end = -2; // of the range that was written last
    int begin = -2;
    while (ids.hasNext()) {
      int id = ids.nextInt();
      if (id == end + 1) {
        end = id;
        continue;
      }
      close(text, begin, end);
      text.append(text.length() == 0 ? "" : ",").append(id);
      begin = id;
      end = id;
    }
    close(text, begin, end);
    return text.toString();
  }

  private static void close(StringBuilder text, int begin, int end) {
    if (end > begin) {
      text.append('-').append(end);
    }
  }
}
