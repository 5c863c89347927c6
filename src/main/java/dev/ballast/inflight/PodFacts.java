package dev.ballast.inflight;

import dev.ballast.topology.PodTopology;

/**
 * A pod as scheduling sees it. Immutable, and a pure function of the Pod object, so that all
 * replicas see the same, before and after a restart. Times are milliseconds since the epoch, by the
 * clock of the API server, {@code startMillis} by the node's where a container has started.
 *
 * @param uid metadata.uid
 * @param namespace metadata.namespace
 * @param name metadata.name
 * @param schedulerName spec.schedulerName
 * @param node the node that it is bound to; empty without one
 * @param ended succeeded or failed: it uses nothing any more
 * @param unschedulableMillis since when the scheduler finds no node for it, condition PodScheduled
 *     with reason Unschedulable; {@link #NEVER} when that is not so
 * @param boundMillis when it was bound; {@link #NEVER} while it is not
 * @param startMillis from when on it shows in measured load: t0. {@link #NOT_YET} while its node
 *     has it but not all containers have started; {@link #NEVER} while it is not bound
 * @param resources what it requests and may use
 * @param nominatedNode status.nominatedNodeName; empty without one
 * @param refusedForLoad whether the scheduler's reasons name the load policy
 * @param topology what it asks of the zones of its node, and what it has been given
 */
public record PodFacts(
    String uid,
    String namespace,
    String name,
    String schedulerName,
    String node,
    boolean ended,
    long unschedulableMillis,
    long boundMillis,
    long startMillis,
    PodResources resources,
    String nominatedNode,
    boolean refusedForLoad,
    PodTopology topology) {
  /** The time of what has not happened. */
  public static final long NEVER = Long.MIN_VALUE;

  /** The start of a pod that is about to start. */
  public static final long NOT_YET = Long.MAX_VALUE;

  /** A pod that asks nothing of zones. */
  public PodFacts(
      String uid,
      String namespace,
      String name,
      String schedulerName,
      String node,
      boolean ended,
      long unschedulableMillis,
      long boundMillis,
      long startMillis,
      PodResources resources,
      String nominatedNode,
      boolean refusedForLoad) {
    this(
        uid,
        namespace,
        name,
        schedulerName,
        node,
        ended,
        unschedulableMillis,
        boundMillis,
        startMillis,
        resources,
        nominatedNode,
        refusedForLoad,
        PodTopology.NONE);
  }

  /** Whether it is bound to a node. */
  public boolean isBound() {
    return !node.isEmpty();
  }

  /** Whether the scheduler has said that no node will do, and still looks for one. */
  public boolean isUnschedulable() {
    return unschedulableMillis != NEVER;
  }

  /** Whether it uses a node, or soon will. */
  public boolean isLive() {
    return isBound() && !ended;
  }
}
