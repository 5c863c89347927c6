package dev.ballast.inflight;

import dev.ballast.load.NodeNames;

/** The charges of the nodes of a {@link NodeNames}, by number. Safe for use by many threads. */
@FunctionalInterface
public interface NodeCharges {
  /** No pod counts. */
  NodeCharges NONE = number -> Charge.NONE;

  /** The pods of a node, as they are now. */
  Charge at(int number);
}
