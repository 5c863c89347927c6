package dev.ballast.extender.wire;

/**
 * What Ballast reads of the pod in a request. Absent texts are empty.
 *
 * @param uid metadata.uid
 * @param namespace metadata.namespace
 * @param name metadata.name
 * @param schedulerName spec.schedulerName
 * @param nominatedNodeName status.nominatedNodeName
 * @param daemonSet whether an owner is a DaemonSet
 */
public record ExtenderPod(
    String uid,
    String namespace,
    String name,
    String schedulerName,
    String nominatedNodeName,
    boolean daemonSet) {}
