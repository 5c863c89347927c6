package dev.ballast.explain;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bodies of the HTTP interface, as {@code openapi.json} describes them. Fractions are of a
 * node's capacity; times are RFC 3339 in UTC; what is null is left out.
 */
public final class Answers {
  private Answers() {}

  /**
   * One metric of a node at the time of a decision.
   *
   * @param metric its name
   * @param state one of fresh, stale, missing, implausible
   * @param value the reading; left out when there is none
   * @param ageSeconds its age at that time
   * @param inFlight what bound pods add that are not in the reading yet
   * @param incoming what the pod itself is expected to add
   * @param limit the policy's limit; left out without one
   * @param weight the policy's weight; left out without one
   */
  public record Reading(
      String metric,
      String state,
      @Nullable Double value,
      @Nullable Double ageSeconds,
      double inFlight,
      double incoming,
      @Nullable Double limit,
      @Nullable Double weight) {}

  /**
   * Why a node was refused.
   *
   * @param metric the metric over its limit; {@code topology} when its zones do not fit the pod
   * @param value the load that was compared; left out when there was no usable reading
   * @param limit the limit; left out where there is none
   * @param reason the text in the pod's event
   */
  public record Refusal(
      String metric, @Nullable Double value, @Nullable Double limit, String reason) {}

  /**
   * A node in a decision, or as it stands now.
   *
   * @param node its name
   * @param known whether Ballast knew the node
   * @param verdict of the filter: {@code passed}, {@code refused}, {@code spared} (over a limit, as
   *     are too many others) or {@code not_listed} (not among the best of the shortlist)
   * @param refusal why, when it was refused or spared
   * @param score 0..100
   * @param sent the integer that kube-scheduler was sent
   * @param rank by score, 1 is best; nodes with one score share a rank
   * @param readings all metrics of the policy; empty for a node that was not known
   */
  public record Row(
      String node,
      boolean known,
      @Nullable String verdict,
      @Nullable Refusal refusal,
      @Nullable Integer score,
      @Nullable Integer sent,
      @Nullable Integer rank,
      List<Reading> readings) {}

  /**
   * One call of kube-scheduler and what was said.
   *
   * @param number counts up from 0 in one process
   * @param verb {@code filter} or {@code prioritize}
   * @param outcome {@code judged}, or why the call was answered as if Ballast were not there
   * @param note what changed the answer as a whole; empty when nothing did
   * @param candidates nodes that kube-scheduler offered
   * @param passed nodes that were given back
   * @param refused nodes refused, by the metric over its limit
   * @param rows nodes; not all of them unless asked for
   */
  public record Call(
      long number,
      String verb,
      String time,
      double tookMillis,
      String uid,
      String namespace,
      String pod,
      String outcome,
      String note,
      String policyVersion,
      long snapshotVersion,
      int candidates,
      int passed,
      Map<String, Integer> refused,
      List<Row> rows) {}

  /**
   * The process that answers.
   *
   * @param name of its host or pod
   * @param version of Ballast
   * @param startedAt when the process started
   * @param policyVersion a short hash of its policy file
   * @param snapshotVersion of the load that it knows
   * @param schedulerNames pods of these schedulers are judged
   * @param synced whether nodes have been listed
   * @param breaker {@code closed}, or {@code open}: too much data is lost to judge
   * @param decisions decisions that it remembers
   * @param oldestDecision time of the oldest one
   */
  public record Replica(
      String name,
      String version,
      String startedAt,
      String policyVersion,
      long snapshotVersion,
      List<String> schedulerNames,
      boolean synced,
      String breaker,
      int decisions,
      @Nullable String oldestDecision) {}

  /**
   * Decisions, newest first.
   *
   * @param next the token for the following ones; left out at the end
   */
  public record Decisions(
      Replica replica, List<Call> decisions, @JsonProperty("continue") @Nullable String next) {}

  /**
   * Why a pod is where it is.
   *
   * @param status {@code bound}, {@code waiting}, or {@code unknown}: never seen by this process,
   *     or too long ago
   * @param node the node that it is bound to
   * @param boundAt when
   * @param filter the last filter call
   * @param prioritize the last prioritize call behind that filter call
   */
  public record Explanation(
      Replica replica,
      String status,
      String namespace,
      String pod,
      @Nullable String uid,
      @Nullable String node,
      @Nullable String boundAt,
      @Nullable Call filter,
      @Nullable Call prioritize) {}

  /** All nodes as they stand now, for a pod that would use nothing, best first. */
  public record Nodes(Replica replica, String time, List<Row> nodes) {}

  /**
   * What is wrong with a request.
   *
   * @param parameter the parameter
   * @param value what it was
   * @param allowed what it may be
   */
  public record Problem(String error, String parameter, String value, String allowed) {}
}
