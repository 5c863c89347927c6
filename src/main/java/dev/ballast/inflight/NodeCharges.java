package dev.ballast.inflight;

import dev.ballast.load.NodeList;
import dev.ballast.load.NodeNames;
import java.util.Arrays;

/** The charges of the nodes of a {@link NodeNames}, by number. Safe for use by many threads. */
@FunctionalInterface
public interface NodeCharges {
  /** No pod counts. */
  NodeCharges NONE =
      nodes -> {
        var none = new Charge[nodes.size()];
        Arrays.fill(none, Charge.NONE);
        return none;
      };

  /** The pods of nodes, as they are now, in their order; {@link Charge#NONE} without a number. */
  Charge[] at(NodeList nodes);
}
