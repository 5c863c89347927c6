package dev.ballast.explain;

import dev.ballast.inflight.Charge;
import dev.ballast.inflight.Demand;
import dev.ballast.load.Measurement;
import dev.ballast.load.MetricKind;
import dev.ballast.load.MetricShape;
import dev.ballast.load.MetricTable;
import dev.ballast.load.NodeFacts;
import dev.ballast.load.NodeList;
import dev.ballast.load.NodeLoad;
import dev.ballast.load.Resource;
import dev.ballast.policy.Dialect;
import dev.ballast.policy.DynamicSchedulerPolicy;
import dev.ballast.policy.PredicatePolicy;
import dev.ballast.policy.PriorityPolicy;
import dev.ballast.policy.SyncPolicy;
import dev.ballast.scoring.Decision;
import dev.ballast.scoring.Decision.Verb;
import dev.ballast.scoring.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Decisions over nodes whose CPU load and score follow from a number. */
final class Sample {
  static final Instant TIME = Instant.parse("2026-11-22T12:00:00Z");
  static final long NOW = TIME.toEpochMilli();
  static final String CPU = "cpu_usage_avg_5m";
  static final String MEMORY = "mem_usage_avg_5m";
  static final double LIMIT = 0.65;

  static final DynamicSchedulerPolicy POLICY =
      DynamicSchedulerPolicy.of(
          Dialect.BALLAST,
          List.of("load-aware-scheduler"),
          List.of(
              SyncPolicy.of(CPU, Duration.ofMinutes(3)),
              SyncPolicy.of(MEMORY, Duration.ofMinutes(3))),
          List.of(new PredicatePolicy(CPU, LIMIT)),
          List.of(new PriorityPolicy(CPU, 1)),
          List.of());
  static final MetricTable TABLE =
      MetricTable.of(
          POLICY,
          Map.of(CPU, new MetricShape(Resource.CPU, MetricKind.MEAN, Duration.ofMinutes(5))));
  static final PolicyFacts FACTS = PolicyFacts.of(POLICY, TABLE, "3fa9c2d1e0b7");

  private Sample() {}

  /** A node of 10 cores with a CPU load that was read 34 s ago, and no reading of memory. */
  static NodeLoad node(String name, double cpu) {
    return NodeLoad.builder(TABLE)
        .name(name)
        .facts(new NodeFacts(10, 64e9, 10, 64e9, "", false))
        .reading(0, new Measurement(cpu, NOW - 34_000))
        .build();
  }

  static Decision.Call call(Verb verb, String pod, long atMillis, String outcome) {
    return new Decision.Call(
        verb, "uid-" + pod, "default", pod, atMillis, 210_000, 881, outcome, "");
  }

  /** A filter call over nodes with these loads. */
  static Decision filtered(String pod, long atMillis, double... cpu) {
    var verdicts =
        Arrays.stream(cpu)
            .mapToObj(
                load ->
                    load > LIMIT
                        ? new Verdict.Refused(CPU, load, LIMIT, "node(s) had " + CPU)
                        : Verdict.ACCEPTED)
            .toArray(Verdict[]::new);
    return Decision.filtered(
        call(Verb.FILTER, pod, atMillis, "judged"),
        new Demand(0.5, 0, 0.5, 0),
        nodes(cpu),
        loads(cpu),
        charges(cpu.length),
        verdicts);
  }

  /** A prioritize call over nodes with these loads; the score is what is free. */
  static Decision ranked(String pod, long atMillis, double... cpu) {
    int[] scores =
        Arrays.stream(cpu).mapToInt(load -> (int) Math.round(100 * (1 - load))).toArray();
    return Decision.ranked(
        call(Verb.PRIORITIZE, pod, atMillis, "judged"),
        new Demand(0.5, 0, 0.5, 0),
        nodes(cpu),
        loads(cpu),
        charges(cpu.length),
        scores,
        Arrays.stream(scores).map(score -> (score + 5) / 10).toArray());
  }

  static Decision notJudged(Verb verb, String pod, String outcome, int candidates) {
    return Decision.notJudged(call(verb, pod, NOW, outcome), candidates);
  }

  /** A filter call over so many nodes, of no pod in particular. */
  static Decision ofRows(int rows) {
    return filtered("p", NOW, new double[rows]);
  }

  private static NodeList nodes(double... cpu) {
    var loads = loads(cpu);
    return NodeList.of(Arrays.stream(loads).map(NodeLoad::name).toArray(String[]::new), loads);
  }

  private static NodeLoad[] loads(double... cpu) {
    var loads = new NodeLoad[cpu.length];
    for (int i = 0; i < loads.length; i++) {
      loads[i] = node("node-" + i, cpu[i]);
    }
    return loads;
  }

  private static Charge[] charges(int count) {
    var charges = new Charge[count];
    Arrays.fill(charges, Charge.NONE);
    return charges;
  }
}
