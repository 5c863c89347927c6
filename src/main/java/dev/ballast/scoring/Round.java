package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeLoad;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One pod and its candidates, as one call sees them. Its arrays are the caller's, of one length,
 * and must not change any more.
 *
 * @param pod the pod
 * @param names the candidates
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
    @Nullable NodeLoad[] loads,
    Charge[] charges,
    IntFunction<Demand> provisional,
    long nowMillis) {

  /** A node alone, without pods in flight. */
  static Round of(NodeLoad load, long nowMillis) {
    return new Round(
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
    int hash = 31 * pod.uid().hashCode() + names[node].hashCode();
    hash = (hash ^ hash >>> 16) * 0x85ebca6b; // MurmurHash3's last mixing, as names differ little
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
