package dev.ballast.extender;

import dev.ballast.extender.wire.ExtenderPod;
import dev.ballast.load.NodeList;
import dev.ballast.scoring.Verdict;
import dev.ballast.topology.PodTopology;
import dev.ballast.topology.ZoneFit;
import dev.ballast.topology.ZoneLedger;
import dev.ballast.topology.ZonePreference;
import java.util.HashSet;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Judges how pods fit the zones of nodes. Safe for use by many threads.
 *
 * <p>Source: crane's scheduler plugin NodeResourceTopologyMatch for two of the reasons. We differ
 * in that a shortage which no eviction ends is told apart.
 */
public final class ZoneJudge {
  /** The text of a pod's event for zones that are too full. */
  public static final String SHORT = "node(s) had insufficient resource of NUMA node";

  /** The text of a pod's event for zones that are too small. */
  public static final String TOO_LARGE = "node(s) had no NUMA node as large as the pod";

  /** The text of a pod's event for a node whose zones are not known. */
  public static final String MISSING = "node(s) failed to get NRT";

  /** The text of a pod's event where nobody would write its result. */
  public static final String NO_RESULT =
      "node(s) need a topology result with the binding, and extender.bind is off";

  private static final Verdict UNFIT_SHORT = new Verdict.Unfit(SHORT, true);
  private static final Verdict UNFIT_TOO_LARGE = new Verdict.Unfit(TOO_LARGE, false);
  private static final Verdict UNFIT_MISSING = new Verdict.Unfit(MISSING, false);
  private static final Verdict UNFIT_NO_RESULT = new Verdict.Unfit(NO_RESULT, false);

  /** Told of pods whose annotations have something wrong with them; must not block. */
  @FunctionalInterface
  public interface Problems {
    /** Takes a pod, each time that it is asked about. */
    void found(ExtenderPod pod, PodTopology topology);
  }

  private final ZoneLedger ledger;
  private final BooleanSupplier synced;
  private final Settings settings;
  private final Optional<PendingBinds> pending;
  private final Problems problems;
  private final Topologies topologies = new Topologies();

  /**
   * How zones are judged. Immutable.
   *
   * @param enabled whether they are
   * @param weight their share of the score of a pod that fits them, 0 to 1
   * @param writesResults whether a pod gets its result, with its binding or later
   */
  public record Settings(boolean enabled, double weight, boolean writesResults) {}

  /**
   * A judge.
   *
   * @param synced whether all pods and topologies have been listed
   * @param pending told of pods that may be bound next; empty without bind calls
   */
  public ZoneJudge(
      ZoneLedger ledger,
      BooleanSupplier synced,
      Settings settings,
      Optional<PendingBinds> pending,
      Problems problems) {
    this.ledger = ledger;
    this.synced = synced;
    this.settings = settings;
    this.pending = pending;
    this.problems = problems;
  }

  /** A judge of pods that never ask for zones. */
  public static ZoneJudge none() {
    return new ZoneJudge(
        new ZoneLedger(ZonePreference.MOST_FREE),
        () -> true,
        new Settings(false, 0, false),
        Optional.empty(),
        (pod, topology) -> {});
  }

  /** Whether all that it judges by is known. */
  boolean isReady() {
    return synced.getAsBoolean();
  }

  /** Their share of the score, 0 to 1. */
  double weight() {
    return settings.weight();
  }

  /** What a pod asks for. */
  PodTopology of(ExtenderPod pod) {
    return settings.enabled() ? topologies.of(pod) : PodTopology.NONE;
  }

  /** Whether zones matter to a pod, as far as is known. */
  boolean matterTo(ExtenderPod pod) {
    var topology = of(pod);
    return topology.asks() && (!isReady() || ledger.matters(topology));
  }

  /** Waits a moment for the bind calls of pods that were asked about before. */
  void awaitBinds(ExtenderPod pod) {
    pending.ifPresent(binds -> binds.await(pod.uid()));
  }

  /** How a pod fits nodes. */
  ZoneFit[] fits(ExtenderPod pod, NodeList nodes, long nowMillis) {
    return ledger.fits(pod.uid(), of(pod), nodes.size(), nodes::name, nowMillis);
  }

  /** What is said of a candidate. */
  Verdict verdict(ZoneFit fit) {
    if (fit instanceof ZoneFit.Lacking lacking) {
      return lacking.evictingHelps() ? UNFIT_SHORT : UNFIT_TOO_LARGE;
    }
    if (fit instanceof ZoneFit.Missing) {
      return UNFIT_MISSING;
    }
    return fit instanceof ZoneFit.Placed placed && placed.needsResult() && !settings.writesResults()
        ? UNFIT_NO_RESULT
        : Verdict.ACCEPTED;
  }

  /** How well a pod fits, by candidate, 0 to 100. */
  static int[] scores(ZoneFit[] fits) {
    return IntStream.range(0, fits.length)
        .map(i -> fits[i] instanceof ZoneFit.Placed placed ? placed.score() : 0)
        .toArray();
  }

  /** Whether a pod gets something of the zones of one of the nodes. */
  static boolean isAnyPlaced(ZoneFit[] fits) {
    for (var fit : fits) {
      if (fit instanceof ZoneFit.Placed) {
        return true;
      }
    }
    return false;
  }

  /** Notes that a pod may be bound to one of these candidates next, by the verdicts. */
  void offer(ExtenderPod pod, NodeList nodes, ZoneFit[] fits, Verdict[] verdicts, long nowMillis) {
    var names = new HashSet<String>();
    for (int i = 0; i < fits.length; i++) {
      if (fits[i] instanceof ZoneFit.Placed && verdicts[i].passes()) {
        names.add(nodes.name(i));
      }
    }
    if (!names.isEmpty()) {
      ledger.offer(pod.uid(), of(pod), names, nowMillis);
      pending.ifPresent(binds -> binds.add(pod.uid()));
    }
  }

  /** What is wrong with the annotations of a pod, for its decision; empty when nothing is. */
  String note(ExtenderPod pod) {
    var topology = of(pod);
    if (topology.problems().isEmpty()) {
      return "";
    }
    problems.found(pod, topology);
    return String.join("; ", topology.problems());
  }
}
