package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import org.jspecify.annotations.Nullable;

/**
 * What was decided for one pod in one call, with all that is needed to say why later. It only holds
 * on to what the decision has used anyway, so making one costs next to nothing: its arrays are the
 * caller's, who must not change them any more. Immutable in that sense.
 */
public final class Decision {
  /** What was asked. */
  public enum Verb {
    FILTER,
    PRIORITIZE
  }

  /**
   * A call.
   *
   * @param verb what was asked
   * @param uid the pod's UID
   * @param namespace the pod's namespace
   * @param name the pod's name
   * @param atMillis wall clock of the decision, milliseconds since the epoch
   * @param tookNanos from the arrival of the request to the decision
   * @param snapshotVersion the version of the load; 0 when the call was not judged
   * @param outcome {@code judged}, or why the call was answered as if Ballast were not there
   * @param note what changed the verdicts or scores as a whole, such as that all nodes were over
   *     their limits; empty when nothing did
   */
  public record Call(
      Verb verb,
      String uid,
      String namespace,
      String name,
      long atMillis,
      long tookNanos,
      long snapshotVersion,
      String outcome,
      String note) {}

  private static final @Nullable NodeLoad[] NO_LOADS = {};
  private static final Charge[] NO_CHARGES = {};
  private static final Verdict[] NO_VERDICTS = {};
  private static final int[] NO_SCORES = {};

  private final Call call;
  private final int candidates;
  private final Demand incoming;
  private final NodeList nodes;
  private final @Nullable NodeLoad[] loads;
  private final Charge[] charges;
  private final Verdict[] verdicts;
  private final int[] scores;
  private final int[] sent;

  private Decision(
      Call call,
      int candidates,
      Demand incoming,
      NodeList nodes,
      @Nullable NodeLoad[] loads,
      Charge[] charges,
      Verdict[] verdicts,
      int[] scores,
      int[] sent) {
    this.call = call;
    this.candidates = candidates;
    this.incoming = incoming;
    this.nodes = nodes;
    this.loads = loads;
    this.charges = charges;
    this.verdicts = verdicts;
    this.scores = scores;
    this.sent = sent;
  }

  /** A call that was answered as if Ballast were not there. */
  public static Decision notJudged(Call call, int candidates) {
    return new Decision(
        call,
        candidates,
        Demand.NONE,
        NodeList.EMPTY,
        NO_LOADS,
        NO_CHARGES,
        NO_VERDICTS,
        NO_SCORES,
        NO_SCORES);
  }

  /**
   * A filter call.
   *
   * @param incoming what the pod itself is expected to use
   * @param nodes the candidates
   * @param loads their readings; null where a node is not known
   * @param charges their pods in flight
   * @param verdicts what was said of them
   */
  public static Decision filtered(
      Call call,
      Demand incoming,
      NodeList nodes,
      @Nullable NodeLoad[] loads,
      Charge[] charges,
      Verdict[] verdicts) {
    return new Decision(
        call, nodes.size(), incoming, nodes, loads, charges, verdicts, NO_SCORES, NO_SCORES);
  }

  /**
   * A prioritize call.
   *
   * @param incoming what the pod itself is expected to use
   * @param nodes the candidates
   * @param loads their readings; null where a node is not known
   * @param charges their pods in flight
   * @param scores their scores 0..100; {@link LoadPolicy#NO_SCORE} when nothing was known
   * @param sent the integers that were sent; empty when nothing was known of any candidate
   */
  public static Decision ranked(
      Call call,
      Demand incoming,
      NodeList nodes,
      @Nullable NodeLoad[] loads,
      Charge[] charges,
      int[] scores,
      int[] sent) {
    return new Decision(
        call, nodes.size(), incoming, nodes, loads, charges, NO_VERDICTS, scores, sent);
  }

  /** The call. */
  public Call call() {
    return call;
  }

  /** Whether it was judged: only then has it names, loads, verdicts or scores. */
  public boolean isJudged() {
    return nodes.size() == candidates;
  }

  /** Number of candidates. */
  public int candidates() {
    return candidates;
  }

  /** What the pod itself is expected to use. */
  public Demand incoming() {
    return incoming;
  }

  /** The name of candidate {@code i}. */
  public String name(int i) {
    return nodes.name(i);
  }

  /** The index of a candidate; -1 when the node is none. */
  public int indexOf(String node) {
    return nodes.indexOf(node);
  }

  /** The readings of candidate {@code i}; null when it was not known. */
  public @Nullable NodeLoad load(int i) {
    return loads[i];
  }

  /** The pods in flight of candidate {@code i}. */
  public Charge charge(int i) {
    return charges[i];
  }

  /**
   * The candidate that a prioritize call ranked first: the one that was sent the highest, among
   * equals the one with the highest score; -1 when no scores were sent.
   */
  public int first() {
    int first = -1;
    for (int i = 0; i < sent.length; i++) {
      if (first < 0
          || sent[i] > sent[first]
          || (sent[i] == sent[first] && scores[i] > scores[first])) {
        first = i;
      }
    }
    return first;
  }

  /** What a filter call said of candidate {@code i}. */
  public Verdict verdict(int i) {
    return verdicts[i];
  }

  /**
   * The score of candidate {@code i} in a prioritize call, 0..100; {@link LoadPolicy#NO_SCORE} when
   * nothing was known of any candidate.
   */
  public int score(int i) {
    return scores[i];
  }

  /** The integer that was sent for candidate {@code i} in a prioritize call; 0 without scores. */
  public int sent(int i) {
    return sent.length == 0 ? 0 : sent[i];
  }
}
