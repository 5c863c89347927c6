package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One pod and its candidates, as one call sees them. Its arrays are the caller's and must not
 * change any more; they are as long as the list of nodes.
 *
 * @param pod the pod
 * @param nodes the candidates
 * @param loads their readings; null where a node is not known
 * @param charges their pods in flight
 * @param provisional what other pods are expected to use that were ranked first there and are not
 *     seen bound yet; empty when nothing is, or when no score is asked for
 * @param nowMillis wall clock, milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; copies would cost the hot path
public record Round(
    Incoming pod,
    NodeList nodes,
    @Nullable NodeLoad[] loads,
    Charge[] charges,
    Demand[] provisional,
    long nowMillis) {
  private static final Demand[] NONE = {};

  /** Candidates by their names. */
  public static Round of(
      Incoming pod, String[] names, @Nullable NodeLoad[] loads, Charge[] charges, long nowMillis) {
    return new Round(pod, NodeList.of(names, loads), loads, charges, NONE, nowMillis);
  }

  /** A node alone, without pods in flight. */
  static Round of(NodeLoad load, long nowMillis) {
    return of(
        Incoming.NOBODY,
        new String[] {load.name()},
        new NodeLoad[] {load},
        new Charge[] {Charge.NONE},
        nowMillis);
  }

  /** The same with a part of the candidates. */
  public Round part(int[] places) {
    @Nullable NodeLoad[] someLoads = new NodeLoad[places.length];
    Charge[] someCharges = new Charge[places.length];
    for (int i = 0; i < places.length; i++) {
      someLoads[i] = loads[places[i]];
      someCharges[i] = charges[places[i]];
    }
    var someDemands = provisional.length == 0 ? NONE : new Demand[places.length];
    Arrays.setAll(someDemands, i -> provisional[places[i]]);
    return new Round(pod, nodes.part(places), someLoads, someCharges, someDemands, nowMillis);
  }

  /** Number of candidates. */
  int size() {
    return nodes.size();
  }

  /**
   * A number that decides between candidates that are alike: the same in each repeat and replica,
   * another order for each pod.
   */
  int lot(int node) {
    int hash = 31 * pod.uid().hashCode() + nodes.hash(node);
    hash = (hash ^ hash >>> 16) * 0x85ebca6b; // MurmurHash3's last mixing, as names differ little
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
