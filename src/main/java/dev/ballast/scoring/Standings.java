package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How nodes stand, remembered by their number, as between two calls little changes, and what that
 * came to for the last demand, as the pods of a burst are mostly alike. What is remembered names
 * what it is for and is looked at before it is used. Safe for use by many threads; a call waits for
 * another one only while it notes what has changed.
 */
final class Standings {
  private static final int PAGE_BITS = 4;

  /** Nodes side by side: few enough that a change of one is a small copy. */
  private static final int PAGE = 1 << PAGE_BITS;

  private static final Page[] NO_PAGES = {};

  /** Bits of a remembered score; those above are its demand. */
  private static final int SCORE_BITS = 7;

  private static final int SCORE = (1 << SCORE_BITS) - 1;
  private static final int MAX_DEMAND = (1 << (Integer.SIZE - SCORE_BITS - 1)) - 1;

  /**
   * How some nodes stand. Immutable once others can see it, but for what it came to: that is
   * written without a lock, one number at a time, each of which is right for the demand it names.
   */
  private static final class Page {
    final @Nullable NodeLoad[] loads;
    final @Nullable Charge[] charges;
    final double[] numbers;

    /** From when until when all of them hold: never at first. */
    double from = Double.POSITIVE_INFINITY;

    double until = Double.NEGATIVE_INFINITY;

    /** By node, the last demand it was accepted for. */
    final int[] accepted;

    /** By node, the last demand it was scored for, and the score. */
    final int[] scored;

    private Page(
        @Nullable NodeLoad[] loads,
        @Nullable Charge[] charges,
        double[] numbers,
        int[] accepted,
        int[] scored) {
      this.loads = loads;
      this.charges = charges;
      this.numbers = numbers;
      this.accepted = accepted;
      this.scored = scored;
    }

    static Page empty(int length) {
      return new Page(
          new NodeLoad[PAGE],
          new Charge[PAGE],
          new double[PAGE * length],
          new int[PAGE],
          new int[PAGE]);
    }

    /** Of one node. */
    static Page of(NodeLoad load, Charge charge, double[] standing) {
      return new Page(
          new NodeLoad[] {load}, new Charge[] {charge}, standing, new int[1], new int[1]);
    }

    boolean isOfOne() {
      return loads.length == 1;
    }

    /** A copy that is still to be changed. */
    Page copy() {
      return new Page(
          loads.clone(), charges.clone(), numbers.clone(), accepted.clone(), scored.clone());
    }

    /** Takes over a page of one node. */
    void set(int row, Page one) {
      int length = one.numbers.length;
      loads[row] = one.loads[0];
      charges[row] = one.charges[0];
      System.arraycopy(one.numbers, 0, numbers, row * length, length);
      accepted[row] = 0;
      scored[row] = 0;
      from = Double.NEGATIVE_INFINITY;
      until = Double.POSITIVE_INFINITY;
      for (int i = 0; i < loads.length; i++) {
        if (loads[i] != null) {
          from = Math.max(from, numbers[i * length + Standing.FROM]);
          until = Math.min(until, numbers[i * length + Standing.UNTIL]);
        }
      }
    }

    /** Whether all of them hold. */
    boolean holds(long nowMillis) {
      return nowMillis >= from && nowMillis < until;
    }

    /** Whether one of them holds. */
    boolean holds(int row, int length, long nowMillis) {
      return Standing.holds(numbers, row * length, nowMillis);
    }
  }

  /** The demand of the last call; {@code number} counts up from 1. */
  private record Asked(Demand demand, int number) {}

  /** How the candidates of one call stand. Confined to it. */
  static final class Table {
    private final int demand;
    private final int length;
    private final @Nullable Page[] pages;
    private final int[] rows;

    private Table(int size, int demand, int length) {
      this.demand = demand;
      this.length = length;
      pages = new Page[size];
      rows = new int[size];
    }

    /** Whether a candidate is known. */
    boolean isKnown(int node) {
      return pages[node] != null;
    }

    /** The number of the zone of a candidate; 0 without one. */
    int zone(int node) {
      @Nullable Page page = pages[node];
      return page == null ? 0 : (int) page.numbers[rows[node] * length + Standing.ZONE];
    }

    /**
     * The load of a candidate in the filter, a fraction of capacity; NaN when there is no fresh
     * reading.
     *
     * @param pod what the pod adds of the metric's resource: cores or bytes
     */
    double inFilter(int node, int metric, double pod) {
      @Nullable Page page = pages[node];
      return page == null
          ? Double.NaN
          : Standing.inFilter(page.numbers, rows[node] * length + Standing.at(metric), pod);
    }

    /** The load of a candidate in the score, as {@link #inFilter}. */
    double inScore(int node, int metric, double pod) {
      @Nullable Page page = pages[node];
      return page == null
          ? Double.NaN
          : Standing.inScore(page.numbers, rows[node] * length + Standing.at(metric), pod);
    }

    /** Whether no limit was passed by a candidate that stood as now, for a pod of this demand. */
    boolean wasAccepted(int node) {
      @Nullable Page page = pages[node];
      return page != null && page.accepted[rows[node]] == demand;
    }

    /** Remembers that the pod passes no limit on a candidate. */
    void accept(int node) {
      @Nullable Page page = pages[node];
      if (page != null) {
        page.accepted[rows[node]] = demand;
      }
    }

    /**
     * The score of a candidate that stood as now, for a pod of this demand; {@link
     * LoadPolicy#NO_SCORE} when it is not remembered.
     */
    int score(int node) {
      @Nullable Page page = pages[node];
      int scored = page == null ? 0 : page.scored[rows[node]];
      return scored >>> SCORE_BITS == demand ? scored & SCORE : LoadPolicy.NO_SCORE;
    }

    /** Remembers a score that comes of nothing but the candidate's loads and the demand. */
    void score(int node, int score) {
      @Nullable Page page = pages[node];
      if (page != null && score >= 0 && score <= LoadPolicy.MAX_SCORE) {
        page.scored[rows[node]] = demand << SCORE_BITS | score;
      }
    }

    /** The same for a part of the candidates. */
    Table part(int[] nodes) {
      var part = new Table(nodes.length, demand, length);
      for (int i = 0; i < nodes.length; i++) {
        part.pages[i] = pages[nodes[i]];
        part.rows[i] = rows[nodes[i]];
      }
      return part;
    }

    private void set(int node, Page page, int row) {
      pages[node] = page;
      rows[node] = row;
    }
  }

  private final EffectiveLoad loads;
  private final int length;
  private final Map<String, Integer> zones = new HashMap<>(); // guarded by this
  private volatile @Nullable Page[] pages = NO_PAGES; // written under this; its elements are not
  private volatile Asked asked = new Asked(Demand.NONE, 1); // written under this

  Standings(EffectiveLoad loads, int metrics) {
    this.loads = loads;
    length = Standing.length(metrics);
    zones.put("", 0);
  }

  /** How the candidates of a round stand. */
  Table of(Round round) {
    int size = round.size();
    var table = new Table(size, number(round.pod().demand()), length);
    @Nullable Page[] known = pages; // behind the number: when these begin anew, so do the pages
    @Nullable NodeLoad[] ofRound = round.loads();
    var charges = round.charges();
    int[] numbers = round.nodes().numbers();
    long now = round.nowMillis();
    boolean complete = true;
    int before = NodeNames.NONE;
    @Nullable Page page = null;
    boolean holds = false;
    for (int i = 0; i < size; i++) {
      @Nullable NodeLoad load = ofRound[i];
      if (load != null) {
        int number = numbers[i];
        int row = number & (PAGE - 1);
        int at = number >> PAGE_BITS; // NONE stays below 0
        if (at != before) { // nodes of a page mostly come together
          before = at;
          page = at >= 0 && at < known.length ? known[at] : null;
          holds = page != null && page.holds(now);
        }
        if (page != null
            && page.loads[row] == load
            && page.charges[row] == charges[i]
            && (holds || page.holds(row, length, now))) {
          table.set(i, page, row);
        } else {
          complete = false;
        }
      }
    }
    if (!complete) {
      complete(round, table);
      remember(round, table);
    }
    return table;
  }

  /** Numbers a demand; the same one again gets the same number at least when it is asked next. */
  private int number(Demand demand) {
    var last = asked;
    return last.demand().equals(demand) ? last.number() : next(demand);
  }

  private synchronized int next(Demand demand) {
    if (asked.number() == MAX_DEMAND) { // begins anew: what carries old numbers is forgotten
      pages = NO_PAGES;
    }
    asked = new Asked(demand, asked.number() % MAX_DEMAND + 1);
    return asked.number();
  }

  /** Fills in what was not remembered. */
  private void complete(Round round, Table table) {
    for (int i = 0; i < round.size(); i++) {
      @Nullable NodeLoad load = round.loads()[i];
      if (load != null && !table.isKnown(i)) {
        var charge = round.charges()[i];
        var standing = loads.standing(load, charge, round.nowMillis());
        standing.zone(zone(load.facts().zone()));
        table.set(i, Page.of(load, charge, standing.numbers()), 0);
      }
    }
  }

  private synchronized int zone(String name) {
    return zones.computeIfAbsent(name, zone -> zones.size());
  }

  /** Notes what is new of the nodes that have a number. */
  private synchronized void remember(Round round, Table table) {
    @Nullable Page[] before = pages;
    @Nullable Page[] after = before;
    for (int i = 0; i < round.size(); i++) {
      int number = round.nodes().number(i);
      @Nullable Page one = table.pages[i];
      if (one != null && one.isOfOne() && number != NodeNames.NONE) {
        int at = number >> PAGE_BITS;
        if (at >= after.length) {
          after = Arrays.copyOf(after, Math.max(16, 2 * at));
        } else if (after == before) {
          after = before.clone();
        }
        var page = own(at, before, after);
        int row = number & (PAGE - 1);
        page.set(row, one);
        table.set(i, page, row);
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
