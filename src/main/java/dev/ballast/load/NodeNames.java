package dev.ballast.load;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names of nodes with a small number for each, found by the bytes of a request without making
 * texts of them. A node keeps its number for as long as it is there; numbers of removed nodes are
 * given again. Immutable but for the order that is noted, so safe for use by many threads.
 *
 * <p>kube-scheduler lists nodes in much the same order each time. Where numbers follow that order,
 * a name is found by comparing it with the few that come next, and what is known of a call's nodes
 * by their numbers lies side by side. Lists that do not follow the numbers are noted, so that
 * {@link LoadStore#reorder} can give better ones.
 */
public final class NodeNames {
  /** The number of no node. */
  public static final int NONE = -1;

  /** Of no nodes. */
  public static final NodeNames EMPTY = new NodeNames(new String[0]);

  private static final int FREE = -1;
  private static final int BEFORE_NAME = 2; // a comma and a quote

  private final @Nullable String[] names;

  /** The names as JSON strings with a comma before each, by number: as a list of them is sent. */
  private final byte[] listed;

  /** Where each of them begins, and where the last one ends. */
  private final int[] starts;

  private final int[] hashes;
  private final int[] table;
  private final int shift;

  private final NodeOrder order = new NodeOrder();

  /**
   * Names with their numbers.
   *
   * @param names the nodes by number; null for a number that is free
   */
  NodeNames(@Nullable String[] names) {
    this.names = names.clone();
    hashes = new int[names.length];
    starts = new int[names.length + 1];
    var text = new ByteArrayOutputStream();
    for (int number = 0; number < names.length; number++) {
      @Nullable String name = names[number];
      if (name != null) {
        hashes[number] = name.hashCode();
        text.writeBytes(bytes(",\"" + name + "\""));
      }
      starts[number + 1] = text.size();
    }
    listed = text.toByteArray();
    table = new int[Integer.highestOneBit(Math.max(4, 4 * names.length))];
    Arrays.fill(table, FREE);
    shift = Long.numberOfLeadingZeros(table.length) + 1;
    for (int number = 0; number < names.length; number++) {
      if (names[number] != null) {
        put(number);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void put(int number) {
    int slot = slot(listed, starts[number] + BEFORE_NAME, starts[number + 1] - 1);
    while (table[slot] != FREE) {
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = number;
  }

  /** The order in which they are listed, where it is another one. */
  public NodeOrder order() {
    return order;
  }

  /** Numbers are below this. */
  public int size() {
    return names.length;
  }

  /** Whether no node has a number. */
  public boolean isFree(int number) {
    return names[number] == null;
  }

  /** The name of a node, by its number. */
  public String name(int number) {
    @Nullable String name = names[number];
    if (name == null) {
      throw new IllegalArgumentException("no node has number " + number);
    }
    return name;
  }

  /** {@link String#hashCode} of the name of a node, by its number, without a look at the name. */
  public int hash(int number) {
    return hashes[number];
  }

  /**
   * The same of several nodes.
   *
   * @param some their numbers
   * @param to takes the hash codes, as many as there is room for
   */
  void hashes(int[] some, int[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = hashes[some[i]];
    }
  }

  /** The number of a node; {@link #NONE} when it is not known. */
  public int find(String name) {
    byte[] bytes = bytes(name);
    return find(bytes, 0, bytes.length);
  }

  /**
   * The number of the node whose name stands between two positions, in UTF-8; {@link #NONE} when it
   * is not known.
   */
  public int find(byte[] bytes, int from, int to) {
    for (int slot = slot(bytes, from, to);
        table[slot] != FREE;
        slot = (slot + 1) & (table.length - 1)) {
      int number = table[slot];
      int start = starts[number] + BEFORE_NAME;
      if (Arrays.equals(bytes, from, to, listed, start, starts[number + 1] - 1)) {
        return number;
      }
    }
    return NONE;
  }

  private int slot(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return (int) ((hash * 0x9e3779b97f4a7c15L) >>> shift); // Fibonacci hashing
  }

  /**
   * How many bytes of a text are as in the list of all names, by number, from one of them on.
   *
   * <p>In that list each name is a JSON string with a comma before it, and nothing is between them.
   */
  public int asListed(int number, byte[] text, int from, int to) {
    int start = starts[number];
    int most = Math.min(to - from, listed.length - start);
    int other = Arrays.mismatch(text, from, from + most, listed, start, start + most);
    return other < 0 ? most : other;
  }

  /**
   * Where the entry of a node begins in that list, and that of the one before it ends; a number
   * that is free has no entry. Up to {@link #size}, where the list ends.
   */
  public int listedAt(int number) {
    return starts[number];
  }
}
