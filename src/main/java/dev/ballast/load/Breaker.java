package dev.ballast.load;

import dev.ballast.policy.BreakerPolicy;
import dev.ballast.policy.DynamicSchedulerPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides when so much load data is lost that what is left must not decide: while it is open, all
 * nodes pass and none is preferred.
 *
 * <p>A node is usable while a reading that the policy uses is fresh. The breaker opens
 *
 * <ul>
 *   <li>when of the nodes that were usable within {@link BreakerPolicy#memory} more than {@link
 *       BreakerPolicy#lostShare} are not usable now, or
 *   <li>when nodes carry readings, but no fresh one is younger than {@link BreakerPolicy#silence}.
 *       As a maximum of a day is fresh for hours, the first rule alone would miss a dead source.
 * </ul>
 *
 * <p>It closes when for {@link #CALM} without a break at most half of the opening share is lost and
 * a young reading is there: a share that moves around the limit does not make it flap. Nodes that
 * are gone, and those labelled {@link NodeFacts#NO_LOAD_DATA}, never count. A cluster that never
 * had a reading has lost nothing: its breaker is closed.
 *
 * <p>{@link #observe} is for one thread; the state may be read by any.
 */
public final class Breaker {
  /** How long data must be good again before it closes. */
  public static final Duration CALM = Duration.ofSeconds(30);

  private static final long NEVER = Long.MIN_VALUE;

  private final BreakerPolicy policy;
  private final int[] used;
  private final Map<String, Known> known = new HashMap<>(); // by name
  private long calmSinceMillis = NEVER;
  private volatile State state =
      new State(
          false,
          NEVER,
          new Census(0, 0, 0, OptionalLong.empty(), OptionalLong.empty()),
          "not looked yet");

  /** What is known of a node. What its readings came to holds for a while: most do not change. */
  private static final class Known {
    long usableAtMillis = NEVER;
    @Nullable NodeLoad load; // that was looked at last
    long freshMillis = NEVER; // the time of its newest fresh reading
    long stampMillis = NEVER; // and of its newest reading in whatever state
    private long fromMillis;
    private long untilMillis;

    void look(NodeLoad now, int[] used, long nowMillis) {
      if (now != load || nowMillis < fromMillis || nowMillis >= untilMillis) {
        read(now, used, nowMillis);
      }
      if (freshMillis != NEVER) {
        usableAtMillis = nowMillis;
      }
    }

    private void read(NodeLoad now, int[] used, long nowMillis) {
      load = now;
      freshMillis = NEVER;
      stampMillis = NEVER;
      fromMillis = NEVER;
      untilMillis = Long.MAX_VALUE;
      for (int metric : used) {
        if (now.hasReading(metric)) {
          long time = now.timeMillis(metric);
          stampMillis = Math.max(stampMillis, time);
          if (now.isFresh(metric, nowMillis)) {
            freshMillis = Math.max(freshMillis, time);
          }
          now.changes(metric, millis -> changesAt(millis, nowMillis));
        }
      }
    }

    private void changesAt(long millis, long nowMillis) {
      if (millis <= nowMillis) {
        fromMillis = Math.max(fromMillis, millis);
      } else {
        untilMillis = Math.min(untilMillis, millis);
      }
    }

    /** Whether it was usable within the memory; forgets that when it was before. */
    boolean isRemembered(long nowMillis, long memoryMillis) {
      if (usableAtMillis != NEVER && nowMillis - usableAtMillis > memoryMillis) {
        usableAtMillis = NEVER;
      }
      return usableAtMillis != NEVER;
    }
  }

  /**
   * What was counted.
   *
   * @param nodes nodes that count
   * @param remembered those of them that were usable within the memory
   * @param lost remembered ones that are not usable now
   * @param freshMillis time of the newest fresh reading
   * @param stampMillis time of the newest reading in whatever state
   */
  public record Census(
      int nodes, int remembered, int lost, OptionalLong freshMillis, OptionalLong stampMillis) {
    double lostShare() {
      return remembered == 0 ? 0 : (double) lost / remembered;
    }
  }

  /**
   * What the breaker says.
   *
   * @param open whether nothing is to be judged
   * @param sinceMillis when it last opened or closed; the smallest long before the first time
   * @param census what the last look counted
   * @param reason why it is so, with numbers
   */
  public record State(boolean open, long sinceMillis, Census census, String reason) {}

  /** A closed breaker for the metrics that a policy limits or scores, or all without any. */
  public Breaker(DynamicSchedulerPolicy policy, MetricTable metrics) {
    this.policy = policy.breaker();
    int[] named =
        Stream.concat(
                policy.predicates().stream().filter(p -> p.limit() > 0).map(p -> p.name()),
                policy.priorities().stream().filter(p -> p.weight() > 0).map(p -> p.name()))
            .distinct()
            .mapToInt(metrics::indexOf)
            .toArray();
    used = named.length > 0 ? named : IntStream.range(0, metrics.size()).toArray();
  }

  /** Whether nothing is to be judged now. */
  public boolean isOpen() {
    return state.open();
  }

  /** The state since the last look. */
  public State state() {
    return state;
  }

  /** Looks at all nodes, and opens or closes. To be called about once a second. */
  public State observe(LoadSnapshot snapshot, long nowMillis) {
    Census census = census(snapshot, nowMillis);
    State before = state;
    boolean silent = isSilent(census, nowMillis);
    boolean lost = census.lostShare() > policy.lostShare();
    boolean calm = !silent && census.lostShare() <= policy.lostShare() / 2;
    if (!before.open() || !calm) {
      calmSinceMillis = NEVER;
    } else if (calmSinceMillis == NEVER || calmSinceMillis > nowMillis) { // a clock set back
      calmSinceMillis = nowMillis;
    }
    boolean closes = calmSinceMillis != NEVER && nowMillis - calmSinceMillis >= CALM.toMillis();
    boolean open = silent || lost || (before.open() && !closes);
    long since = open == before.open() ? before.sinceMillis() : nowMillis;
    state = new State(open, since, census, reason(census, open, silent, lost, nowMillis));
    return state;
  }

  private boolean isSilent(Census census, long nowMillis) {
    boolean young =
        census.freshMillis().isPresent()
            && nowMillis - census.freshMillis().getAsLong() < policy.silence().toMillis();
    return census.stampMillis().isPresent() && !young;
  }

  private Census census(LoadSnapshot snapshot, long nowMillis) {
    int nodes = 0;
    int lost = 0;
    long fresh = NEVER;
    long stamp = NEVER;
    int remembered = 0;
    long memoryMillis = policy.memory().toMillis();
    for (var load : snapshot.nodes()) {
      if (!counts(load)) {
        continue;
      }
      nodes++;
      var node = known.computeIfAbsent(load.name(), name -> new Known());
      node.look(load, used, nowMillis);
      fresh = Math.max(fresh, node.freshMillis);
      stamp = Math.max(stamp, node.stampMillis);
      if (node.isRemembered(nowMillis, memoryMillis)) {
        remembered++;
        lost += node.freshMillis == NEVER ? 1 : 0;
      }
    }
    if (known.size() > nodes) {
      known.keySet().removeIf(name -> !counts(snapshot.find(name)));
    }
    return new Census(nodes, remembered, lost, time(fresh), time(stamp));
  }

  /** False for a node that is gone or that no load is expected of. */
  private static boolean counts(@Nullable NodeLoad load) {
    return load != null && !load.facts().noLoadData();
  }

  private static OptionalLong time(long millis) {
    return millis == NEVER ? OptionalLong.empty() : OptionalLong.of(millis);
  }

  private String reason(Census census, boolean open, boolean silent, boolean lost, long nowMillis) {
    if (census.stampMillis().isEmpty()) {
      return "no load data yet on " + census.nodes() + " nodes";
    }
    String share =
        String.format(
            Locale.ROOT,
            "%d of %d nodes that had usable load data lack it (%.0f %%, opens above %.0f %%)",
            census.lost(),
            census.remembered(),
            100 * census.lostShare(),
            100 * policy.lostShare());
    String age = age(census, nowMillis);
    if (silent && !lost) {
      return age + "; " + share;
    }
    return (open && !lost ? "load data is coming back: " : "") + share + "; " + age;
  }

  /** How old the newest reading is, or how far ahead of our clock. */
  private String age(Census census, long nowMillis) {
    if (census.freshMillis().isPresent()) {
      return "the newest fresh reading is "
          + seconds(nowMillis - census.freshMillis().getAsLong())
          + " old (opens from "
          + seconds(policy.silence().toMillis())
          + ")";
    }
    long ahead = census.stampMillis().orElse(nowMillis) - nowMillis;
    return "no reading is fresh, the newest is "
        + (ahead > 0 ? seconds(ahead) + " ahead of our clock" : seconds(-ahead) + " old");
  }

  private static String seconds(long millis) {
    return millis / 1000 + " s";
  }
}
