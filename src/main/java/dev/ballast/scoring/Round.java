package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One pod and its candidates, as one call sees them. Its arrays are the caller's and must not
 * change any more; those of names, loads and charges are of one length.
 *
 * @param pod the pod
 * @param names the candidates
 * @param numbers their numbers in {@code known}, {@link NodeNames#NONE} where they have none; may
 *     go on behind the last candidate
 * @param known the names that are known
 * @param loads their readings; null where a node is not known
 * @param charges their pods in flight
 * @param provisional what other pods are expected to use that were ranked first there and are not
 *     seen bound yet; in the score only
 * @param nowMillis wall clock, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copies would cost the hot path
public record Round(
    Incoming pod,
    String[] names,
    int[] numbers,
    NodeNames known,
    @Nullable NodeLoad[] loads,
    Charge[] charges,
    IntFunction<Demand> provisional,
    long nowMillis) {

  /** Candidates without numbers, so that nothing of them is remembered. */
  public static Round of(
      Incoming pod,
      String[] names,
      @Nullable NodeLoad[] loads,
      Charge[] charges,
      IntFunction<Demand> provisional,
      long nowMillis) {
    int[] none = new int[names.length];
    Arrays.fill(none, NodeNames.NONE);
    return new Round(pod, names, none, NodeNames.EMPTY, loads, charges, provisional, nowMillis);
  }

  /** A node alone, without pods in flight. */
  static Round of(NodeLoad load, long nowMillis) {
    return of(
        Incoming.NOBODY,
        new String[] {load.name()},
        new NodeLoad[] {load},
        new Charge[] {Charge.NONE},
        node -> Demand.NONE,
        nowMillis);
  }

  /** Number of candidates. */
  int size() {
    return names.length;
  }

  /**
   * A number that decides between candidates that are alike: the same in each repeat and replica,
   * another order for each pod.
   */
  int lot(int node) {
    int number = numbers[node];
    int name = number == NodeNames.NONE ? names[node].hashCode() : known.hash(number);
    int hash = 31 * pod.uid().hashCode() + name;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b; // MurmurHash3's last mixing, as names differ little
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
