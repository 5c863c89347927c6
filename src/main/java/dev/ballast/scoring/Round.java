package dev.ballast.scoring;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.NodeNames;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One pod and its candidates, as one call sees them. Its arrays are the caller's and must not
 * change any more; all but that of numbers are of one length.
 *
 * @param pod the pod
 * @param names the candidates
 * @param hashes the hash codes of their names, without a look at these
 * @param numbers the numbers of their readings, {@link NodeNames#NONE} where they have none; may go
 *     on behind the last candidate
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
    int[] hashes,
    int[] numbers,
    @Nullable NodeLoad[] loads,
    Charge[] charges,
    IntFunction<Demand> provisional,
    long nowMillis) {

  /** Candidates whose numbers and hash codes nobody has at hand. */
  public static Round of(
      Incoming pod,
      String[] names,
      @Nullable NodeLoad[] loads,
      Charge[] charges,
      IntFunction<Demand> provisional,
      long nowMillis) {
    int[] hashes = Stream.of(names).mapToInt(String::hashCode).toArray();
    int[] numbers = new int[loads.length];
    for (int i = 0; i < numbers.length; i++) {
      @Nullable NodeLoad load = loads[i];
      numbers[i] = load == null ? NodeNames.NONE : load.number();
    }
    return new Round(pod, names, hashes, numbers, loads, charges, provisional, nowMillis);
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

  /** The same with a part of the candidates. */
  Round part(int[] nodes) {
    int size = nodes.length;
    String[] someNames = new String[size];
    int[] someHashes = new int[size];
    int[] someNumbers = new int[size];
    @Nullable NodeLoad[] someLoads = new NodeLoad[size];
    Charge[] someCharges = new Charge[size];
    for (int i = 0; i < size; i++) {
      int node = nodes[i];
      someNames[i] = names[node];
      someHashes[i] = hashes[node];
      someNumbers[i] = numbers[node];
      someLoads[i] = loads[node];
      someCharges[i] = charges[node];
    }
    return new Round(
        pod,
        someNames,
        someHashes,
        someNumbers,
        someLoads,
        someCharges,
        i -> provisional.apply(nodes[i]),
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
    int hash = 31 * pod.uid().hashCode() + hashes[node];
    hash = (hash ^ hash >>> 16) * 0x85ebca6b; // MurmurHash3's last mixing, as names differ little
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }
}
