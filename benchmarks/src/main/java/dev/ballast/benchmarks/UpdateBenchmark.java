package dev.ballast.benchmarks;

import dev.ballast.load.LoadSnapshot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/**
 * Time of what changes the cluster: new readings of one node with a snapshot at once, 5,000 of them
 * with one snapshot for each hundred, as they travel together in 20 ms, and a pod that comes and
 * goes.
 */
public class UpdateBenchmark extends MicroBenchmark {
  private static final int TOGETHER = 100;

  private Fleet fleet;
  private int next;

  @Setup
  public void cluster() {
    fleet = Fleet.make();
  }

  /** New readings of all nodes; a hundred are published together. */
  @Benchmark
  public LoadSnapshot fiveThousandNodes() {
    for (int node = 0; node < Fleet.NODES; node++) {
      fleet.putNode(node);
      if (node % TOGETHER == 0) {
        fleet.publish();
      }
    }
    return fleet.publish();
  }

  /** New readings of one node. */
  @Benchmark
  public LoadSnapshot oneNode() {
    fleet.putNode(next++ % Fleet.NODES);
    return fleet.publish();
  }

  /** A pod is bound, and ends. */
  @Benchmark
  public void onePod() {
    var pod = fleet.pod(next++ % Fleet.NODES, Integer.MAX_VALUE, 0);
    fleet.inFlight().put(pod);
    fleet.inFlight().remove(pod);
  }
}
