package dev.ballast.load;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one call, in its order, by their numbers; those that are not known by their names.
 * Its arrays are the caller's, who must not change them any more. Immutable in that sense.
 */
public final class NodeList {
  /** Of no nodes. */
  public static final NodeList EMPTY = of(new String[0], new NodeLoad[0]);

  private static final @Nullable String[] NO_STRANGERS = {};

  private final NodeNames known;
  private final int[] numbers;
  private final int size;
  private final @Nullable String[] strangers;

  /**
   * A list.
   *
   * @param known the names that the numbers belong to
   * @param numbers by place in the list, {@link NodeNames#NONE} for who has none; may go on behind
   *     the last one
   * @param size how many nodes there are
   * @param strangers by place in the list, the names that the numbers do not tell; may end early
   */
  public NodeList(NodeNames known, int[] numbers, int size, @Nullable String[] strangers) {
    this.known = known;
    this.numbers = numbers;
    this.size = size;
    this.strangers = strangers;
  }

  /** Nodes by their names, with the numbers of their readings as far as these have any. */
  public static NodeList of(String[] names, @Nullable NodeLoad[] loads) {
    int[] numbers = new int[names.length];
    for (int i = 0; i < numbers.length; i++) {
      @Nullable NodeLoad load = loads[i];
      numbers[i] = load == null ? NodeNames.NONE : load.number();
    }
    return new NodeList(NodeNames.EMPTY, numbers, names.length, names);
  }

  /** How many there are. */
  public int size() {
    return size;
  }

  /** The number of a node; {@link NodeNames#NONE} when it has none. */
  public int number(int i) {
    return numbers[i];
  }

  /** The numbers of the nodes, and maybe more behind the last one. Not to be changed. */
  public int[] numbers() {
    return numbers;
  }

  /** The name of a node. */
  public String name(int i) {
    @Nullable String stranger = stranger(i);
    return stranger == null ? known.name(numbers[i]) : stranger;
  }

  /** The place of the first node of a name; -1 when it is not in the list. */
  public int indexOf(String name) {
    for (int i = 0; i < strangers.length && i < size; i++) {
      if (name.equals(strangers[i])) {
        return i;
      }
    }
    int number = known.find(name);
    for (int i = 0; i < size && number != NodeNames.NONE; i++) {
      if (numbers[i] == number) {
        return i;
      }
    }
    return -1;
  }

  /** {@link String#hashCode} of the name of a node, mostly without a look at the name. */
  public int hash(int i) {
    @Nullable String stranger = stranger(i);
    return stranger == null ? known.hash(numbers[i]) : stranger.hashCode();
  }

  private @Nullable String stranger(int i) {
    return i < strangers.length ? strangers[i] : null;
  }

  /** {@link String#hashCode} of the names, in their order. */
  public int[] hashes() {
    int[] hashes = new int[size];
    if (strangers.length == 0) {
      known.hashes(numbers, hashes);
    } else {
      Arrays.setAll(hashes, this::hash);
    }
    return hashes;
  }

  /**
   * Puts what is known of the nodes in their order; leaves out who has no number.
   *
   * @param byNumber what is known, by number
   * @param byPlace takes it, by place in this list
   */
  public <T extends @Nullable Object> void gather(T[] byNumber, T[] byPlace) {
    for (int from = 0; from < size; ) {
      int first = numbers[from];
      int to = from + 1;
      if (first != NodeNames.NONE) {
        while (to < size && numbers[to] == first + to - from) {
          to++;
        }
        // The first JIT compiler has a single store look at what is stored, which is far away.
        System.arraycopy(byNumber, first, byPlace, from, to - from);
      }
      from = to;
    }
  }

  /** Some of the nodes, by their places in this list. */
  public NodeList part(int[] places) {
    int[] some = new int[places.length];
    Arrays.setAll(some, i -> numbers[places[i]]);
    @Nullable String[] names = NO_STRANGERS;
    if (strangers.length > 0) {
      names = new String[places.length];
      for (int i = 0; i < names.length; i++) {
        names[i] = stranger(places[i]);
      }
    }
    return new NodeList(known, some, places.length, names);
  }
}
