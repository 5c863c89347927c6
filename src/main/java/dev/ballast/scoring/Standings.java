package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How nodes stand, remembered by their number, as between two calls little changes. What is
 * remembered names what it is for and is looked at before it is used. Safe for use by many threads;
 * a call waits for another one only while it notes what has changed.
 */
final class Standings {
  private static final int PAGE_BITS = 4;

  /** Nodes side by side: few enough that a change of one is a small copy. */
  private static final int PAGE = 1 << PAGE_BITS;

  private static final Page[] NO_PAGES = {};

  /** How some nodes stand. Immutable once others can see it. */
  private static final class Page {
    final @Nullable NodeLoad[] loads;
    final @Nullable Charge[] charges;
    final double[] numbers;

    private Page(@Nullable NodeLoad[] loads, @Nullable Charge[] charges, double[] numbers) {
      this.loads = loads;
      this.charges = charges;
      this.numbers = numbers;
    }

    static Page empty(int length) {
      return new Page(new NodeLoad[PAGE], new Charge[PAGE], new double[PAGE * length]);
    }

    Page copy() {
      return new Page(loads.clone(), charges.clone(), numbers.clone());
    }

    void set(int row, NodeLoad load, Charge charge, double[] standing) {
      loads[row] = load;
      charges[row] = charge;
      System.arraycopy(standing, 0, numbers, row * standing.length, standing.length);
    }
  }

  /** How the candidates of one call stand. Confined to it. */
  static final class Table {
    private final double[] @Nullable [] numbers;
    private final int[] starts;

    private Table(int size) {
      numbers = new double[size][];
      starts = new int[size];
    }

    /** Whether a candidate is known. */
    boolean isKnown(int node) {
      return numbers[node] != null;
    }

    /** The number of the zone of a candidate; 0 without one. */
    int zone(int node) {
      double @Nullable [] of = numbers[node];
      return of == null ? 0 : (int) of[starts[node] + Standing.ZONE];
    }

    /**
     * The load of a candidate in the filter, a fraction of capacity; NaN when there is no fresh
     * reading.
     *
     * @param pod what the pod adds of the metric's resource: cores or bytes
     */
    double inFilter(int node, int metric, double pod) {
      double @Nullable [] of = numbers[node];
      return of == null
          ? Double.NaN
          : Standing.inFilter(of, starts[node] + Standing.at(metric), pod);
    }

    /** The load of a candidate in the score, as {@link #inFilter}. */
    double inScore(int node, int metric, double pod) {
      double @Nullable [] of = numbers[node];
      return of == null
          ? Double.NaN
          : Standing.inScore(of, starts[node] + Standing.at(metric), pod);
    }

    private void set(int node, double[] of, int start) {
      numbers[node] = of;
      starts[node] = start;
    }
  }

  private final EffectiveLoad loads;
  private final int length;
  private final Map<String, Integer> zones = new HashMap<>(); // guarded by this
  private volatile @Nullable Page[] pages = NO_PAGES; // written under this; its elements are not

  Standings(EffectiveLoad loads, int metrics) {
    this.loads = loads;
    length = Standing.length(metrics);
    zones.put("", 0);
  }

  /** How the candidates of a round stand. */
  Table of(Round round) {
    int size = round.size();
    var table = new Table(size);
    @Nullable NodeLoad[] ofRound = round.loads();
    var charges = round.charges();
    int[] numbers = round.numbers();
    long now = round.nowMillis();
    @Nullable Page[] known = pages;
    boolean complete = true;
    for (int i = 0; i < size; i++) {
      @Nullable NodeLoad load = ofRound[i];
      if (load != null) {
        int number = numbers[i];
        int row = number & (PAGE - 1);
        int at = number >> PAGE_BITS; // NONE stays below 0
        @Nullable Page page = at >= 0 && at < known.length ? known[at] : null;
        if (page != null
            && page.loads[row] == load
            && page.charges[row] == charges[i]
            && Standing.holds(page.numbers, row * length, now)) {
          table.set(i, page.numbers, row * length);
        } else {
          complete = false;
        }
      }
    }
    if (!complete) {
      remember(round, complete(round, table));
    }
    return table;
  }

  /** Fills in what was not remembered; by candidate, what is new. */
  private double[] @Nullable [] complete(Round round, Table table) {
    double[] @Nullable [] fresh = new double[round.size()][];
    for (int i = 0; i < fresh.length; i++) {
      @Nullable NodeLoad load = round.loads()[i];
      if (load != null && !table.isKnown(i)) {
        var standing = loads.standing(load, round.charges()[i], round.nowMillis());
        standing.zone(zone(load.facts().zone()));
        fresh[i] = standing.numbers();
        table.set(i, standing.numbers(), 0);
      }
    }
    return fresh;
  }

  private synchronized int zone(String name) {
    return zones.computeIfAbsent(name, zone -> zones.size());
  }

  /** Notes what is new of the nodes that have a number. */
  private synchronized void remember(Round round, double[] @Nullable [] fresh) {
    @Nullable Page[] before = pages;
    @Nullable Page[] after = before;
    for (int i = 0; i < fresh.length; i++) {
      int number = round.numbers()[i];
      double @Nullable [] standing = fresh[i];
      @Nullable NodeLoad load = round.loads()[i];
      if (standing != null && load != null && number != NodeNames.NONE) {
        int at = number >> PAGE_BITS;
        if (at >= after.length) {
          after = Arrays.copyOf(after, Math.max(16, 2 * at));
        } else if (after == before) {
          after = before.clone();
        }
        own(at, before, after).set(number & (PAGE - 1), load, round.charges()[i], standing);
      }
    }
    pages = after;
  }

  /** A page that nobody else sees yet. */
  private Page own(int at, @Nullable Page[] before, @Nullable Page[] after) {
    @Nullable Page page = after[at];
    if (page == null) {
      page = Page.empty(length);
    } else if (at < before.length && page == before[at]) {
      page = page.copy();
    }
    after[at] = page;
    return page;
  }
}
