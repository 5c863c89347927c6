package dev.ballast.explain;

import dev.ballast.scoring.Decision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A decision without most of its rows, small enough to be kept for an hour. Immutable.
 *
 * @param number its number in the ring
 * @param policy what it was decided by
 */
record KeptCall(
    long number,
    Decision.Call call,
    PolicyFacts policy,
    int candidates,
    int passed,
    Map<String, Integer> refused,
    List<KeptRow> rows) {

  /** A decision with its first rows. */
  static KeptCall of(long number, Decision decision, PolicyFacts policy, int rows) {
    var kept = new ArrayList<KeptRow>();
    for (int i : Ranking.first(decision, rows)) {
      kept.add(KeptRow.of(decision, i, policy));
    }
    return new KeptCall(
        number,
        decision.call(),
        policy,
        decision.candidates(),
        Ranking.passed(decision),
        Map.copyOf(Ranking.refused(decision)),
        List.copyOf(kept));
  }

  /**
   * The same with one more row, behind the others, unless it is there or the node was not asked.
   */
  KeptCall with(@Nullable Decision decision, String node) {
    int i = decision == null ? -1 : decision.indexOf(node);
    if (decision == null || i < 0 || row(node) != null) {
      return this;
    }
    var more = new ArrayList<>(rows);
    more.add(KeptRow.of(decision, i, policy));
    return new KeptCall(number, call, policy, candidates, passed, refused, List.copyOf(more));
  }

  /** The same with these texts of the pod, equal to its own and held by others anyway. */
  KeptCall sharing(String uid, String namespace, String name) {
    var shared =
        new Decision.Call(
            call.verb(),
            uid,
            namespace,
            name,
            call.atMillis(),
            call.tookNanos(),
            call.snapshotVersion(),
            call.outcome(),
            call.note());
    return new KeptCall(number, shared, policy, candidates, passed, refused, rows);
  }

  @Nullable KeptRow row(String node) {
    return rows.stream().filter(row -> row.node().equals(node)).findFirst().orElse(null);
  }

  /** The call as it is shown. */
  Answers.Call show() {
    return new Answers.Call(
        number,
        call.verb().name().toLowerCase(Locale.ROOT),
        time(call.atMillis()),
        Math.rint(call.tookNanos() / 1e3) / 1e3,
        call.uid(),
        call.namespace(),
        call.name(),
        call.outcome(),
        call.note(),
        policy.version(),
        call.snapshotVersion(),
        candidates,
        passed,
        new java.util.TreeMap<>(refused),
        rows.stream().map(row -> row.show(policy)).toList());
  }

  static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }
}
