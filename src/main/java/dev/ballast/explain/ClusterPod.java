package dev.ballast.explain;

/**
 * What the API server says of a pod. Texts are empty where there is nothing.
 *
 * @param uid metadata.uid
 * @param schedulerName spec.schedulerName
 * @param node spec.nodeName
 * @param phase status.phase
 * @param reason of its condition PodScheduled while that is False
 * @param message of the same
 */
public record ClusterPod(
    String uid, String schedulerName, String node, String phase, String reason, String message) {}
