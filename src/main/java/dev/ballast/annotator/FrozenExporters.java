package dev.ballast.annotator;

import dev.ballast.load.LoadAnnotations;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells which nodes have a frozen exporter: samples arrive, but all counters stand still, so that
 * what is computed from them is a number and not true. For one thread.
 *
 * <p>A node that moves again stays frozen until a window of the means has passed: a mean over a
 * time in which the counters stood still in part is not true either, and a maximum would keep it. A
 * new leader waits anew. A node of which nothing is known stays what its annotation says.
 */
final class FrozenExporters {
  private final long frozenAfterMillis;
  private final long settleMillis;
  private final Map<String, Long> movingSinceMillis = new HashMap<>();

  /**
   * Knows of no node yet.
   *
   * @param frozenAfter the time without a move that a movement of 0 stands for
   * @param settle how long a node that was frozen has to move before it is believed
   */
  FrozenExporters(Duration frozenAfter, Duration settle) {
    frozenAfterMillis = frozenAfter.toMillis();
    settleMillis = settle.toMillis();
  }

  /**
   * Makes of nodes whose samples arrive those that are frozen.
   *
   * @param states changed in place
   * @param moved how much a node's counters moved; nodes that are left out are not known
   */
  void mark(
      Map<String, SampleState> states,
      Map<String, Double> moved,
      Collection<AnnotatedNode> nodes,
      long evaluatedMillis) {
    Set<String> waiting = new HashSet<>();
    for (AnnotatedNode node : nodes) {
      boolean marked = node.annotations().containsKey(LoadAnnotations.FROZEN_SINCE);
      double move = moved.getOrDefault(node.name(), Double.NaN);
      if (marked && move != 0) {
        waiting.add(node.name());
        if (!Double.isNaN(move)) {
          movingSinceMillis.merge(node.name(), evaluatedMillis, Math::min);
        }
      }
      if (states.get(node.name()) instanceof SampleState.Fresh
          && isFrozen(node.name(), marked, move, evaluatedMillis)) {
        states.put(node.name(), new SampleState.Frozen(evaluatedMillis - frozenAfterMillis));
      }
    }
    movingSinceMillis.keySet().retainAll(waiting);
  }

  private boolean isFrozen(String node, boolean marked, double move, long evaluatedMillis) {
    if (move == 0 || !marked) {
      return move == 0;
    }
    Long since = movingSinceMillis.get(node);
    return since == null || evaluatedMillis - since < settleMillis;
  }

  /** Forgets everything. */
  void clear() {
    movingSinceMillis.clear();
  }
}
